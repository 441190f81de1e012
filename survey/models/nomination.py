"""Whom a leader would have rate them besides the team, before a cycle is launched."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.models.base import Base
from survey.models.people import Person


class Nomination(Base):
    """Somebody named as a peer of a leader in a draft; erased at launch.

    Asked only if ``is_approved``: by the leader's manager or HR.
    """

    __tablename__ = "nomination"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), primary_key=True, index=True
    )
    is_approved: Mapped[bool] = mapped_column(default=False)

    leader: Mapped[Person] = relationship(foreign_keys=[leader_id])
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
