from __future__ import annotations

import pytest

from survey.lifecycle import TRANSITIONS, CycleState, due_state, issue_is_open
from tests.conftest import DAY, NOON

S = CycleState
OPENS, CLOSES, RELEASE_BY = NOON, NOON + 7 * DAY, NOON + 37 * DAY


@pytest.mark.parametrize(
    ("stored", "days", "due"),
    [
        (S.LAUNCHED, -1, S.LAUNCHED),
        (S.LAUNCHED, 0, S.OPEN),
        (S.OPEN, 6.99, S.OPEN),
        (S.OPEN, 7, S.CLOSED),
        (S.LAUNCHED, 7, S.CLOSED),
        (S.CLOSED, 36.99, S.CLOSED),
        (S.CLOSED, 37, S.ABANDONED),
        (S.LAUNCHED, 400, S.ABANDONED),
        (S.RELEASED, 400, S.RELEASED),
        (S.DRAFT, 400, S.DRAFT),
        (S.LAUNCHING, 400, S.LAUNCHING),
    ],
)
def test_the_clock_alone_opens_closes_and_abandons(
    stored: S, days: float, due: S
) -> None:
    now = NOON + days * DAY
    assert due_state(stored, OPENS, CLOSES, RELEASE_BY, now=now) is due


def test_nothing_leads_back() -> None:
    order = list(S)
    for before, followers in TRANSITIONS.items():
        assert all(order.index(after) > order.index(before) for after in followers)


@pytest.mark.parametrize(
    ("state", "activates_at", "is_open"),
    [
        (S.OPEN, None, True),
        (S.LAUNCHED, None, False),
        (S.LAUNCHED, NOON, True),
        (S.LAUNCHED, NOON + DAY, False),
        (S.CLOSED, NOON, False),
    ],
)
def test_credentials_are_issued_while_open_and_from_an_activation_day_on(
    state: S, activates_at: object, is_open: bool
) -> None:
    assert issue_is_open(state, activates_at, now=NOON) is is_open
