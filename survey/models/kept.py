"""Ratings that a cycle keeps for research, if its promise says so."""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class KeptRow(Base):
    """What one rater of one leader clicked, without a word on who or about whom.

    Item code -> point, or nothing for "cannot say"; in the order of the questionnaire.
    The key is random and rows are written in its order. See
    docs/adr/0011-kept-rows.md before adding a column.
    """

    __tablename__ = "kept_row"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  # SQLAlchemy's form

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    points: Mapped[dict[str, int | None]] = mapped_column(JSON)
