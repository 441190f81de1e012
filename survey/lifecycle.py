"""How a cycle lives: its states, what may follow what, and what the clock asks for."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class CycleState(StrEnum):
    """Where a cycle stands."""

    DRAFT = "draft"
    LAUNCHING = "launching"
    LAUNCHED = "launched"
    OPEN = "open"
    CLOSED = "closed"
    RELEASED = "released"
    ABANDONED = "abandoned"
    PURGED = "purged"


_S = CycleState

TRANSITIONS: dict[CycleState, frozenset[CycleState]] = {
    _S.DRAFT: frozenset({_S.LAUNCHING, _S.ABANDONED}),
    _S.LAUNCHING: frozenset({_S.LAUNCHED, _S.ABANDONED}),
    _S.LAUNCHED: frozenset({_S.OPEN, _S.ABANDONED}),
    _S.OPEN: frozenset({_S.CLOSED, _S.ABANDONED}),
    _S.CLOSED: frozenset({_S.RELEASED, _S.ABANDONED}),
    _S.RELEASED: frozenset({_S.PURGED}),
    _S.PURGED: frozenset(),
    _S.ABANDONED: frozenset({_S.PURGED}),
}
"""What may follow what. Nothing leads back."""


class Mode(StrEnum):
    """When a rater collects the credential."""

    ONE_VISIT = "one_visit"
    ACTIVATION_DAY = "activation_day"


class Retention(StrEnum):
    """What stays of single answers after release."""

    AGGREGATES = "aggregates"
    ROWS = "rows"


ROWS_FROM_SCOPES, ROWS_FROM_PEOPLE = 8, 50
"""Fewer groups or people, and a kept row would say too much about its owner."""


def may_keep_rows(n_scopes: int, n_people: int) -> bool:
    """Whether so many are enough for `Retention.ROWS`; decided from counts alone."""
    return n_scopes >= ROWS_FROM_SCOPES and n_people >= ROWS_FROM_PEOPLE


LONGEST_HOLD = timedelta(days=14)
"""So long at most after the release may one leader's report stay shut."""


class Destruction(StrEnum):
    """How far keys and ciphertexts of a cycle are gone."""

    NONE = "none"
    PENDING = "pending"
    DONE = "done"


def due_state(
    state: CycleState,
    opens_at: datetime,
    closes_at: datetime,
    release_by: datetime,
    *,
    now: datetime,
) -> CycleState:
    """Return the state the clock alone asks for; HR decides all the others."""
    if state is CycleState.LAUNCHED and now >= opens_at:
        state = CycleState.OPEN
    if state is CycleState.OPEN and now >= closes_at:
        state = CycleState.CLOSED
    if state is CycleState.CLOSED and now >= release_by:
        state = CycleState.ABANDONED
    return state


def issue_is_open(
    state: CycleState, activates_at: datetime | None, *, now: datetime
) -> bool:
    """Whether credentials are issued now; from the activation day on, if one is set."""
    if state is CycleState.OPEN:
        return True
    return (
        state is CycleState.LAUNCHED
        and activates_at is not None
        and now >= activates_at
    )
