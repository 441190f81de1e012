"""Answers that look like nobody read the questions."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reports.careless import intra_individual_sd, longest_run
from reports.errors import TooFewItemsError

_ = np.nan
RATINGS = np.array(
    [
        [4, 4, 4, 2, 2, _, _, 5],
        [3, 3, _, 3, 3, 3, 1, 1],
        [_, _, _, _, _, _, _, _],
        [1, 2, 1, 2, 1, 2, 1, 2],
        [5, 5, 5, 5, 5, 5, 5, 5],
        [_, _, 2, _, _, _, _, _],
    ]
)
SOME = arrays(
    float,
    st.tuples(st.integers(1, 4), st.integers(1, 9)),
    elements=st.sampled_from([1.0, 2.0, 3.0, np.nan]),
)


def test_the_longest_run_matches_r() -> None:
    # R 4.2.2: apply(x, 1, function(r) max(rle(r)$lengths))
    assert longest_run(RATINGS).tolist() == [3, 3, 1, 1, 8, 1]


def test_the_spread_of_one_rater_matches_r() -> None:
    # R 4.2.2: apply(x, 1, sd, na.rm = TRUE)
    expected = [1.224744871391589, 0.975900072948533, _, 0.534522483824849, 0.0, _]
    np.testing.assert_allclose(intra_individual_sd(RATINGS), expected, rtol=1e-12)


@settings(max_examples=60, deadline=None)
@given(ratings=SOME)
def test_a_run_is_what_one_counts_by_hand(ratings: np.ndarray) -> None:
    for got, row in zip(longest_run(ratings), ratings.tolist(), strict=True):
        runs = itertools.groupby(row, key=lambda point: point)
        counted = [1 if key != key else len(list(run)) for key, run in runs]  # noqa: PLR0124
        assert got == max(counted)


@settings(max_examples=60, deadline=None)
@given(ratings=SOME)
def test_a_mirrored_rater_is_as_careless(ratings: np.ndarray) -> None:
    mirrored = 4 - ratings[:, ::-1]
    np.testing.assert_array_equal(longest_run(mirrored), longest_run(ratings))
    spread = intra_individual_sd(ratings)
    np.testing.assert_allclose(intra_individual_sd(mirrored), spread, atol=1e-12)


def test_nobody_is_careless_where_nobody_answered() -> None:
    assert longest_run(np.empty((0, 4))).shape == (0,)
    assert intra_individual_sd(np.empty((0, 4))).shape == (0,)


@pytest.mark.parametrize("figure", [longest_run, intra_individual_sd])
def test_without_items_there_is_nothing_to_look_at(figure) -> None:
    with pytest.raises(TooFewItemsError, match="at least 1 items, got 0"):
        figure(np.empty((3, 0)))
