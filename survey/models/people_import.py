"""The last import of people, kept for a while so that it can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base, Moment


class PeopleImport(Base):
    """What one import changed: each person before (or ``None``) and after.

    There is one row at most, and it goes with the time to undo: former names and
    addresses are nobody's business for longer.
    """

    __tablename__ = "people_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    changes: Mapped[list[list[Any]]] = mapped_column(JSON)
    new_units: Mapped[list[str]] = mapped_column(JSON)
