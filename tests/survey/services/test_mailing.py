from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from survey.models.account import Account
from survey.models.invitation import InvitationSecret
from survey.models.job import Job, JobKind, JobState
from survey.models.mail import Mail, MailState
from survey.models.people import Channel, Person
from survey.services import accounts, cycles, launching, mailing
from survey.worker import Workshop, run_due
from tests.conftest import (
    DAY,
    NOON,
    MakeCycle,
    add_team,
    codes_of,
    pulse_plan,
    set_up,
    status_of,
)
from tests.survey.services.mail_bag import Bag, code_in, desk_of, mails, opened


def test_there_is_exactly_one_row_for_each_person_and_kind(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 3, "Minh": 2})
    with shop.sessions.begin() as session:
        assert mailing.queue_invitations(session, cycle_id, now=NOON) == 0
    found = mails(shop)
    assert Counter(m.kind for m in found) == {"invitation": 5, "self_rating": 2}
    assert len({(m.cycle_id, m.person_id, m.kind) for m in found}) == 7
    assert {m.state for m in found} == {MailState.SENT}
    assert {m.sent_at for m in found} == {NOON}


def test_the_database_itself_refuses_a_second_row(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    open_cycle(sizes={"Lan": 3})
    first = mails(shop)[0]
    again = Mail(cycle_id=first.cycle_id, person_id=first.person_id, kind=first.kind)
    with (
        pytest.raises(Exception, match=r"(?i)unique"),
        shop.sessions.begin() as session,
    ):
        session.add(again)


def test_codes_are_nowhere_in_the_database(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 3})
    codes = codes_of(shop, cycle_id)
    assert len(set(codes)) == 3
    with shop.sessions() as session:
        kept = session.scalars(select(InvitationSecret.hmac)).all()
        plain = [code.replace("-", "") for code in codes]
        assert sorted(kept) == sorted(shop.vault.pepper.hide(c) for c in plain)
        everything = " ".join(
            repr(row)
            for table in Mail.metadata.sorted_tables
            for row in session.execute(select(table))
        )
    assert not any(
        code in everything or raw in everything
        for code, raw in zip(codes, plain, strict=True)
    )


def test_letters_are_in_the_language_of_their_reader_and_lead_to_us_only(
    shop: Workshop,
) -> None:
    bag = Bag()
    opened(shop, bag, {"Lan": 4})
    run_due(replace(shop, mailer=bag), now=NOON)
    texts = {
        ltr.language: ltr.text for ltr in bag.letters if "invitation" in ltr.message_id
    }
    assert "go to http://127.0.0.1:8000/en/ and type this code" in texts["en"]
    assert "Xin chào" in texts["vi"]
    for letter in bag.letters:
        hosts = re.findall(r"https?://([^/\s]*)", letter.text)
        assert set(hosts) == {"127.0.0.1:8000"}


def test_a_link_carries_check_code_and_code_behind_the_hash_only(
    shop: Workshop,
) -> None:
    bag = Bag()
    opened(shop, bag, {"Lan": 4})
    run_due(replace(shop, mailer=bag), now=NOON)
    (letter, *_) = [ltr for ltr in bag.letters if "invitation" in ltr.message_id]
    code = code_in(letter).replace("-", "")
    link = re.search(r"http\S*/s#(\S+)", letter.text)
    assert link.group(1).split(".")[1] == code
    assert f"Check code: {link.group(1).split('.')[0]}." in letter.text
    assert letter.text.count(code) == 1


def test_a_letter_says_anonymous_only_with_why_it_is(shop: Workshop) -> None:
    bag = Bag()
    opened(shop, bag, {"Lan": 4})
    run_due(replace(shop, mailer=bag), now=NOON)
    invitations = [ltr for ltr in bag.letters if "invitation" in ltr.message_id]
    assert len(invitations) == 4
    why = {"en": "it gets your answers locked", "vi": "đã khóa"}
    for letter in invitations:
        assert len(re.findall("anonym|ẩn danh", letter.text, re.IGNORECASE)) == 1
        assert why[letter.language] in letter.text


def test_somebody_with_two_leaders_gets_one_letter_about_both(shop: Workshop) -> None:
    bag = Bag()
    with shop.sessions.begin() as session:
        set_up(session)
        lan, minh = add_team(session, "Lan", 5), add_team(session, "Minh", 5)
        cycle = cycles.create_cycle(session, pulse_plan(), now=NOON - DAY)
        launching.launch_cycle(session, cycle.id, now=NOON - DAY)
        session.flush()
        join_teams(session, lan.member_ids[0], minh.leader_id)
    run_due(shop, now=NOON - DAY)
    run_due(replace(shop, mailer=bag), now=NOON)
    (both,) = [ltr for ltr in bag.letters if re.search(r"\b2 leaders", ltr.subject)]
    assert "2 leaders helps them" in both.text


def join_teams(session: Session, person_id: int, leader_id: int) -> None:
    """Let somebody rate a second leader, as peers will."""
    session.execute(
        text(
            "INSERT INTO collected (invitation_id, scope_id, is_collected) "
            "SELECT i.id, s.id, false FROM invitation i, scope s "
            "JOIN cycle_leader l ON l.id = s.leader_id "
            "WHERE i.person_id = :p AND l.person_id = :l AND s.\"group\" = 'team'"
        ),
        {"p": person_id, "l": leader_id},
    )


def test_the_same_person_in_another_installation_has_another_message_id(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 1})
    (mail,) = mails(shop, kind="invitation")
    check_code = status_of(shop, cycle_id).fingerprint[:20]
    assert mail.message_id == (
        f"invitation.{cycle_id}.{mail.person_id}.{check_code}@hansei"
    )


def test_nobody_is_written_to_after_closing_or_without_an_address(
    shop: Workshop,
) -> None:
    bag = Bag()
    opened(shop, bag, {"Lan": 2})
    with shop.sessions.begin() as session:
        session.execute(
            update(Person).where(Person.number == "Lan-0").values(email=None)
        )
    run_due(replace(shop, mailer=bag), now=NOON)
    assert len(bag.letters) == 2
    with shop.sessions.begin() as session:
        session.execute(update(Mail).values(state=MailState.WAITING))
        ids = session.scalars(select(Mail.id)).all()
        late = NOON + 7 * DAY
        for mail_id in ids:
            assert mailing.begin_mail(session, mail_id, desk_of(shop, late)) is None
    assert {m.state for m in mails(shop)} == {MailState.UNDELIVERABLE}


def test_a_job_whose_mail_row_was_erased_is_done_with(shop: Workshop) -> None:
    opened(shop, Bag(), {"Lan": 2})
    with shop.sessions.begin() as session:
        session.execute(delete(Mail))
    run_due(shop, now=NOON)
    with shop.sessions() as session:
        states = session.scalars(
            select(Job.state).where(Job.kind == JobKind.SEND_MAIL)
        ).all()
    assert set(states) == {JobState.DONE}


def test_a_person_with_a_slip_gets_no_letter(shop: Workshop) -> None:
    with shop.sessions.begin() as session:
        set_up(session)
        team = add_team(session, "Lan", 5, channel=Channel.SLIP)
        session.get_one(Person, team.member_ids[0]).email = "known@example.org"
        cycle = cycles.create_cycle(session, pulse_plan(), now=NOON - DAY)
        launching.launch_cycle(session, cycle.id, now=NOON - DAY)
    run_due(shop, now=NOON - DAY)
    run_due(shop, now=NOON)
    assert [m.kind for m in mails(shop)] == ["self_rating"]


def test_a_leader_without_a_password_gets_a_link_to_set_one(shop: Workshop) -> None:
    bag = Bag()
    opened(shop, bag, {"Lan": 1})
    run_due(replace(shop, mailer=bag), now=NOON)
    (letter,) = [ltr for ltr in bag.letters if "self_rating" in ltr.message_id]
    token = re.search(r"/account/password/(\S+)", letter.text).group(1)
    with shop.sessions.begin() as session:
        late = NOON + 13 * DAY
        assert accounts.password_link_is_good(session, token, now=late)
        accounts.set_password(session, token, "twelve letters", now=late)
        assert session.scalars(select(Account.password_hash)).one()


def test_the_mails_in_the_folder_are_the_ones_of_the_rows(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    open_cycle(sizes={"Lan": 2})
    files = {file.stem for file in Path(shop.mailer._folder).iterdir()}
    assert files == {m.message_id.replace("@", "_at_") for m in mails(shop)}
