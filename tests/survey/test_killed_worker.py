"""A worker is killed in the midst of 500 mails, by a real signal, before a real server.

Whoever runs this sees what is promised: every person has one row and gets a letter,
and only a letter that was on its way when the worker died can come twice.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from survey import worker
from survey.clock import utcnow
from survey.config import Settings
from survey.mail_queue import INVITATION, MAY_HAVE_BEEN_SENT
from survey.models.job import Job, JobKind, JobState
from survey.models.mail import Mail, MailState
from survey.models.people import Person
from survey.services import cycles, launching, watching
from survey.worker import Workshop
from tests.conftest import DAY, add_team, pulse_plan, set_up
from tests.survey.test_mail import Served, Sink

N_PEOPLE = 500
KILLED_AT = (90, 240, 410)
"""Letters of which the worker does not live to hear that they were taken."""
PATIENCE = 300.0


class Killing(Sink):
    """Keeps a letter, and kills the worker before it can hear so."""

    def __init__(self) -> None:
        super().__init__()
        self.victim: subprocess.Popen[bytes] | None = None
        self.kills = list(KILLED_AT)

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802  # aiosmtpd's name
        said = await super().handle_DATA(server, session, envelope)
        if self.victim and self.kills and len(self.raw) >= self.kills[0]:
            self.kills.pop(0)
            self.victim.kill()
            await asyncio.sleep(0.2)
        return said

    @property
    def addresses(self) -> list[str]:
        return [str(m["To"].addresses[0].addr_spec) for m in self.messages]


@contextmanager
def a_worker(settings: Settings, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run `hansei worker` as a process of its own."""
    environ = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "HANSEI_INSTANCE": str(settings.instance),
        "HANSEI_VAULT": str(settings.vault),
        "HANSEI_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "HANSEI_SECRET_KEY": "only for tests, and long enough for it",
        "HANSEI_MAIL_FROM": settings.mail_from,
        "HANSEI_BASE_URL": settings.base_url,
    }
    command = "from survey.main import main; main(['worker'])"
    process = subprocess.Popen(
        [sys.executable, "-c", command], env=environ, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def launch_for_many(shop: Workshop) -> int:
    """Launch a cycle whose form opened a moment ago, with no worker about."""
    opens_at = utcnow() - timedelta(minutes=1)
    early = opens_at - DAY
    with shop.sessions.begin() as session:
        set_up(session)
        add_team(session, "Lan", N_PEOPLE)
        plan = pulse_plan(opens_at=opens_at, closes_at=opens_at + 30 * DAY)
        cycle_id = cycles.create_cycle(session, plan, now=early).id
        launching.launch_cycle(session, cycle_id, now=early)
    worker.run_due(shop, now=early)
    return cycle_id


def n_unsettled(shop: Workshop) -> int:
    with shop.sessions() as session:
        unsent = Mail.state.in_([MailState.WAITING, MailState.SENDING])
        opened = select(func.count()).where(
            Job.kind == JobKind.OPEN_CYCLE, Job.state == JobState.WAITING
        )
        mails = session.scalar(select(func.count()).where(unsent)) or 0
        return mails + (session.scalar(opened) or 0)


def let_leases_run_out(shop: Workshop) -> None:
    """Let the five minutes pass after which somebody else takes a dead one's work."""
    with shop.sessions.begin() as session:
        held = update(Job).where(Job.lease_until.is_not(None))
        session.execute(held.values(lease_until=utcnow() - timedelta(seconds=1)))


@pytest.mark.long
def test_of_500_mails_a_killed_worker_loses_none_and_the_page_names_what_came_twice(
    shop: Workshop, settings: Settings
) -> None:
    cycle_id = launch_for_many(shop)
    sink = Killing()
    n_workers = 0
    ends_at = time.monotonic() + PATIENCE
    with Served(sink) as server:
        while n_unsettled(shop):
            let_leases_run_out(shop)
            n_workers += 1
            with a_worker(settings, server.port) as process:
                sink.victim = process
                while process.poll() is None and n_unsettled(shop):
                    assert time.monotonic() < ends_at
                    time.sleep(0.1)
    assert n_workers == len(KILLED_AT) + 1
    got = Counter(sink.addresses)
    twice = {address for address, n in got.items() if n > 1}
    with shop.sessions() as session:
        rows = session.execute(
            select(Person.email, Mail.state, Mail.last_error)
            .join(Mail, Mail.person_id == Person.id)
            .where(Mail.kind == INVITATION)
        ).all()
        names = set(watching.status(session, cycle_id, now=utcnow()).sent_twice)
        told = select(Person.email).where(Person.name.in_(names))
        doubtful = set(session.scalars(told))
    assert len(rows) == len({row.email for row in rows}) == N_PEOPLE
    assert {row.state for row in rows} == {MailState.SENT}
    assert {row.email for row in rows} <= set(got)
    assert len(twice) == len(KILLED_AT)
    assert max(got.values()) == 2
    assert doubtful == twice
    assert {r.email for r in rows if r.last_error == MAY_HAVE_BEEN_SENT} <= twice
