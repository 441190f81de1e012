from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete, select, text, update
from sqlalchemy.orm import Session

from survey import jobs, worker
from survey.errors import UnknownCodeError
from survey.mail import Letter, MailError
from survey.mail_queue import MAY_HAVE_BEEN_SENT
from survey.models.account import Account
from survey.models.invitation import InvitationSecret
from survey.models.job import Job, JobKind, JobState
from survey.models.mail import Mail, MailState
from survey.models.people import Channel, Person
from survey.services import accounts, cycles, launching, mailing
from survey.services.visiting import open_visit
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


@dataclass
class Bag:
    """A mailer that keeps letters, and may refuse or die."""

    letters: list[Letter] = field(default_factory=list)
    refusals: int = 0
    deaths: int = 0

    def send(self, letter: Letter) -> None:
        if self.refusals:
            self.refusals -= 1
            raise MailError("554 not today")
        self.letters.append(letter)
        if self.deaths:
            self.deaths -= 1
            raise KeyboardInterrupt  # the process ends between hand-over and commit

    def rest(self) -> None:
        """Nothing is kept open."""


def desk_of(shop: Workshop, now: datetime = NOON) -> mailing.Desk:
    return mailing.Desk(shop.vault, "http://h", now)


def mails(shop: Workshop, **where: str) -> list[Mail]:
    with shop.sessions() as session:
        return list(session.scalars(select(Mail).filter_by(**where).order_by(Mail.id)))


def opened(shop: Workshop, mailer: Bag, sizes: dict[str, int] | None = None) -> int:
    """Launch a cycle whose mails wait to be sent."""
    early = NOON - DAY
    with shop.sessions.begin() as session:
        set_up(session)
        for name, size in (sizes or {"Lan": 2}).items():
            add_team(session, name, size)
        cycle_id = cycles.create_cycle(session, pulse_plan(), now=early).id
        launching.keep_small_teams(session, cycle_id, now=early)
        launching.launch_cycle(session, cycle_id, now=early)
    run_due(shop, now=early)
    with shop.sessions.begin() as session:
        cycles.open_cycle(session, cycle_id, now=NOON)
        mailing.queue_invitations(session, cycle_id, now=NOON)
    return cycle_id


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


def test_sending_is_committed_before_the_letter_is_handed_over(shop: Workshop) -> None:
    outside = create_engine(shop.engine.url)
    seen = []

    class Looking(Bag):
        def send(self, letter: Letter) -> None:
            with outside.connect() as connection:
                row = connection.execute(
                    text("SELECT state, attempts, message_id FROM mail WHERE id = :id"),
                    {"id": ids[letter.message_id.split(".")[2]]},
                ).one()
            seen.append((*row, letter.message_id))

    opened(shop, Bag(), {"Lan": 2})
    ids = {str(m.person_id): m.id for m in mails(shop)}
    run_due(replace(shop, mailer=Looking()), now=NOON)
    outside.dispose()
    assert len(seen) == 3
    assert all(state == "sending" and n == 1 for state, n, _, _ in seen)
    assert all(kept == given for _, _, kept, given in seen)


def test_a_letter_found_in_sending_after_a_crash_is_sent_again_once(
    shop: Workshop,
) -> None:
    bag = Bag(deaths=9)
    opened(shop, bag, {"Lan": 1})
    with shop.sessions.begin() as session:
        session.execute(delete(Job).where(Job.kind == JobKind.REFRESH_PROGRESS))
    dying = replace(shop, mailer=bag)
    now = NOON
    for _ in range(4):
        for _ in range(3):
            try:
                worker.run_one(dying, now=now)
            except KeyboardInterrupt:
                continue
        now += jobs.LEASE
    assert Counter(letter.message_id for letter in bag.letters).most_common()[0][1] == 2
    assert len(bag.letters) == 4
    assert {m.state for m in mails(shop)} == {MailState.FAILED}
    assert {m.last_error for m in mails(shop)} == {MAY_HAVE_BEEN_SENT}


def test_a_letter_sent_again_after_a_crash_is_settled(shop: Workshop) -> None:
    bag = Bag(deaths=1)
    opened(shop, bag, {"Lan": 1})
    dying = replace(shop, mailer=bag)
    with pytest.raises(KeyboardInterrupt):
        run_due(dying, now=NOON)
    assert [m.state for m in mails(shop, message_id=bag.letters[0].message_id)] == [
        MailState.SENDING
    ]
    run_due(dying, now=NOON + jobs.LEASE)
    assert {m.state for m in mails(shop)} == {MailState.SENT}
    doubtful = {m.message_id for m in mails(shop) if m.last_error}
    assert doubtful == {bag.letters[0].message_id}
    assert Counter(letter.message_id for letter in bag.letters).most_common(1) == [
        (bag.letters[0].message_id, 2)
    ]


def test_hr_reads_whose_letter_may_have_come_twice(shop: Workshop) -> None:
    bag = Bag(deaths=1)
    cycle_id = opened(shop, bag, {"Lan": 2})
    dying = replace(shop, mailer=bag)
    with pytest.raises(KeyboardInterrupt):
        run_due(dying, now=NOON)
    run_due(dying, now=NOON + jobs.LEASE)
    assert status_of(shop, cycle_id).sent_twice == (bag.letters[0].to_name,)


def test_a_refused_letter_is_tried_again_later_and_later(shop: Workshop) -> None:
    bag = Bag(refusals=2)
    cycle_id = opened(shop, bag, {"Lan": 1})
    with shop.sessions.begin() as session:
        session.execute(delete(Mail).where(Mail.kind == "self_rating"))
    refusing = replace(shop, mailer=bag)
    run_due(refusing, now=NOON)
    (waiting,) = mails(shop)
    assert (waiting.state, waiting.last_error) == (MailState.WAITING, "554 not today")
    assert bag.letters == []
    run_due(refusing, now=NOON + DAY / 24 / 60)
    run_due(refusing, now=NOON + DAY / 24)
    (sent,) = mails(shop)
    assert (sent.state, sent.attempts, sent.last_error) == (MailState.SENT, 3, "")
    assert len(bag.letters) == 1
    assert status_of(shop, cycle_id).failed_jobs == ()


def test_a_letter_refused_for_good_has_failed_and_hr_sees_how_many(
    shop: Workshop,
) -> None:
    bag = Bag(refusals=999)
    cycle_id = opened(shop, bag, {"Lan": 2})
    now = NOON
    for _ in range(jobs.MOST_ATTEMPTS):
        run_due(replace(shop, mailer=bag), now=now)
        now += DAY / 4
    assert bag.letters == []
    assert {m.state for m in mails(shop)} == {MailState.FAILED}
    assert {m.attempts for m in mails(shop)} == {jobs.MOST_ATTEMPTS}
    assert status_of(shop, cycle_id, now).failed_jobs == ("send_mail: 3",)


def test_after_a_link_could_not_be_sent_another_may_be_asked_for(
    shop: Workshop,
) -> None:
    with shop.sessions.begin() as session:
        accounts.create_account(session, "hr@f.vn", "Mai", frozenset(), now=NOON)
        accounts.ask_for_password_link(session, "hr@f.vn", now=NOON)
    now = NOON
    for _ in range(jobs.MOST_ATTEMPTS):
        run_due(replace(shop, mailer=Bag(refusals=1)), now=now)
        now += DAY / 4
    bag = Bag()
    with shop.sessions.begin() as session:
        accounts.ask_for_password_link(session, "hr@f.vn", now=now)
    run_due(replace(shop, mailer=bag), now=now)
    assert len(bag.letters) == 1


def test_a_repeated_letter_voids_the_code_of_the_one_before(shop: Workshop) -> None:
    bag = Bag()
    cycle_id = opened(shop, bag, {"Lan": 1})
    run_due(replace(shop, mailer=bag), now=NOON)
    (mail,) = mails(shop, kind="invitation")
    with shop.sessions.begin() as session:
        session.execute(update(Mail).values(state=MailState.WAITING))
        again = mailing.begin_mail(session, mail.id, desk_of(shop))
    first = next(ltr for ltr in bag.letters if ltr.message_id.startswith("invitation"))
    assert again.message_id == first.message_id
    assert cycle_id == mail.cycle_id
    with shop.sessions() as session:
        assert open_visit(session, shop.vault, code_in(again), now=NOON)
        with pytest.raises(UnknownCodeError):
            open_visit(session, shop.vault, code_in(first), now=NOON)


def code_in(letter: Letter) -> str:
    return re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}", letter.text).group()


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
