from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select

from survey import jobs, worker
from survey.mail import Letter, MailError
from survey.models.job import Job, JobKind, JobState
from survey.models.mail import Mail, MailState
from survey.models.report import ReportSnapshot
from survey.services import release
from survey.worker import Workshop
from tests.conftest import DAY, NOON, MakeCycle, answer_all

CLOSED = NOON + 7 * DAY
POINTS = {"A1": 2, "A2": 2, "A3": 4, "G1": 3, "G2": 3}
DOWN = "the server is down"


class Refusing:
    """A mailer whose server is down."""

    def send(self, letter: Letter) -> None:
        raise MailError(DOWN)

    def rest(self) -> None:
        """Nothing is kept open."""


def ask_for_mail(shop: Workshop) -> int:
    """Let one mail wait again."""
    with shop.sessions.begin() as session:
        mail = session.scalars(select(Mail).order_by(Mail.id)).first()
        mail.state = MailState.WAITING
        jobs.ask_again(session, JobKind.SEND_MAIL, mail.id, due_at=NOON)
        return mail.id


def test_a_refused_mail_waits_and_goes_out_when_the_server_is_back(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    open_cycle(sizes={"Lan": 1})
    mail_id = ask_for_mail(shop)
    worker.run_due(replace(shop, mailer=Refusing()), now=NOON)
    with shop.sessions() as session:
        mail = session.get_one(Mail, mail_id)
        assert (mail.state, mail.last_error) == (
            MailState.WAITING,
            "the server is down",
        )
    worker.run_due(shop, now=NOON)
    with shop.sessions() as session:
        assert session.get_one(Mail, mail_id).state == MailState.WAITING
    worker.run_due(shop, now=NOON + timedelta(minutes=1))
    with shop.sessions() as session:
        assert session.get_one(Mail, mail_id).state == MailState.SENT


def test_a_job_that_breaks_stops_neither_the_worker_nor_the_other_jobs(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    open_cycle(sizes={"Lan": 1})
    with shop.sessions.begin() as session:
        jobs.enqueue(session, JobKind.BUILD_REPORTS, 999, due_at=NOON)
        jobs.enqueue(session, JobKind.REFRESH_PROGRESS, 1, due_at=NOON, key="other")
    worker.run_due(shop, now=NOON)
    with shop.sessions() as session:
        states = dict(session.execute(select(Job.key, Job.state)).all())
    assert states["build_reports:999"] == JobState.WAITING
    assert states["other"] == JobState.DONE


def test_two_workers_at_once_do_each_job_once(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6, "Minh": 6})
    answer_all(shop, cycle_id, POINTS)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: worker.run_due(shop, now=CLOSED), range(2)))
    with shop.sessions() as session:
        finished = select(func.count()).where(Job.state == JobState.DONE)
        assert session.scalar(finished) >= sum(done)
        assert len(session.scalars(select(ReportSnapshot)).all()) == 3
        assert session.scalar(select(func.max(Job.attempts))) == 1


def test_leaders_are_told_once_that_their_report_is_ready(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    worker.run_due(shop, now=CLOSED)
    with shop.sessions.begin() as session:
        release.release_cycle(session, shop.vault, cycle_id, now=CLOSED)
    worker.run_due(shop, now=CLOSED)
    with shop.sessions.begin() as session:
        jobs.ask_again(session, JobKind.DESTROY, cycle_id, due_at=CLOSED)
    worker.run_due(shop, now=CLOSED)
    assert len(list(shop.mailer._folder.glob("report_ready*.eml"))) == 1


def test_nobody_is_told_of_a_report_that_was_abandoned(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    with shop.sessions.begin() as session:
        release.abandon_cycle(session, cycle_id, now=NOON)
    worker.run_due(shop, now=NOON)
    assert list(shop.mailer._folder.glob("report_ready*.eml")) == []


def test_the_loop_stops_when_asked_to(shop: Workshop) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=worker.loop, args=(shop, stop))
    thread.start()
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive()
