"""Rows of units: no two of them, and no sum, tell more than their bands."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from survey.models.cycle import CycleLeader
from survey.services import progress
from survey.services.progress import _Count
from survey.worker import Workshop
from tests.conftest import NOON, MakeCycle, answer_all, status_of

POINTS = {"A1": 2, "A2": 2, "A3": 4, "G1": 3, "G2": 3}
TEAMS = st.tuples(st.sampled_from(["", "A", "B", "C", "D"]), st.integers(1, 14))
COMPANIES = st.lists(
    TEAMS.flatmap(lambda t: st.tuples(st.just(t), st.integers(0, t[1]))),
    min_size=1,
    max_size=12,
)


def counts_of(company: list[tuple[tuple[str, int], int]]) -> list[_Count]:
    return [
        _Count({unit}, {n}, asked, Counter(team=sent))
        for n, ((unit, asked), sent) in enumerate(company)
    ]


@settings(max_examples=300, deadline=None)
@given(COMPANIES, st.integers(3, 12))
def test_any_two_rows_differ_by_nobody_or_by_k_people_or_more(
    company: list[tuple[tuple[str, int], int]], k: int
) -> None:
    rows = progress._rows(counts_of(company), k)
    everybody, *units = rows
    assert everybody.n_invited == sum(asked for (_, asked), _ in company)
    if not units:
        return
    assert sum(unit.n_invited for unit in units) == everybody.n_invited
    sizes = [unit.n_invited for unit in units]
    for n in range(1, len(sizes)):
        for hidden in itertools.combinations(sizes, n):
            assert sum(hidden) >= k


@settings(max_examples=300, deadline=None)
@given(COMPANIES, st.integers(3, 12))
def test_the_row_of_everybody_is_no_more_than_the_sum_of_the_others(
    company: list[tuple[tuple[str, int], int]], k: int
) -> None:
    """Whatever the parts' true counts are within their bands, the first row is one."""
    everybody, *units = progress._rows(counts_of(company), k)
    sent = sum(n for _, n in company)
    if units:
        assert everybody.low == sum(unit.low for unit in units)
        assert everybody.high == sum(progress._most(unit, k) for unit in units)
        assert everybody.low <= sent <= everybody.high


@pytest.mark.parametrize("n_invited", range(6, 30))
def test_no_band_says_that_everybody_answered(n_invited: int) -> None:
    low, high = progress._band(n_invited, 5, 1, n_invited)
    assert low < n_invited
    assert high is None or high >= n_invited


def test_in_steps_of_five_no_band_says_that_everybody_answered() -> None:
    assert progress._band(60, 5, 8, 60) == (55, 60)
    assert progress._band(55, 5, 8, 60) == (55, 60)
    assert progress._band(54, 5, 8, 60) == (50, 54)
    assert progress._band(61, 5, 8, 62) == (60, 64)


def test_units_have_rows_of_their_own_and_small_ones_share_one(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 9, "Minh": 6, "Chi": 2, "Dung": 4})
    place = {"Lan": "Plant", "Minh": "Office", "Chi": "Lab", "Dung": "Shop"}
    with shop.sessions.begin() as session:
        for leader in session.scalars(select(CycleLeader)):
            leader.unit = place[leader.name]
        progress.refresh_progress(session, cycle_id, now=NOON)
    answer_all(shop, cycle_id, POINTS)
    rows = status_of(shop, cycle_id).progress
    told = [(r.name, r.n_invited, r.low, r.high, r.is_rest) for r in rows]
    assert told == [
        ("", 21, 0, 12, False),
        ("Office", 6, 0, None, False),
        ("Plant", 9, 0, None, False),
        ("", 6, 0, None, True),
    ]
    with shop.sessions.begin() as session:
        progress.refresh_progress(session, cycle_id, now=NOON)
    rows = status_of(shop, cycle_id).progress
    assert [(r.low, r.high) for r in rows] == [
        (18, 21),
        (5, None),
        (8, None),
        (5, None),
    ]
