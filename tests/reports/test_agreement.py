"""Agreement inside teams."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reports.agreement import (
    average_deviation,
    average_deviation_by_group,
    awg,
    awg_by_group,
    null_variance,
    rwg_by_group,
    rwg_j,
    rwg_j_by_group,
    rwg_star_j,
    rwg_star_j_by_group,
)
from reports.errors import (
    BadInputError,
    NotEstimableError,
    OutOfRangeError,
    TooFewRatersError,
)
from reports.results import ByGroup

nan = np.nan
RATINGS = np.array([[4, 3, 2], [4, 4, 4], [5, 4, 3], [4, 5, 3]], dtype=float)
HOLES = np.array([[nan, 3, 2], [4, 4, 4], [5, 4, nan], [4, 5, 3]])
POINTS = st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, nan])
SINGLE = {
    "rwg_j": lambda x: rwg_j(x, 2.0),
    "rwg_star_j": lambda x: rwg_star_j(x, 2.0),
    "awg": lambda x: awg(x, 1, 5),
    "ad_mean": average_deviation,
    "ad_median": lambda x: average_deviation(x, center="median"),
}
BULK = {
    "rwg_j": lambda x, g: rwg_j_by_group(x, g, 2.0),
    "rwg_star_j": lambda x, g: rwg_star_j_by_group(x, g, 2.0),
    "awg": lambda x, g: awg_by_group(x, g, 1, 5),
    "ad_mean": average_deviation_by_group,
    "ad_median": lambda x, g: average_deviation_by_group(x, g, center="median"),
}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # R 4.2.2, multilevel 2.7: rwg.j(x, rep(1, 4), 2), rwg.j.lindell, awg, ad.m
        ("rwg_j", 0.893258426966292),
        ("rwg_star_j", 0.736111111111111),
        ("awg", 0.708333333333333),
        ("ad_mean", 0.458333333333333),
        ("ad_median", 0.416666666666667),
    ],
)
def test_four_raters_match_r(name: str, expected: float) -> None:
    assert SINGLE[name](RATINGS) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # R 4.2.2: v <- mean(apply(M, 2, var, na.rm = TRUE)); the formulas of v, and
        # mean(apply(M, 2, function(x) { x <- na.omit(x); mean(abs(x - mean(x))) }))
        ("rwg_j", 0.857142857142857),
        ("rwg_star_j", 0.666666666666667),
        ("ad_mean", 0.537037037037037),
        ("ad_median", 0.5),
    ],
)
def test_skipped_items_leave_the_other_answers_in(name: str, expected: float) -> None:
    assert SINGLE[name](HOLES) == pytest.approx(expected, rel=1e-10)


def test_awg_near_the_ends_matches_r() -> None:
    # R 4.2.2, multilevel 2.7: awg(A, c(1, 1, 1, 2, 2, 2, 2), c(1, 5))
    ratings = [
        [5, 1, 3],
        [5, 1, 4],
        [5, 2, 3],
        [2, 4, 3],
        [4, 4, 1],
        [3, 2, 5],
        [1, 1, 5],
    ]
    result = awg_by_group(np.array(ratings), np.array([1, 1, 1, 2, 2, 2, 2]), 1, 5)
    expected = [0.9428571428571428, 0.0031746031746032]
    np.testing.assert_allclose(result.values, expected, rtol=1e-10)


@pytest.mark.parametrize("name", SINGLE)
@settings(max_examples=25, deadline=None)
@given(data=st.data(), n=st.integers(1, 20))
def test_each_group_gets_what_it_would_get_alone(
    name: str, data: st.DataObject, n: int
) -> None:
    ratings = data.draw(arrays(float, (n, 3), elements=POINTS))
    groups = data.draw(arrays(int, n, elements=st.integers(0, 3)))
    result: ByGroup = BULK[name](ratings, groups)
    for label, value in zip(result.labels, result.values, strict=True):
        alone = ratings[groups == label]
        if np.isnan(value):
            with pytest.raises(NotEstimableError):
                SINGLE[name](alone)
        else:
            assert SINGLE[name](alone) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize("name", SINGLE)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_the_order_of_raters_and_items_does_not_matter(
    name: str, data: st.DataObject
) -> None:
    raters = data.draw(st.permutations(range(4)))
    items = data.draw(st.permutations(range(3)))
    shuffled = SINGLE[name](RATINGS[raters][:, items])
    assert shuffled == pytest.approx(SINGLE[name](RATINGS))


@pytest.mark.parametrize("name", ["rwg_j", "rwg_star_j", "ad_mean", "ad_median"])
@pytest.mark.parametrize("shift", [1.0, -1.0, 100.0])
def test_where_on_the_scale_raters_agree_does_not_matter(
    name: str, shift: float
) -> None:
    assert SINGLE[name](RATINGS + shift) == pytest.approx(SINGLE[name](RATINGS))


@pytest.mark.parametrize("name", SINGLE)
def test_a_turned_scale_changes_nothing(name: str) -> None:
    assert SINGLE[name](6 - RATINGS) == pytest.approx(SINGLE[name](RATINGS))


@pytest.mark.parametrize(
    ("name", "alike"),
    [("rwg_j", 1), ("rwg_star_j", 1), ("awg", 1), ("ad_mean", 0), ("ad_median", 0)],
)
@pytest.mark.parametrize("point", [1.0, 3.0, 5.0])
def test_raters_all_alike_agree_wholly(name: str, alike: int, point: float) -> None:
    assert SINGLE[name](np.full((4, 2), point)) == alike


def test_spread_beyond_chance_is_cut_off_in_rwg_only() -> None:
    split = np.array([[1.0, 1], [1, 5], [5, 5], [5, 1]])
    assert rwg_j(split, 2.0) == 0
    assert rwg_by_group(split[:, 0], np.zeros(4), 2.0).values[0] == 0
    assert rwg_star_j(split, 2.0) == pytest.approx(1 - 16 / 3 / 2)
    assert awg(split, 1, 5) == pytest.approx(-1.0)


def test_an_item_with_one_rating_does_not_count() -> None:
    ratings = np.array([[4.0, 3.0], [5.0, nan]])
    assert rwg_j(ratings, null=2.0) == rwg_j(ratings[:, :1], null=2.0)
    assert average_deviation(ratings) == 0.5


@pytest.mark.parametrize("name", SINGLE)
def test_ratings_without_two_of_one_item_are_refused(name: str) -> None:
    ratings = np.array([[4.0, nan], [nan, 3.0]])
    with pytest.raises(TooFewRatersError, match="at least 2 raters per item, got 1"):
        SINGLE[name](ratings)
    with pytest.raises(TooFewRatersError, match="got 0"):
        SINGLE[name](np.empty((0, 2)))


@pytest.mark.parametrize("name", BULK)
def test_groups_of_one_and_without_answers_hold_nan(name: str) -> None:
    ratings = np.array([[3.0, 3], [nan, nan], [nan, nan], [2, 3], [3, nan], [nan, nan]])
    result = BULK[name](ratings, np.array(["one", "none", "none", "two", "two", "two"]))
    assert result.labels.tolist() == ["one", "none", "two"]
    assert np.isnan(result.values[:2]).all()
    assert result.sizes.tolist() == [1, 0, 2]


@pytest.mark.parametrize("name", BULK)
def test_nobody_makes_an_empty_result(name: str) -> None:
    result = BULK[name](np.empty((0, 2)), np.array([], dtype=int))
    assert result.values.shape == result.labels.shape == result.sizes.shape == (0,)


def test_a_mean_without_room_for_disagreement_has_no_awg() -> None:
    with pytest.raises(OutOfRangeError, match="mean of `ratings`") as caught:
        awg(np.array([[5.0], [5.0], [4.0]]), 1, 5)
    assert caught.value.high == pytest.approx(5 - 4 / 3)


def test_awg_refuses_points_off_its_scale() -> None:
    with pytest.raises(OutOfRangeError, match="`ratings` is 5; it must be 0 to 4"):
        awg(RATINGS, 0, 4)


def test_null_variances_follow_from_their_proportions() -> None:
    # LeBreton and Senter (2008): shares of the answers 1 to 5
    shares = {
        "uniform": [0.2, 0.2, 0.2, 0.2, 0.2],
        "slight_skew": [0.05, 0.15, 0.20, 0.35, 0.25],
        "moderate_skew": [0.00, 0.10, 0.15, 0.40, 0.35],
        "heavy_skew": [0.00, 0.00, 0.10, 0.40, 0.50],
        "triangular": [0.11, 0.22, 0.34, 0.22, 0.11],
        "normal": [0.07, 0.24, 0.38, 0.24, 0.07],
    }
    points = np.arange(1, 6)
    for shape, share in shares.items():
        variance = np.dot(share, points**2) - np.dot(share, points) ** 2
        assert null_variance(5, shape) == pytest.approx(variance)
    assert null_variance(7) == 4


@pytest.mark.parametrize(("points", "shape"), [(7, "slight_skew"), (5, "bimodal")])
def test_a_null_nobody_published_is_refused(points: int, shape: str) -> None:
    with pytest.raises(
        BadInputError, match=f"'{shape}' is not known for {points} points"
    ):
        null_variance(points, shape)


def test_one_answer_option_has_no_null() -> None:
    with pytest.raises(OutOfRangeError, match="`n_points`"):
        null_variance(1)


@pytest.mark.parametrize("function", [rwg_j, rwg_star_j])
@pytest.mark.parametrize("null", [0.0, -1.0, nan, np.inf])
def test_a_null_variance_is_above_zero(function: Callable, null: float) -> None:
    with pytest.raises(BadInputError, match="`null`"):
        function(RATINGS, null)
    with pytest.raises(BadInputError, match="`null`"):
        rwg_by_group(RATINGS[:, 0], np.zeros(4), null)


def test_an_unknown_centre_is_refused() -> None:
    with pytest.raises(BadInputError, match="`center` is 'mode'"):
        average_deviation(RATINGS, center="mode")
