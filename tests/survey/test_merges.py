from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.merges import propose_merges

K = 5
TOP, NORTH, SOUTH = 100, 101, 102
"""Whom the leaders 1, 2, 3, ... report to; north and south report to the top."""
ABOVE = {NORTH: TOP, SOUTH: TOP, TOP: None}


@pytest.mark.parametrize(
    ("sizes", "managers", "merges"),
    [
        pytest.param({1: 3, 2: 4}, {1: NORTH, 2: NORTH}, [(1, 2)], id="neighbours"),
        pytest.param({1: 3, 2: 5}, {1: NORTH, 2: NORTH}, [], id="enough alone"),
        pytest.param({1: 2, 2: 2}, {1: NORTH, 2: NORTH}, [], id="too few together"),
        pytest.param({1: 3, 2: 4}, {}, [(1, 2)], id="nobody above"),
        pytest.param({1: 4, 2: 0}, {1: NORTH, 2: NORTH}, [], id="a team of nobody"),
        pytest.param(
            {1: 3, 2: 3, 3: 3},
            {1: NORTH, 2: SOUTH, 3: SOUTH},
            [(2, 3)],
            id="the nearest",
        ),
        pytest.param(
            {1: 3, 2: 4}, {1: NORTH, 2: SOUTH}, [(1, 2)], id="the next unit above"
        ),
        pytest.param(
            {1: 4, NORTH: 3}, {1: NORTH}, [(1, NORTH)], id="a leader and the manager"
        ),
        pytest.param(
            dict.fromkeys(range(1, 6), 4),
            dict.fromkeys(range(1, 6), NORTH),
            [(1, 2), (3, 4, 5)],
            id="no larger than needed",
        ),
        pytest.param(
            {1: 3, 2: 3, 3: 3},
            dict.fromkeys(range(1, 4), NORTH),
            [(1, 2, 3)],
            id="two silent people are spared",
        ),
    ],
)
def test_small_teams_are_joined_with_their_neighbours(
    sizes: dict[int, int], managers: dict[int, int], merges: list[tuple[int, ...]]
) -> None:
    assert propose_merges(sizes, ABOVE | managers, K) == tuple(merges)


@st.composite
def organisations(draw: st.DrawFn) -> tuple[dict[int, int], dict[int, int | None]]:
    """Draw reporting lines of up to 12 leaders, and how many rate each."""
    n = draw(st.integers(1, 12))
    managers = {
        leader: draw(st.sampled_from([None, *range(leader)])) for leader in range(n)
    }
    chosen = draw(st.sets(st.integers(0, n - 1)))
    return {leader: draw(st.integers(0, 9)) for leader in sorted(chosen)}, managers


@given(organisation=organisations(), k=st.integers(3, 12))
def test_merges_are_disjoint_enough_and_no_larger_than_needed(
    organisation: tuple[dict[int, int], dict[int, int | None]], k: int
) -> None:
    sizes, managers = organisation
    merges = propose_merges(sizes, managers, k)
    merged = [leader for merge in merges for leader in merge]
    assert len(merged) == len(set(merged))
    assert all(0 < sizes[leader] < k for leader in merged)
    for merge in merges:
        assert k <= sum(sizes[leader] for leader in merge) < 3 * k
    left = [n for leader, n in sizes.items() if 0 < n < k and leader not in merged]
    assert sum(left) < k  # what is left could not be shown by any merge


@given(organisation=organisations())
def test_the_same_organisation_is_merged_the_same_way(
    organisation: tuple[dict[int, int], dict[int, int | None]],
) -> None:
    sizes, managers = organisation
    turned = dict(reversed(managers.items()))
    assert propose_merges(sizes, managers, K) == propose_merges(sizes, turned, K)
