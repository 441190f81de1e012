"""Work that must happen: a row with a lease is the only truth about it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base, Moment


class JobKind(StrEnum):
    """What a worker can be asked to do."""

    MAKE_KEYS = "make_keys"
    ACTIVATE_CYCLE = "activate_cycle"
    OPEN_CYCLE = "open_cycle"
    REMIND = "remind"
    SEND_MAIL = "send_mail"
    REFRESH_PROGRESS = "refresh_progress"
    CLOSE_CYCLE = "close_cycle"
    BUILD_REPORTS = "build_reports"
    ABANDON_CYCLE = "abandon_cycle"
    DESTROY = "destroy"
    PURGE_CYCLE = "purge_cycle"
    FORGET_IMPORT = "forget_import"
    MAKE_NEXT_DRAFT = "make_next_draft"


ABOUT_NO_CYCLE = frozenset({JobKind.SEND_MAIL, JobKind.FORGET_IMPORT})
"""Kinds whose number is that of something else: a mail, an import."""


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """One piece of work; ``key`` is unique, so that asking twice asks once."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[JobKind] = mapped_column(String(24))
    key: Mapped[str] = mapped_column(String(100), unique=True)
    subject_id: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[JobState] = mapped_column(String(8), default=JobState.WAITING)
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    lease_token: Mapped[UUID | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(500), default="")
