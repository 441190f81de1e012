"""Turning and averaging answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reports.errors import OutOfRangeError, TooFewItemsError
from reports.scoring import dimension_scores, turn

POINTS = st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, np.nan])


def test_turned_points_match_r() -> None:
    # R 4.2.2, psych 2.2.9: reverse.code(-1, c(1, 2, 5, NA), mini = 1, maxi = 5)
    turned = turn(np.array([1, 2, 5, np.nan]), 1, 5)
    np.testing.assert_array_equal(turned, [5, 4, 1, np.nan])


def test_a_scale_from_zero_turns_around_its_own_middle() -> None:
    np.testing.assert_array_equal(turn([0, 1, 4], 0, 4), [4, 3, 0])


@settings(max_examples=40, deadline=None)
@given(points=arrays(float, (4, 3), elements=POINTS))
def test_turning_twice_gives_the_points_back(points: np.ndarray) -> None:
    np.testing.assert_array_equal(turn(turn(points, 1, 5), 1, 5), points)


@pytest.mark.parametrize("stray", [0.0, 6.0, 99.0, np.inf])
def test_a_stray_point_is_refused(stray: float) -> None:
    with pytest.raises(OutOfRangeError, match="`points`"):
        turn(np.array([3.0, stray]), 1, 5)


def test_scores_match_r() -> None:
    # R 4.2.2, psych 2.2.9: scoreItems(list(q = c("a", "b", "c")), D,
    #   impute = "none", missing = TRUE, totals = FALSE)$scores; ours leaves out the
    #   second and third rater, who answered less than half.
    nan = np.nan
    ratings = np.array(
        [[4, 3, 5], [5, nan, nan], [nan, nan, nan], [nan, 2, 4], [1, 2, 3]]
    )
    np.testing.assert_array_equal(dimension_scores(ratings), [4, nan, nan, 3, 2])
    np.testing.assert_array_equal(dimension_scores(ratings, 0.0), [4, 5, nan, 3, 2])


@pytest.mark.parametrize(
    ("answered", "items", "scored"),
    [
        (2, 4, True),
        (1, 4, False),
        (3, 5, True),
        (2, 5, False),
        (4, 7, True),
        (3, 7, False),
    ],
)
def test_exactly_half_is_enough(answered: int, items: int, scored: bool) -> None:
    ratings = np.full((1, items), np.nan)
    ratings[0, :answered] = 4.0
    assert np.isfinite(dimension_scores(ratings)[0]) == scored


@settings(max_examples=40, deadline=None)
@given(ratings=arrays(float, (5, 4), elements=POINTS))
def test_the_score_of_turned_items_is_the_turned_score(ratings: np.ndarray) -> None:
    turned = 6 - dimension_scores(ratings)
    np.testing.assert_allclose(dimension_scores(turn(ratings, 1, 5)), turned)


@settings(max_examples=40, deadline=None)
@given(ratings=arrays(float, (5, 4), elements=POINTS), data=st.data())
def test_the_order_of_items_does_not_matter(
    ratings: np.ndarray, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(4)))
    shuffled = dimension_scores(ratings[:, order])
    np.testing.assert_allclose(shuffled, dimension_scores(ratings))


def test_nobody_has_no_scores() -> None:
    assert dimension_scores(np.empty((0, 5))).shape == (0,)


def test_no_item_cannot_be_scored() -> None:
    with pytest.raises(TooFewItemsError):
        dimension_scores(np.empty((5, 0)))


@pytest.mark.parametrize("share", [-0.1, 1.1, np.nan])
def test_a_share_is_from_0_to_1(share: float) -> None:
    with pytest.raises(OutOfRangeError, match="`min_share`"):
        dimension_scores(np.ones((2, 2)), share)
