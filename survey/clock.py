"""The only place that reads the time."""

from __future__ import annotations

from datetime import UTC, datetime


def utcnow() -> datetime:
    """Return the present moment in UTC, to the microsecond."""
    return datetime.now(UTC)
