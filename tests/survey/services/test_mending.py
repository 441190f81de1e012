"""What gave up, in sentences; another try; and nothing about reminders."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from survey.errors import NotFoundError, StepRefusedError
from survey.mail_queue import queue_mails
from survey.models.cycle import Cycle
from survey.models.job import Job, JobKind, JobState
from survey.models.mail import Mail, MailState
from survey.models.people import Person
from survey.services import accounts, erasing, mending, tasks
from survey.worker import HANDLERS, Workshop, run_due
from tests.conftest import NOON, MakeCycle


def break_job(shop: Workshop, kind: JobKind, error: str = "the disk is full") -> int:
    with shop.sessions.begin() as session:
        job = session.scalars(select(Job).where(Job.kind == kind)).first()
        job.state, job.last_error, job.attempts = JobState.FAILED, error, 8
        return job.id


def break_mails(shop: Workshop, *which: object) -> list[int]:
    with shop.sessions.begin() as session:
        broken = update(Mail).where(*which).values(state=MailState.FAILED)
        ids = session.scalars(broken.returning(Mail.id)).all()
        jobs = Job.kind == JobKind.SEND_MAIL, Job.subject_id.in_(ids)
        session.execute(update(Job).where(*jobs).values(state=JobState.FAILED))
        return list(ids)


def listed(shop: Workshop, *, with_accounts: bool = False) -> list[str]:
    with shop.sessions() as session:
        found = mending.failed_mails(session, with_accounts=with_accounts)
        return [f"{mail.kind} {mail.name}" for mail in found]


def test_every_kind_of_work_but_mails_says_what_it_means_and_what_to_do() -> None:
    assert {*mending.MEANINGS} == {*HANDLERS} - {JobKind.SEND_MAIL}
    assert len({meaning for meaning, _ in mending.MEANINGS.values()}) == len(
        mending.MEANINGS
    )


def test_work_that_gave_up_is_listed_and_done_after_another_try(
    shop: Workshop, open_cycle: MakeCycle, hr: int
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    closes_at = NOON
    with shop.sessions.begin() as session:
        cycle = session.get_one(Cycle, cycle_id)
        closes_at = cycle.closes_at
    job_id = break_job(shop, JobKind.CLOSE_CYCLE)
    run_due(shop, now=closes_at)
    with shop.sessions.begin() as session:
        (work,) = mending.failed_work(session)
        assert (work.cycle, work.n_tries) == ("Autumn", 8)
        mending.try_again(session, job_id, now=closes_at, account_id=hr)
        assert mending.failed_work(session) == []
    run_due(shop, now=closes_at)
    with shop.sessions() as session:
        assert session.get_one(Cycle, cycle_id).state == "closed"


def test_work_that_did_not_fail_is_not_tried_again(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    open_cycle(sizes={"Lan": 6})
    with shop.sessions.begin() as session:
        for job in session.scalars(select(Job)).all():
            with pytest.raises(NotFoundError):
                mending.try_again(session, job.id, now=NOON)


def test_a_letter_that_failed_goes_out_after_the_address_was_mended(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    open_cycle(sizes={"Lan": 3})
    with shop.sessions() as session:
        number = select(Person.id).where(Person.number == "Lan-1")
        person_id = session.scalars(number).one()
    (mail_id,) = break_mails(shop, Mail.person_id == person_id)
    assert listed(shop) == ["invitation Member 1 of Lan"]
    with shop.sessions.begin() as session:
        erasing.note_bounce(session, person_id, bounces=True, now=NOON)
    with pytest.raises(StepRefusedError), shop.sessions.begin() as session:
        mending.send_again(session, mail_id, now=NOON, with_accounts=False)
    with shop.sessions.begin() as session:
        session.get_one(Person, person_id).email = "right@example.org"
        mending.send_again(session, mail_id, now=NOON, with_accounts=False)
    run_due(shop, now=NOON)
    with shop.sessions() as session:
        assert session.get_one(Mail, mail_id).state == MailState.SENT
    letters = [file.read_text() for file in shop.mailer._folder.glob("invitation*")]
    assert sum("right@example.org" in letter for letter in letters) == 1


def test_nothing_tells_that_a_reminder_failed_or_whose(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    """Else HR could spoil an address and see whether its owner had answered."""
    cycle_id = open_cycle(sizes={"Lan": 3})
    with shop.sessions.begin() as session:
        people = session.scalars(select(Person.id).where(Person.number.like("Lan-%")))
        queue_mails(session, cycle_id, people.all(), "remind_1", now=NOON)
    ids = break_mails(shop, Mail.kind == "remind_1")
    assert len(ids) == 3
    assert listed(shop, with_accounts=True) == []
    with shop.sessions.begin() as session:
        assert tasks.waiting(session, now=NOON) == []
        with pytest.raises(NotFoundError):
            mending.send_again(session, ids[0], now=NOON, with_accounts=True)
        mending.send_all_again(session, now=NOON, with_accounts=False)
    run_due(shop, now=NOON)
    with shop.sessions() as session:
        states = session.scalars(select(Mail.state).where(Mail.id.in_(ids))).all()
    assert set(states) == {MailState.SENT}


def test_letters_about_accounts_are_for_administrators(shop: Workshop, hr: int) -> None:
    del hr
    with shop.sessions.begin() as session:
        accounts.ask_for_password_link(session, "hr@example.org", now=NOON)
    (mail_id,) = break_mails(shop, Mail.kind == "password")
    assert listed(shop) == []
    assert listed(shop, with_accounts=True) == ["password hr@example.org"]
    with shop.sessions.begin() as session:
        with pytest.raises(NotFoundError):
            mending.send_again(session, mail_id, now=NOON, with_accounts=False)
        mending.send_again(session, mail_id, now=NOON, with_accounts=True)
