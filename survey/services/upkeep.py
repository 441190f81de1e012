"""Is work being done? What the operator's watch asks for."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.models.job import Job, JobState


def longest_wait(session: Session, *, now: datetime) -> timedelta:
    """Return how long the oldest job that is due has been waiting for a worker."""
    due = select(func.min(Job.due_at)).where(
        Job.state == JobState.WAITING, Job.due_at <= now
    )
    oldest = session.scalar(due)
    return now - oldest if oldest else timedelta()
