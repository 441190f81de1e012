"""Alpha and its relatives."""

from __future__ import annotations

import numpy as np
import pytest

from reports.errors import (
    NotEstimableError,
    OutOfRangeError,
    TooFewGroupsError,
    TooFewItemsError,
    TooFewRatersError,
    ZeroVarianceError,
)
from reports.reliability import (
    alpha_if_dropped,
    alpha_interval_bonett,
    alpha_within_teams,
    cronbach_alpha,
    item_rest_correlations,
)

RATINGS = np.array([[4, 3, 2], [4, 4, 4], [5, 4, 3], [4, 5, 3]], dtype=float)


def test_alpha_of_four_raters_matches_r() -> None:
    # R 4.2.2, multilevel 2.7, psych 2.2.9: cronbach(x)$Alpha; alpha.ci(0.444..., 4, 3)
    alpha = cronbach_alpha(RATINGS)
    assert alpha.estimate == pytest.approx(0.444444444444444, rel=1e-10)
    assert alpha.interval.low == pytest.approx(-2.665999178864707, rel=1e-10)
    assert alpha.interval.high == pytest.approx(0.962296153887547, rel=1e-10)


def test_differences_between_teams_do_not_move_alpha_within_teams() -> None:
    rng = np.random.default_rng(3)
    ratings = rng.integers(1, 6, size=(30, 4)).astype(float)
    groups = np.repeat(np.arange(6), 5)
    apart = ratings + groups[:, None] * 10
    before, after = (alpha_within_teams(x, groups) for x in (ratings, apart))
    assert after.estimate == pytest.approx(before.estimate, rel=1e-10)
    assert cronbach_alpha(apart).estimate > 0.99


def test_a_team_of_one_adds_nothing_within_teams() -> None:
    groups = np.array([1, 1, 1, 1])
    alone = alpha_within_teams(RATINGS, groups)
    more = np.vstack([RATINGS, [[1, 5, 1]]])
    assert alpha_within_teams(more, np.append(groups, 2)) == alone
    assert alone.n_raters == 4


def test_one_team_has_the_alpha_of_its_raters() -> None:
    within = alpha_within_teams(RATINGS, np.zeros(4))
    assert within == cronbach_alpha(RATINGS)


def test_two_items_give_spearman_brown() -> None:
    # Equal variances, so that alpha is 2r / (1 + r) of the correlation r.
    ratings = np.array([[1, 2], [2, 1], [3, 4], [4, 3], [5, 5]], dtype=float)
    r = np.corrcoef(ratings.T)[0, 1]
    assert cronbach_alpha(ratings).estimate == pytest.approx(2 * r / (1 + r))


def test_alpha_does_not_mind_a_shift_or_a_stretch_of_the_scale() -> None:
    some = np.random.default_rng(1).integers(1, 6, size=(50, 11)).astype(float)
    expected = cronbach_alpha(some).estimate
    assert cronbach_alpha(some * 2 - 7).estimate == pytest.approx(expected)
    assert cronbach_alpha(some[::-1, ::-1]).estimate == pytest.approx(expected)


def test_bonett_matches_its_formula_and_is_not_cut_off_at_zero() -> None:
    # R 4.2.2: 1 - exp(log(1 - a) + c(1, -1) * qnorm(.975) *
    #   sqrt(2 * J / ((J - 1) * (n - 2))))
    wide = alpha_interval_bonett(0.3, n_raters=10, n_items=4)
    assert wide.low == pytest.approx(-1.170398497595063, rel=1e-10)
    assert wide.high == pytest.approx(0.774235007744914, rel=1e-10)
    narrow = alpha_interval_bonett(0.8, n_raters=50, n_items=5)
    assert narrow.low == pytest.approx(0.687183767196243, rel=1e-10)
    assert narrow.high == pytest.approx(0.872129398012751, rel=1e-10)


def test_items_that_say_the_same_have_alpha_one() -> None:
    alpha = cronbach_alpha(np.repeat([[1.0], [3.0], [4.0]], 3, axis=1))
    assert alpha.estimate == pytest.approx(1.0)
    assert alpha.interval.low == pytest.approx(1.0)


@pytest.mark.parametrize("function", [cronbach_alpha, item_rest_correlations])
def test_one_item_or_one_rater_is_refused(function) -> None:
    with pytest.raises(TooFewItemsError, match="at least 2 items, got 1"):
        function(RATINGS[:, :1])
    with pytest.raises(TooFewRatersError, match="at least 2 complete raters, got 1"):
        function(np.array([[1, 2], [3, np.nan]]))


def test_nobody_and_nothing_answered_are_refused_with_figures() -> None:
    with pytest.raises(TooFewRatersError, match="got 0"):
        cronbach_alpha(np.empty((0, 3)))
    with pytest.raises(TooFewRatersError, match="got 0"):
        cronbach_alpha(np.full((5, 3), np.nan))


def test_alpha_without_one_of_two_items_is_refused() -> None:
    with pytest.raises(TooFewItemsError, match="at least 3 items, got 2"):
        alpha_if_dropped(RATINGS[:, :2])


def test_totals_all_alike_are_refused() -> None:
    with pytest.raises(ZeroVarianceError):
        cronbach_alpha(np.array([[1.0, 5.0], [5.0, 1.0], [3.0, 3.0]]))
    with pytest.raises(ZeroVarianceError):
        alpha_within_teams(np.array([[1.0, 1], [1, 1], [3, 3], [3, 3]]), [1, 1, 2, 2])


def test_an_item_that_all_answer_alike_has_no_correlation() -> None:
    with pytest.raises(ZeroVarianceError):
        item_rest_correlations(np.array([[1.0, 3.0], [2.0, 3.0], [4.0, 3.0]]))


def test_teams_of_one_have_nothing_within() -> None:
    with pytest.raises(TooFewGroupsError, match="at least 1 groups, got 0"):
        alpha_within_teams(RATINGS, np.arange(4))


@pytest.mark.parametrize(
    ("estimate", "n_raters", "n_items", "confidence"),
    [(0.8, 2, 5, 0.95), (0.8, 20, 1, 0.95), (1.0, 20, 5, 0.95), (0.8, 20, 5, 1.0)],
)
def test_bonett_refuses_what_has_no_interval(
    estimate: float, n_raters: int, n_items: int, confidence: float
) -> None:
    with pytest.raises(NotEstimableError):
        alpha_interval_bonett(estimate, n_raters, n_items, confidence)


def test_confidence_is_a_probability() -> None:
    with pytest.raises(OutOfRangeError, match="`confidence`"):
        cronbach_alpha(RATINGS, confidence=95)
