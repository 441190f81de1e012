"""A team's mean, its interval and the pooled spread."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.errors import (
    BadInputError,
    NotEstimableError,
    OutOfRangeError,
    TooFewRatersError,
    ZeroVarianceError,
)
from reports.inference import mean_with_interval, pooled_sd

SCORES = np.array([3.2, 4.1, 3.8, 2.6, 4.4, 3.5, 3.9])
TEAMS = np.array(["a", "a", "a", "b", "b", "c", "d", "d", "d"])
HALVES = st.integers(2, 10).map(lambda halves: halves / 2)


@pytest.mark.parametrize(
    ("n_invited", "reliability", "standard_error", "low", "high"),
    [
        # R 4.2.2: se <- sd(x) / sqrt(7) * sqrt(1 - rho * 7 / N)
        #   mean(x) + c(-1, 1) * qt(.975, 6) * se
        (9, 0.8, 0.139938438035835, 3.300440120396542, 3.985274165317744),
        (9, 1.0, 0.107327882567473, 3.380235275044498, 3.905479010669787),
        (9, 0.0, 0.227676820721560, 3.085752032002550, 4.199962253711740),
        (7, 0.8, 0.101820169606888, 3.393712163160457, 3.892002122553829),
        # R 4.2.2: t.test(x)$conf.int
        (None, 0.8, 0.227676820721560, 3.085752032002550, 4.199962253711740),
    ],
)
def test_the_three_questions_match_r(
    n_invited: int | None,
    reliability: float,
    standard_error: float,
    low: float,
    high: float,
) -> None:
    result = mean_with_interval(SCORES, n_invited, reliability)
    assert result.mean == pytest.approx(3.642857142857143, rel=1e-12)
    assert result.standard_error == pytest.approx(standard_error, rel=1e-10)
    assert result.interval.low == pytest.approx(low, rel=1e-10)
    assert result.interval.high == pytest.approx(high, rel=1e-10)
    assert (result.df, result.n) == (6, 7)


def test_a_pooled_spread_replaces_the_own_one() -> None:
    # R 4.2.2: se <- .71 / sqrt(7) * sqrt(1 - .8 * 7 / 9); qt(.975, 40)
    result = mean_with_interval(SCORES, 9, sd=0.71, df=40)
    assert result.standard_error == pytest.approx(0.164940585743463, rel=1e-10)
    assert result.interval.low == pytest.approx(3.309499784148327, rel=1e-10)
    assert result.interval.high == pytest.approx(3.976214501565959, rel=1e-10)


def test_with_a_pooled_spread_the_width_tells_nothing_of_the_team() -> None:
    alike = mean_with_interval(np.full(5, 4.0), 6, sd=0.7, df=100)
    apart = mean_with_interval(np.array([2.0, 3, 4, 5, 5]), 6, sd=0.7, df=100)
    assert alike.interval.half_width == pytest.approx(apart.interval.half_width)
    assert alike.interval.half_width > 0


def test_a_spread_without_df_takes_those_of_the_scores() -> None:
    floored = mean_with_interval(SCORES, 9, sd=0.9)
    assert floored.df == 6


def test_nobody_silent_and_no_noise_leave_no_width() -> None:
    full = mean_with_interval(SCORES, 7, reliability=1.0)
    assert full.standard_error == 0
    assert full.interval.low == full.interval.high == full.mean


def test_missing_scores_are_left_out() -> None:
    holes = np.array([np.nan, *SCORES, np.nan])
    assert mean_with_interval(holes, 9) == mean_with_interval(SCORES, 9)


@settings(max_examples=40, deadline=None)
@given(scores=st.lists(HALVES, min_size=3, max_size=12), silent=st.integers(0, 5))
def test_more_silent_raters_never_narrow_the_interval(
    scores: list[float], silent: int
) -> None:
    n = len(scores)
    fewer = mean_with_interval(np.array(scores), n + silent, sd=0.7, df=30)
    more = mean_with_interval(np.array(scores), n + silent + 1, sd=0.7, df=30)
    general = mean_with_interval(np.array(scores), sd=0.7, df=30)
    assert fewer.standard_error < more.standard_error < general.standard_error


@settings(max_examples=40, deadline=None)
@given(scores=st.lists(HALVES, min_size=2, max_size=9, unique=True), shift=HALVES)
def test_a_shift_moves_the_interval_and_keeps_its_width(
    scores: list[float], shift: float
) -> None:
    before = mean_with_interval(np.array(scores), 12)
    after = mean_with_interval(np.array(scores)[::-1] + shift, 12)
    assert after.mean == pytest.approx(before.mean + shift)
    assert after.interval.half_width == pytest.approx(before.interval.half_width)


@pytest.mark.parametrize("n", [0, 1])
def test_fewer_than_two_scores_have_no_spread_of_their_own(n: int) -> None:
    with pytest.raises(TooFewRatersError, match=f"at least 2 scores, got {n}"):
        mean_with_interval(SCORES[:n], 9)
    with pytest.raises(TooFewRatersError):
        mean_with_interval(SCORES[:n], 9, sd=0.7)


def test_one_score_will_do_with_a_pooled_spread_and_none_will_not() -> None:
    assert mean_with_interval(SCORES[:1], 9, sd=0.7, df=40).n == 1
    with pytest.raises(TooFewRatersError, match="at least 1 scores, got 0"):
        mean_with_interval(np.full(3, np.nan), 9, sd=0.7, df=40)


def test_scores_all_alike_never_give_a_width_of_zero() -> None:
    with pytest.raises(ZeroVarianceError, match="no spread in 5 values"):
        mean_with_interval(np.full(5, 3.6), 9)


def test_fewer_invited_than_answered_is_an_error_of_the_data() -> None:
    with pytest.raises(
        OutOfRangeError, match="`n_invited` is 6; it must be at least 7"
    ):
        mean_with_interval(SCORES, 6)


@pytest.mark.parametrize(
    "wrong",
    [
        {"reliability": 1.1},
        {"reliability": -0.1},
        {"sd": 0.0},
        {"sd": -1.0},
        {"sd": np.nan},
        {"df": 40},
        {"sd": 0.7, "df": 0},
        {"confidence": 0.0},
    ],
)
def test_impossible_arguments_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(NotEstimableError):
        mean_with_interval(SCORES, 9, **wrong)


def test_a_team_of_one_and_missing_scores_add_nothing() -> None:
    # R 4.2.2: sigma(lm(y ~ factor(g)))
    scores = np.array([3, 4, 5, 2, 2, 4.5, 1, 5, 3])
    pooled = pooled_sd(np.append(scores, np.nan), np.append(TEAMS, "e"))
    assert pooled.sd == pytest.approx(1.41421356237309, rel=1e-12)
    assert (pooled.df, pooled.n_teams, pooled.n_raters) == (5, 3, 8)


def test_what_sets_teams_apart_is_not_spread_inside_them() -> None:
    scores = np.array([3.0, 4, 5, 2, 3, 1, 5, 3, 3])
    apart = scores + np.array([ord(team) for team in TEAMS])
    assert pooled_sd(apart, TEAMS).sd == pytest.approx(pooled_sd(scores, TEAMS).sd)


def test_teams_without_two_scores_have_no_pooled_spread() -> None:
    with pytest.raises(TooFewRatersError, match="2 scores in one team, got 1"):
        pooled_sd(SCORES, np.arange(7))
    with pytest.raises(TooFewRatersError, match="got 0"):
        pooled_sd(np.full(2, np.nan), np.zeros(2))


def test_teams_that_agree_wholly_have_no_pooled_spread() -> None:
    with pytest.raises(ZeroVarianceError):
        pooled_sd(np.array([1.0, 1, 3, 3]), np.array([1, 1, 2, 2]))


def test_labels_must_be_as_many_as_scores() -> None:
    with pytest.raises(BadInputError, match="`groups`"):
        pooled_sd(SCORES, TEAMS)
