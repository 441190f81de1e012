"""The organisation: its units, its people and who reports to whom."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.models.base import Base


class Channel(StrEnum):
    """How an invitation reaches a person."""

    EMAIL = "email"
    SLIP = "slip"


class Organisation(Base):
    """The one organisation of this installation."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8), default="en")
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    contact: Mapped[str] = mapped_column(String(200), default="")
    representative: Mapped[str] = mapped_column(String(200), default="")
    privacy_notice: Mapped[str] = mapped_column(default="")
    is_made_up: Mapped[bool] = mapped_column(default=False)


class Unit(Base):
    """A part of the organisation."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))


class Person(Base):
    """Somebody who works here; ``number`` is the personnel number of the import.

    ``bounced_email`` is an address from which mails came back; another one is good.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    bounced_email: Mapped[str | None] = mapped_column(String(254))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    language: Mapped[str] = mapped_column(String(8), default="en")
    channel: Mapped[Channel] = mapped_column(String(8), default=Channel.EMAIL)
    is_active: Mapped[bool] = mapped_column(default=True)
    wants_reminders: Mapped[bool] = mapped_column(default=True)

    unit: Mapped[Unit | None] = relationship()
    manager: Mapped[Person | None] = relationship(remote_side=[id])  # noqa: A003  # the column above

    @property
    def reachable_at(self) -> str | None:
        """Where mails go; nowhere if they came back from there."""
        return None if self.email == self.bounced_email else self.email
