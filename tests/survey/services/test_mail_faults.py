from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, delete, text, update

from survey import jobs, worker
from survey.errors import UnknownCodeError
from survey.mail import Letter
from survey.mail_queue import MAY_HAVE_BEEN_SENT
from survey.models.job import Job, JobKind
from survey.models.mail import Mail, MailState
from survey.services import accounts, mailing, mending
from survey.services.mending import FailedMail
from survey.services.visiting import open_visit
from survey.worker import Workshop, run_due
from tests.conftest import (
    DAY,
    NOON,
    status_of,
)
from tests.survey.services.mail_bag import Bag, code_in, desk_of, mails, opened


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


def failed(shop: Workshop) -> list[FailedMail]:
    """Return the letters that HR reads as failed."""
    with shop.sessions() as session:
        return mending.failed_mails(session, with_accounts=False)


def test_a_refused_letter_is_tried_again_later_and_later(shop: Workshop) -> None:
    bag = Bag(refusals=2)
    opened(shop, bag, {"Lan": 1})
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
    assert failed(shop) == []


def test_a_letter_refused_for_good_has_failed_and_hr_sees_how_many(
    shop: Workshop,
) -> None:
    bag = Bag(refusals=999)
    opened(shop, bag, {"Lan": 2})
    now = NOON
    for _ in range(jobs.MOST_ATTEMPTS):
        run_due(replace(shop, mailer=bag), now=now)
        now += DAY / 4
    assert bag.letters == []
    assert {m.state for m in mails(shop)} == {MailState.FAILED}
    assert {m.attempts for m in mails(shop)} == {jobs.MOST_ATTEMPTS}
    assert len(failed(shop)) == 3


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
