"""When a cycle comes again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from survey.recurrence import Recurrence, later, next_draft_at, weeks_ahead

MONDAY = datetime(2026, 9, 14, 6, tzinfo=UTC)
WEEK = timedelta(weeks=1)


@pytest.mark.parametrize(
    ("recurrence", "weeks"),
    [
        (Recurrence.QUARTERLY, 13),
        (Recurrence.HALF_YEARLY, 26),
        (Recurrence.YEARLY, 52),
    ],
)
def test_a_period_is_whole_weeks(recurrence: Recurrence, weeks: int) -> None:
    assert weeks_ahead(MONDAY, recurrence, now=MONDAY + 5 * WEEK) == weeks


def test_after_a_long_pause_missed_periods_are_skipped() -> None:
    late = MONDAY + 13 * WEEK + timedelta(seconds=1)
    assert weeks_ahead(MONDAY, Recurrence.QUARTERLY, now=MONDAY + 13 * WEEK) == 13
    assert weeks_ahead(MONDAY, Recurrence.QUARTERLY, now=late) == 26


@pytest.mark.parametrize(("passed", "weeks"), [(-1, 0), (0, 1), (3, 4), (3.5, 5)])
def test_a_single_copy_gives_a_week_of_notice(passed: float, weeks: int) -> None:
    now = MONDAY + passed * WEEK
    assert weeks_ahead(MONDAY, Recurrence.NEVER, now=now) == weeks


def test_the_time_of_day_stays_though_the_clocks_change() -> None:
    zone = ZoneInfo("Europe/Berlin")
    summer = datetime(2026, 9, 14, 8, tzinfo=zone).astimezone(UTC)
    winter = later(summer, 13, "Europe/Berlin")
    assert winter.astimezone(zone).isoformat() == "2026-12-14T08:00:00+01:00"
    assert winter.tzinfo is UTC


def test_the_next_draft_is_due_four_weeks_before_it_opens_but_not_in_the_past() -> None:
    released = MONDAY + 6 * WEEK
    assert (
        next_draft_at(MONDAY, Recurrence.QUARTERLY, now=released) == MONDAY + 9 * WEEK
    )
    late = MONDAY + 12 * WEEK
    assert next_draft_at(MONDAY, Recurrence.QUARTERLY, now=late) == late
