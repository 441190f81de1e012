"""The two hours of a day at which what HR sees may change."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

FIXED_HOURS = (time(6), time(18))


def next_fixed_hour(now: datetime, time_zone: str) -> datetime:
    """Return the next of these hours, as clocks show them where people are."""
    local = now.astimezone(ZoneInfo(time_zone))
    days = (local.date(), local.date() + timedelta(days=1))
    hours = [
        datetime.combine(day, at, tzinfo=ZoneInfo(time_zone))
        for day in days
        for at in FIXED_HOURS
    ]
    return next(hour for hour in hours if hour > local)
