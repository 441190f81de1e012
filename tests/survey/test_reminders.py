from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.reminders import MOST, may_remind, proposed_reminders

ZONE = "Asia/Ho_Chi_Minh"
HERE = ZoneInfo(ZONE)


def proposed(opens: str, closes: str) -> list[str]:
    moments = (
        datetime.fromisoformat(text).replace(tzinfo=HERE) for text in (opens, closes)
    )
    found = proposed_reminders(*moments, ZONE)
    return [f"{at.astimezone(HERE):%a %d %H}" for at in found]


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        pytest.param(
            "2026-11-30T08:00",
            "2026-12-21T18:00",
            ["Mon 07 09", "Mon 14 09", "Thu 17 09"],
            id="three weeks",
        ),
        pytest.param(
            "2026-11-30T08:00",
            "2026-12-14T18:00",
            ["Mon 07 09", "Thu 10 09"],
            id="two weeks",
        ),
        pytest.param(
            "2026-11-30T08:00",
            "2026-12-04T18:00",
            ["Tue 01 09", "Wed 02 09"],
            id="days",
        ),
        pytest.param("2026-11-30T08:00", "2026-11-30T18:00", [], id="one day"),
    ],
)
def test_reminders_fall_on_mornings_of_working_days(
    opens: str, closes: str, expected: list[str]
) -> None:
    assert proposed(opens, closes) == expected


@given(
    days=st.floats(0, 700),
    hours=st.integers(1, 24 * 60),
    zone=st.sampled_from(["UTC", ZONE, "America/New_York", "Pacific/Auckland"]),
)
def test_no_reminder_comes_at_a_weekend_too_early_or_too_late(
    days: float, hours: int, zone: str
) -> None:
    opens = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=days)
    closes = opens + timedelta(hours=hours)
    found = proposed_reminders(opens, closes, zone)
    assert len(found) <= MOST
    for place, at in enumerate(found):
        local = at.astimezone(ZoneInfo(zone))
        assert (local.weekday() < 5, local.hour, local.minute) == (True, 9, 0)
        window = {"opens_at": opens, "closes_at": closes}
        assert may_remind(at, list(found[:place]), **window)
