"""When reminders go out: at most three, at work, none after closing."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

MOST = 3
"""More reminders bring no more answers and sour the rest."""
BEFORE_CLOSING = (5, 2)
"""Working days before closing on which the second and the third one go out."""
SENT_AT = time(9)
APART = timedelta(days=1)
_FRIDAY = 4


def proposed_reminders(
    opens_at: datetime, closes_at: datetime, time_zone: str
) -> tuple[datetime, ...]:
    """Return when to remind, in the morning of a working day where people are.

    After a third of the window, then five and two working days before closing. In a
    short window those that would come too early, or less than a day apart, are left
    out.
    """
    third = opens_at + (closes_at - opens_at) / 3
    wanted = [
        _morning(third, time_zone, forward=True),
        *(_working_days_before(closes_at, n, time_zone) for n in BEFORE_CLOSING),
    ]
    kept: list[datetime] = []
    for at in sorted(wanted):
        if may_remind(at, kept, opens_at=opens_at, closes_at=closes_at):
            kept.append(at)
    return tuple(kept)


def may_remind(
    at: datetime, others: list[datetime], *, opens_at: datetime, closes_at: datetime
) -> bool:
    """Whether a reminder may go out then: in the window, a day from all others."""
    is_apart = all(abs(at - other) >= APART for other in [opens_at, *others])
    return opens_at < at < closes_at and is_apart and len(others) < MOST


def _working_days_before(moment: datetime, n: int, time_zone: str) -> datetime:
    day = moment
    for _ in range(n):
        day = _morning(day - timedelta(days=1), time_zone, forward=False)
    return day


def _morning(moment: datetime, time_zone: str, *, forward: bool) -> datetime:
    """Return nine o'clock of this day, or of the nearest working day."""
    zone = ZoneInfo(time_zone)
    day = moment.astimezone(zone).date()
    while day.weekday() > _FRIDAY:
        day += timedelta(days=1 if forward else -1)
    return datetime.combine(day, SENT_AT, tzinfo=zone).astimezone(moment.tzinfo)
