"""When a cycle comes again: whole weeks later, so that weekdays stay as they were."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Recurrence(StrEnum):
    """How often a cycle is repeated."""

    NEVER = ""
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"


WEEKS = {
    Recurrence.QUARTERLY: 13,
    Recurrence.HALF_YEARLY: 26,
    Recurrence.YEARLY: 52,
}
DRAFTED_AHEAD = timedelta(weeks=4)
"""The next draft is made so long before it opens, when its people are known."""
NOTICE = timedelta(weeks=1)
"""A cycle that is copied once opens this much later than now at the earliest."""


def later(moment: datetime, weeks: int, time_zone: str) -> datetime:
    """Return the same weekday and time of day so many weeks later, on local clocks."""
    zone = ZoneInfo(time_zone)
    return (moment.astimezone(zone) + timedelta(weeks=weeks)).astimezone(moment.tzinfo)


def weeks_ahead(opens_at: datetime, recurrence: Recurrence, *, now: datetime) -> int:
    """Return by how many weeks a copy moves: whole periods, until it lies ahead.

    Without a period it moves by as few weeks as give a week's notice.
    """
    period = WEEKS.get(recurrence, 1)
    weeks, earliest = (period, now) if recurrence else (0, now + NOTICE)
    while opens_at + timedelta(weeks=weeks) < earliest:
        weeks += period
    return weeks


def next_draft_at(
    opens_at: datetime, recurrence: Recurrence, *, now: datetime
) -> datetime:
    """Return when the next draft of a repeated cycle is due, as seen at its release."""
    weeks = weeks_ahead(opens_at, recurrence, now=now)
    return max(now, opens_at + timedelta(weeks=weeks) - DRAFTED_AHEAD)
