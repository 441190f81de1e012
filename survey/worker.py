"""Kinds of jobs -> service functions; run one, loop, tick."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from questionnaires.catalogue import Catalogue
from survey import jobs, letter_writing
from survey.clock import utcnow
from survey.db import Scrubbed, scrub
from survey.logs import note_warning
from survey.mail import Letter, Mailer, MailError
from survey.models.job import Job, JobKind
from survey.services import (
    closing,
    copying,
    cycles,
    import_undo,
    launching,
    mailing,
    progress,
    release,
    reminding,
    retention,
)
from survey.vault.pepper import Vault

PAUSE = 1.0
"""Seconds between two looks at an empty table."""
MAILS_AT_ONCE = 100
"""Then other work has its turn."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """What jobs are done with; ``questionnaires``: an operator's folder of them."""

    engine: Engine
    sessions: sessionmaker[Session]
    vault: Vault
    mailer: Mailer
    base_url: str
    questionnaires: Path | None = None


class NotYetError(Exception):
    """The job could not finish and is tried again later; the text says why."""


def run_one(shop: Workshop, *, now: datetime | None = None) -> bool:
    """Do one due job; False if none is due.

    A fault of any kind is kept in the row, and the job is tried again later.
    """
    moment = now or utcnow()
    with shop.sessions.begin() as session:
        job = jobs.claim(session, now=moment)
    if job is None:
        return False
    try:
        HANDLERS[JobKind(job.kind)](shop, job, moment)
    except Exception as error:  # noqa: BLE001  # a job must never stop the worker
        structlog.get_logger().exception("job failed", kind=job.kind)
        with shop.sessions.begin() as session:
            jobs.postpone(
                session, job, error=f"{type(error).__name__}: {error}", now=moment
            )
    return True


def run_due(shop: Workshop, *, now: datetime | None = None) -> int:
    """Do everything that is due; return how many jobs that were."""
    n = 0
    try:
        while run_one(shop, now=now):
            n += 1
    finally:
        shop.mailer.rest()
    return n


def loop(shop: Workshop, stop: threading.Event) -> None:
    """Work until asked to stop; a job that has begun is finished.

    While the database is away it is asked again and again.
    """
    while not stop.is_set():
        try:
            is_busy = run_one(shop)
        except SQLAlchemyError:
            structlog.get_logger().exception("the database cannot be used")
            is_busy = False
        if not is_busy:
            shop.mailer.rest()
            stop.wait(PAUSE)
    shop.mailer.rest()


Step = Callable[[Session, Workshop, int, datetime], object]


def _in_one_transaction(step: Step) -> Callable[[Workshop, Job, datetime], None]:
    """Return a handler that does ``step`` and marks the job done, both or neither."""

    def handle(shop: Workshop, job: Job, now: datetime) -> None:
        with shop.sessions.begin() as session:
            step(session, shop, job.subject_id, now)
            if not jobs.finish(session, job.id, job.lease_token):
                raise NotYetError("the lease ran out and another worker took over")

    return handle


def _make_keys(shop: Workshop, job: Job, now: datetime) -> None:
    """Make some keys and give the job back, until all are made."""
    with shop.sessions.begin() as session:
        is_done = launching.make_keys(session, shop.vault, job.subject_id, now=now)
        if is_done:
            jobs.finish(session, job.id, job.lease_token)
        else:
            jobs.go_on(session, job.id, job.lease_token, now=now)


def _activate(session: Session, shop: Workshop, cycle_id: int, now: datetime) -> None:  # noqa: ARG001
    mailing.queue_activations(session, cycle_id, now=now)


def _open(session: Session, shop: Workshop, cycle_id: int, now: datetime) -> None:  # noqa: ARG001
    if cycles.open_cycle(session, cycle_id, now=now):
        progress.refresh_progress(session, cycle_id, now=now)
        mailing.queue_invitations(session, cycle_id, now=now)


def _remind(session: Session, shop: Workshop, cycle_id: int, now: datetime) -> None:  # noqa: ARG001
    reminding.remind(session, cycle_id, now=now)


def _refresh(session: Session, shop: Workshop, cycle_id: int, now: datetime) -> None:  # noqa: ARG001
    progress.refresh_progress(session, cycle_id, now=now)


def _close(session: Session, shop: Workshop, cycle_id: int, now: datetime) -> None:  # noqa: ARG001
    closing.close_cycle(session, cycle_id, now=now)


def _build(session: Session, shop: Workshop, cycle_id: int, now: datetime) -> None:
    closing.build_reports(session, shop.vault, cycle_id, now=now)


def _abandon(session: Session, shop: Workshop, cycle_id: int, now: datetime) -> None:  # noqa: ARG001
    release.abandon_if_due(session, cycle_id, now=now)


def _forget_import(session: Session, shop: Workshop, _: int, now: datetime) -> None:  # noqa: ARG001
    import_undo.forget_import(session, now=now)


def _next_draft(session: Session, shop: Workshop, cycle_id: int, now: datetime) -> None:
    catalogue = Catalogue(shop.questionnaires)
    copying.make_next_draft(session, catalogue, cycle_id, now=now)


def _send_mails(shop: Workshop, job: Job, now: datetime) -> None:
    """Send a mail and those that are due after it, some at most.

    One commit lies between two letters: it says how the one before went and that the
    next one is on its way. So of a worker that dies one letter may have been sent.
    """
    desk = letter_writing.Desk(shop.vault, shop.base_url, now)
    with shop.sessions.begin() as session:
        letter = mailing.begin_mail(session, job.subject_id, desk)
    sending: Job | None = job
    n = 0
    while sending is not None:
        error = _hand_over(shop, letter)
        n += 1
        with shop.sessions.begin() as session:
            _settle(session, sending, letter, error, now)
            sending = None
            if n < MAILS_AT_ONCE and not error:
                sending = jobs.claim(session, now=now, kind=JobKind.SEND_MAIL)
            if sending is not None:
                letter = mailing.begin_mail(session, sending.subject_id, desk)


def _hand_over(shop: Workshop, letter: Letter | None) -> str:
    """Return what was said against a letter; empty if it was taken."""
    try:
        if letter is not None:
            shop.mailer.send(letter)
    except MailError as refused:
        return str(refused)
    return ""


def _settle(
    session: Session, job: Job, letter: Letter | None, error: str, now: datetime
) -> None:
    """Write down how a letter went; a refused one waits for its next try."""
    if letter is not None:
        is_last = job.attempts >= jobs.MOST_ATTEMPTS
        mailing.settle_mail(
            session, job.subject_id, now=now, error=error, is_last=is_last
        )
    if error:
        jobs.postpone(session, job, error=error, now=now)
    else:
        jobs.finish(session, job.id, job.lease_token)


def _destroy(shop: Workshop, job: Job, now: datetime) -> None:
    """Delete keys, rewrite the database's files, write it down, tell the leaders."""
    with shop.sessions.begin() as session:
        is_due = release.destroy(session, shop.vault, job.subject_id)
    left = _rewrite(shop, release.SCRUBBED) if is_due else Scrubbed.NOTHING_LEFT
    with shop.sessions.begin() as session:
        if is_due:
            release.mark_destroyed(session, job.subject_id, now=now, left=left)
            mailing.queue_report_ready(session, job.subject_id, now=now)
        jobs.finish(session, job.id, job.lease_token)


def _purge(shop: Workshop, job: Job, now: datetime) -> None:
    """Erase people and kept rows, rewrite the files that held rows, write it down."""
    with shop.sessions.begin() as session:
        had_rows = retention.purge_cycle(session, job.subject_id, now=now)
    left = _rewrite(shop, retention.SCRUBBED) if had_rows else Scrubbed.NOTHING_LEFT
    with shop.sessions.begin() as session:
        if had_rows:
            retention.mark_purged(session, job.subject_id, now=now, left=left)
        jobs.finish(session, job.id, job.lease_token)


def _rewrite(shop: Workshop, tables: tuple[str, ...]) -> Scrubbed:
    """Rewrite the files of tables; warn if something is left, wait if it cannot be."""
    left = scrub(shop.engine, *tables)
    if left is Scrubbed.BUSY:
        raise NotYetError("other connections keep the log of the database busy")
    if left is Scrubbed.LOG_LEFT:
        note_warning("PostgreSQL keeps old log files", repair="SECURITY.md, Backups")
    return left


HANDLERS: dict[JobKind, Callable[[Workshop, Job, datetime], None]] = {
    JobKind.MAKE_KEYS: _make_keys,
    JobKind.ACTIVATE_CYCLE: _in_one_transaction(_activate),
    JobKind.OPEN_CYCLE: _in_one_transaction(_open),
    JobKind.REMIND: _in_one_transaction(_remind),
    JobKind.SEND_MAIL: _send_mails,
    JobKind.REFRESH_PROGRESS: _in_one_transaction(_refresh),
    JobKind.CLOSE_CYCLE: _in_one_transaction(_close),
    JobKind.BUILD_REPORTS: _in_one_transaction(_build),
    JobKind.ABANDON_CYCLE: _in_one_transaction(_abandon),
    JobKind.DESTROY: _destroy,
    JobKind.PURGE_CYCLE: _purge,
    JobKind.FORGET_IMPORT: _in_one_transaction(_forget_import),
    JobKind.MAKE_NEXT_DRAFT: _in_one_transaction(_next_draft),
}
