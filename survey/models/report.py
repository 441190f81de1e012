"""Reports as they were computed: the shown figures and nothing else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class ReportSnapshot(Base):
    """One report's tree; ``leader_id`` is empty for the organisation report."""

    __tablename__ = "report_snapshot"
    __table_args__ = (UniqueConstraint("cycle_id", "kind", "leader_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("cycle_leader.id"))
    is_published: Mapped[bool] = mapped_column(default=False)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
