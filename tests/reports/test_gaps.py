"""One leader's gap and its verdict; categories of many leaders."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import tree
from reports.errors import (
    BadInputError,
    NotEstimableError,
    OutOfRangeError,
    TooFewRatersError,
    ZeroVarianceError,
)
from reports.gaps import (
    Verdict,
    agreement_categories,
    leader_gap,
    verdict,
)
from reports.results import Interval

SCORES = np.array([3.2, 4.1, 3.8, 2.6, 4.4, 3.5, 3.9])
SCALE = (1.0, 5.0)
SELFS = np.array([4.2, 3.1, 4.8, 3.9, 2.5, 4.4, 3.6, 4.0])
MEANS = np.array([3.5, 3.4, 3.6, 4.1, 3.2, 3.3, 3.9, 3.8])
HALVES = st.integers(2, 10).map(lambda halves: halves / 2)


def test_the_gap_matches_r() -> None:
    # R 4.2.2: se <- sd(x) / sqrt(7) * sqrt(1 - .8 * 7 / 9); h <- qt(.975, 6) * se
    #   g <- 4.6 - mean(x); 2 * pt(-abs(g / se), 6)
    gap = leader_gap(4.6, SCORES, 9, SCALE)
    assert gap.estimate == pytest.approx(0.957142857142857, rel=1e-12)
    assert gap.half_width == pytest.approx(0.342417022460601, rel=1e-10)
    assert gap.interval.low == pytest.approx(0.614725834682256, rel=1e-10)
    assert gap.interval.high == pytest.approx(1.299559879603458, rel=1e-10)
    assert gap.p == pytest.approx(0.000480051084286325, rel=1e-9)
    assert gap.verdict is Verdict.CLEARLY_HIGHER
    assert (gap.self_score, gap.n) == (4.6, 7)
    assert gap.group_mean == pytest.approx(SCORES.mean())


def test_with_a_pooled_spread_the_gap_matches_r() -> None:
    # R 4.2.2: h <- qt(.975, 60) * .71 / sqrt(7) * sqrt(1 - .8 * 7 / 9)
    gap = leader_gap(4.6, SCORES, 9, SCALE, sd=0.71, df=60)
    assert gap.half_width == pytest.approx(0.329930294424406, rel=1e-10)
    assert gap.p == pytest.approx(2.61472713916023e-07, rel=1e-8)


def test_without_the_number_invited_the_gap_matches_a_t_test() -> None:
    # R 4.2.2: t.test(4.6 - x)
    gap = leader_gap(4.6, SCORES, None, SCALE)
    assert gap.interval.low == pytest.approx(0.40003774628826211, rel=1e-10)
    assert gap.interval.high == pytest.approx(1.51424796799745121, rel=1e-10)
    assert gap.p == pytest.approx(0.00566094100373214, rel=1e-9)
    assert gap.nonresponse_bounds is None


def test_the_bounds_hold_whatever_the_silent_ones_think() -> None:
    # R 4.2.2: 4.6 - (7 * mean(x) + 2 * 5) / 9; 4.6 - (7 * mean(x) + 2 * 1) / 9
    bounds = leader_gap(4.6, SCORES, 9, SCALE).nonresponse_bounds
    assert bounds.low == pytest.approx(0.655555555555555)
    assert bounds.high == pytest.approx(1.544444444444444)


def test_when_all_answered_the_bounds_are_the_gap() -> None:
    gap = leader_gap(4.6, SCORES, 7, SCALE)
    assert gap.nonresponse_bounds.low == pytest.approx(gap.estimate)
    assert gap.nonresponse_bounds.high == pytest.approx(gap.estimate)
    assert gap.half_width > 0


def test_the_interval_ends_where_the_scale_ends() -> None:
    wide = leader_gap(4.8, np.array([1.0, 5.0, 5.0]), None, SCALE)
    assert wide.interval.low == pytest.approx(4.8 - 5)
    assert wide.interval.high == pytest.approx(4.8 - 1)
    whole = wide.whole_interval
    assert whole.half_width == pytest.approx(wide.half_width)
    assert whole.low < wide.interval.low < wide.interval.high < whole.high


def test_a_cut_interval_makes_no_gap_look_small() -> None:
    # The lower end is cut at 4.9 - 5; uncut it reaches beyond half a point.
    gap = leader_gap(4.9, np.array([5.0]), None, SCALE, sd=0.23, df=1000)
    assert gap.interval.low == pytest.approx(-0.1)
    assert gap.interval.high < 0.5
    assert gap.verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    ("gap", "half", "p", "expected"),
    [
        (0.1, 0.3, 0.9, "seen_alike"),
        (0.3, 0.15, 0.01, "seen_alike"),
        (-0.1, 0.3, 0.9, "seen_alike"),
        (0.9, 0.4, 0.025, "clearly_higher"),
        (-0.9, 0.4, 0.025, "clearly_lower"),
        (0.5, 0.4, 0.01, "clearly_higher"),
        (0.9, 0.4, 0.026, "probably_higher"),
        (-0.9, 0.4, 0.026, "probably_lower"),
        (0.4, 0.3, 0.01, "slightly_higher"),
        (-0.4, 0.3, 0.01, "slightly_lower"),
        (0.7, 0.8, 0.10, "may_be_higher"),
        (-0.7, 0.8, 0.10, "may_be_lower"),
        (0.2, 0.8, 0.60, "cannot_tell"),
        (0.0, 0.8, 1.00, "cannot_tell"),
    ],
)
def test_the_first_rule_that_holds_is_the_verdict(
    gap: float, half: float, p: float, expected: str
) -> None:
    interval = Interval(gap - half, gap + half)
    assert verdict(gap, interval, p, practical=0.5) is Verdict(expected)


def test_exactly_the_threshold_is_large_despite_float_noise() -> None:
    gap = 2.3 - 1.8
    assert gap < 0.5
    assert verdict(gap, Interval(0.2, 0.8), 0.01, 0.5) is Verdict.CLEARLY_HIGHER


def test_an_interval_that_touches_the_threshold_is_not_alike() -> None:
    assert verdict(0.25, Interval(0.0, 0.5), 0.05, 0.5) is Verdict.CANNOT_TELL
    assert verdict(-0.25, Interval(-0.5, 0.0), 0.05, 0.5) is Verdict.CANNOT_TELL


def test_the_threshold_is_an_eighth_of_the_scale_unless_given() -> None:
    scores = np.array([3.5, 3.75, 4.0, 4.25])
    kwargs = {"n_invited": 4, "sd": 0.1, "df": 100}
    assert leader_gap(4.4, scores, scale=(1, 5), **kwargs).verdict == "clearly_higher"
    assert leader_gap(4.6, scores, scale=(1, 7), **kwargs).verdict == "slightly_higher"
    strict = leader_gap(4.4, scores, scale=(1, 5), practical=0.7, **kwargs)
    assert strict.verdict == "seen_alike"


@settings(max_examples=60, deadline=None)
@given(
    self_score=HALVES,
    scores=st.lists(HALVES, min_size=2, max_size=12),
    silent=st.integers(0, 6),
)
def test_a_turned_scale_turns_the_gap_and_the_verdict(
    self_score: float, scores: list[float], silent: int
) -> None:
    args = (len(scores) + silent, SCALE, 0.8, 0.7, 60)
    gap = leader_gap(self_score, np.array(scores), *args)
    turned = leader_gap(6 - self_score, 6 - np.array(scores), *args)
    assert turned.estimate == pytest.approx(-gap.estimate, abs=1e-12)
    assert turned.interval.low == pytest.approx(-gap.interval.high, abs=1e-12)
    mirrored = {"higher": "lower", "lower": "higher"}
    words = [mirrored.get(word, word) for word in gap.verdict.split("_")]
    assert turned.verdict == "_".join(words)


@settings(max_examples=60, deadline=None)
@given(
    self_score=HALVES,
    scores=st.lists(HALVES, min_size=1, max_size=12),
    silent=st.integers(0, 6),
)
def test_no_interval_or_bound_leaves_the_scale_or_misses_the_gap(
    self_score: float, scores: list[float], silent: int
) -> None:
    invited = len(scores) + silent
    gap = leader_gap(self_score, np.array(scores), invited, SCALE, sd=0.7, df=60)
    for interval in (gap.interval, gap.nonresponse_bounds):
        assert self_score - 5 - 1e-12 <= interval.low <= gap.estimate + 1e-12
        assert gap.estimate - 1e-12 <= interval.high <= self_score - 1 + 1e-12
    excludes_0 = gap.whole_interval.low > 0 or gap.whole_interval.high < 0
    assert excludes_0 == (gap.p < 0.05)


def test_a_stricter_p_only_weakens_clearly_to_probably() -> None:
    gap = leader_gap(4.6, SCORES, 9, SCALE)
    again = verdict(gap.estimate, gap.whole_interval, 0.2, 0.5)
    assert again is Verdict.PROBABLY_HIGHER


def test_missing_scores_are_left_out() -> None:
    holes = np.append(SCORES, np.nan)
    assert leader_gap(4.6, holes, 9, SCALE) == leader_gap(4.6, SCORES, 9, SCALE)


@pytest.mark.parametrize("n", [0, 1])
def test_too_few_scores_are_refused_without_a_pooled_spread(n: int) -> None:
    with pytest.raises(TooFewRatersError, match=f"at least 2 scores, got {n}"):
        leader_gap(4.0, SCORES[:n], 9, SCALE)


def test_scores_all_alike_need_a_pooled_spread() -> None:
    alike = np.full(6, 4.2)
    with pytest.raises(ZeroVarianceError):
        leader_gap(4.0, alike, 9, SCALE)
    assert leader_gap(4.0, alike, 9, SCALE, sd=0.7, df=60).half_width > 0


def test_an_interval_without_width_is_refused() -> None:
    with pytest.raises(ZeroVarianceError):
        leader_gap(4.0, SCORES, 7, SCALE, reliability=1.0)


@pytest.mark.parametrize("self_score", [0.9, 5.1, math.nan])
def test_a_self_rating_off_the_scale_is_refused(self_score: float) -> None:
    with pytest.raises(OutOfRangeError, match="`self_score`"):
        leader_gap(self_score, SCORES, 9, SCALE)


def test_scores_off_the_scale_are_refused() -> None:
    with pytest.raises(OutOfRangeError, match=r"`scores` is 4\.1; it must be 0 to 4"):
        leader_gap(3.0, SCORES, 9, (0, 4))


def test_fewer_invited_than_answered_is_an_error_of_the_data() -> None:
    with pytest.raises(
        OutOfRangeError, match="`n_invited` is 6; it must be at least 7"
    ):
        leader_gap(4.0, SCORES, 6, SCALE)


@pytest.mark.parametrize("practical", [0.0, -0.5, math.nan, math.inf])
def test_a_threshold_is_above_zero(practical: float) -> None:
    with pytest.raises(BadInputError, match="`practical`"):
        leader_gap(4.0, SCORES, 9, SCALE, practical=practical)


def test_there_is_one_set_of_verdicts() -> None:
    assert Verdict is tree.Verdict


def test_half_a_standard_deviation_of_the_differences_sorts_leaders() -> None:
    # R 4.2.2: d <- s - m; (d - mean(d)) / sd(d) = 0.69 -0.72 1.39 -0.58 -1.29 1.25
    #   -0.72 -0.02
    result = agreement_categories(SELFS, MEANS)
    assert result.labels.tolist() == [
        "over", "under", "over", "under", "under", "over", "under", "in_agreement",
    ]  # fmt: skip
    assert (result.over, result.in_agreement, result.under) == (3, 1, 4)


def test_z_scores_sort_leaders_otherwise() -> None:
    # R 4.2.2: scale(s) - scale(m) = 0.85 -0.33 1.34 -1.49 -0.501 1.76 -1.25 -0.39
    result = agreement_categories(SELFS, MEANS, rule="z")
    assert result.labels.tolist() == [
        "over", "in_agreement", "over", "under", "under", "over", "under",
        "in_agreement",
    ]  # fmt: skip
    assert (result.over, result.in_agreement, result.under) == (3, 2, 3)


def test_exactly_half_a_standard_deviation_is_in_agreement() -> None:
    differences = np.array([-3.0, -1.0, 0.0, 0.0, 1.0, 3.0])
    assert differences.std(ddof=1) == 2
    result = agreement_categories(3 + differences / 2, np.full(6, 3.0))
    assert (result.over, result.in_agreement, result.under) == (1, 4, 1)


def test_leaders_without_both_ratings_are_not_sorted() -> None:
    selfs = np.append(SELFS, [np.nan, 4.0])
    means = np.append(MEANS, [3.0, np.nan])
    result = agreement_categories(selfs, means)
    assert result.labels[8:].tolist() == ["", ""]
    assert (
        result.labels[:8].tolist() == agreement_categories(SELFS, MEANS).labels.tolist()
    )
    assert result.over + result.in_agreement + result.under == 8


@pytest.mark.parametrize("rule", ["difference", "z"])
def test_exchanging_self_and_team_turns_the_categories(rule: str) -> None:
    there, back = (
        agreement_categories(*both, rule=rule)
        for both in ((SELFS, MEANS), (MEANS, SELFS))
    )
    assert (there.over, there.under) == (back.under, back.over)


def test_categories_that_cannot_be_made_are_refused() -> None:
    with pytest.raises(BadInputError, match="`rule` is 'half'"):
        agreement_categories(SELFS, MEANS, rule="half")
    with pytest.raises(BadInputError, match="8 leaders, `group_means` 7"):
        agreement_categories(SELFS, MEANS[:7])
    with pytest.raises(TooFewRatersError, match="at least 2 leaders, got 1"):
        agreement_categories(SELFS[:1], MEANS[:1])
    with pytest.raises(ZeroVarianceError):
        agreement_categories(MEANS + 1, MEANS)
    with pytest.raises(NotEstimableError):
        agreement_categories(np.full(8, 4.0), MEANS, rule="z")
