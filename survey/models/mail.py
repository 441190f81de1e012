"""Mails: one row for each (cycle, person, kind), never their text."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base, Moment


class MailState(StrEnum):
    """How far a mail is."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNDELIVERABLE = "undeliverable"


class Mail(Base):
    """One mail; its text is made when it is sent and kept nowhere.

    ``sending`` is committed before SMTP: a row found so after a crash "may have been
    sent". Mails about accounts stand outside cycles; those about a
    cycle's log go to accounts.
    """

    __tablename__ = "mail"
    __table_args__ = (
        Index("uq_mail_cycle", "cycle_id", "person_id", "kind", unique=True),
        Index("uq_mail_cycle_account", "cycle_id", "account_id", "kind", unique=True),
        Index(
            "uq_mail_account",
            "account_id",
            "kind",
            unique=True,
            sqlite_where=text("cycle_id IS NULL AND state = 'waiting'"),
            postgresql_where=text("cycle_id IS NULL AND state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int | None] = mapped_column(ForeignKey("cycle.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(24))
    state: Mapped[MailState] = mapped_column(String(16), default=MailState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[str] = mapped_column(String(200), default="")
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    last_error: Mapped[str] = mapped_column(String(500), default="")
