"""Answers: sealed ones that nobody can read yet, and those given under a name."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class SealedAnswer(Base):
    """One answer nobody can read while its cycle is open.

    No invitation, person, time, address or serial number; the key is random or the
    hash of a credential the server signed blind, and SQLite keeps no hidden row
    number. See docs/adr/0003-answers-are-sealed.md before adding a column.
    """

    __tablename__ = "sealed_answer"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  # SQLAlchemy's form

    spent: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    scope_id: Mapped[UUID] = mapped_column(ForeignKey("scope.id"), index=True)
    sealed: Mapped[bytes]


class IdentifiedRating(Base):
    """Ratings given under a name, as the form said first: self and named manager.

    May be changed until closing, are shown to nobody before release, and go then.
    """

    __tablename__ = "identified_rating"

    scope_id: Mapped[UUID] = mapped_column(ForeignKey("scope.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    points: Mapped[dict[str, Any]] = mapped_column(JSON)
    cannot_say: Mapped[list[str]] = mapped_column(JSON, default=list)
