"""Differences in standard deviations."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reports.effects import hedges_g, hedges_g_two
from reports.errors import OutOfRangeError, TooFewRatersError, ZeroVarianceError
from reports.inference import one_sample_test

X = np.array([3.2, 4.1, 3.8, 2.6, 4.4, 3.5, 3.9])
Y = np.array([2.9, 3.1, 4.0, 2.2, 3.3])


def test_one_sample_matches_r() -> None:
    # R 4.2.2: J <- gamma(3) / (sqrt(3) * gamma(2.5)); d <- (mean(x) - 3) / sd(x)
    #   nc <- function(t, df, p) uniroot(function(k) pt(t, df, k) - p, c(-35, 35),
    #   tol = 1e-13)$root; J * c(nc(d * sqrt(7), 6, .975), nc(..., .025)) / sqrt(7)
    g = hedges_g(X, 3)
    assert g.estimate == pytest.approx(0.927000149156767, rel=1e-10)
    assert g.interval.low == pytest.approx(0.082322714803763, rel=1e-8)
    assert g.interval.high == pytest.approx(1.727221775267334, rel=1e-8)


def test_three_values_far_off_match_r() -> None:
    # R 4.2.2: as above with x = c(4.5, 4.7, 4.6) and 4
    g = hedges_g(np.array([4.5, 4.7, 4.6]), 4)
    assert g.estimate == pytest.approx(3.385137501286533, rel=1e-10)
    assert g.interval.low == pytest.approx(0.438313616628968, rel=1e-8)
    assert g.interval.high == pytest.approx(6.553409004379380, rel=1e-8)


def test_two_samples_match_r() -> None:
    # R 4.2.2: sp <- sqrt((6 * var(x) + 4 * var(y)) / 10), df 10, t = d * sqrt(35 / 12)
    g = hedges_g_two(X, Y)
    assert g.estimate == pytest.approx(0.804473313034853, rel=1e-10)
    assert g.interval.low == pytest.approx(-0.328077320207621, rel=1e-8)
    assert g.interval.high == pytest.approx(1.901258481323705, rel=1e-8)


def test_the_correction_is_exact_at_three_values() -> None:
    # J of two degrees of freedom is Gamma(1) / Gamma(1/2) = 1 / sqrt(pi)
    sample = np.array([3.0, 4.0, 5.0])
    assert hedges_g(sample, 3).estimate == pytest.approx(1 / math.sqrt(math.pi))


def test_unit_order_and_missing_values_do_not_matter() -> None:
    before, after = hedges_g(X, 3), hedges_g(np.append(np.nan, X[::-1]) * 10 + 5, 35)
    assert after.estimate == pytest.approx(before.estimate)
    assert after.interval.low == pytest.approx(before.interval.low)


def test_exchanging_the_sides_turns_the_sign() -> None:
    there, back = hedges_g_two(X, Y), hedges_g_two(Y, X)
    assert back.estimate == pytest.approx(-there.estimate)
    assert back.interval.high == pytest.approx(-there.interval.low)


@pytest.mark.parametrize("reference", [2.9, 3.08, 3.09, 4.19, 4.21])
def test_the_interval_leaves_out_0_where_the_t_test_does(reference: float) -> None:
    interval = hedges_g(X, reference).interval
    test = one_sample_test(X, reference)
    assert (interval.low > 0 or interval.high < 0) == (test.p < 0.05)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_huge_effect_has_the_interval_of_its_spread_alone(sign: int) -> None:
    # So far out only the spread is uncertain. R 4.2.2: sqrt(qchisq(.025, 3) / 3)
    sample = sign * np.array([4.99, 5.0, 5.0, 5.0])
    ratio = hedges_g(sample, sign).interval
    nearest = min(abs(ratio.low), abs(ratio.high))
    d = abs(sample.mean() - sign) / sample.std(ddof=1)
    factor = math.gamma(1.5) / (math.sqrt(1.5) * math.gamma(1))
    assert nearest == pytest.approx(factor * d * 0.268200971054604, rel=1e-5)


@pytest.mark.parametrize("spread", [1e-4, 1e-6, 1e-8])
def test_three_values_nearly_alike_leave_the_effect_wide_open(spread: float) -> None:
    # R 4.2.2: sqrt(qchisq(c(.025, .975), 2) / 2)
    sample = 3 + spread * np.array([-1.0, 0.0, 1.0])
    interval = hedges_g(sample, 1).interval
    g = 2 / sample.std(ddof=1) / math.sqrt(math.pi)
    assert interval.low == pytest.approx(g * 0.1591157062778212, rel=1e-5)
    assert interval.high == pytest.approx(g * 1.9206455826398412, rel=1e-5)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_fewer_than_three_values_are_refused(n: int) -> None:
    with pytest.raises(TooFewRatersError, match=f"`sample`.* 3 scores, got {n}"):
        hedges_g(X[:n], 3)


def test_one_value_on_a_side_is_refused() -> None:
    with pytest.raises(TooFewRatersError, match=r"`b`.* 2 scores, got 1"):
        hedges_g_two(X, Y[:1])


def test_values_all_alike_are_refused() -> None:
    with pytest.raises(ZeroVarianceError, match="`sample`"):
        hedges_g(np.full(5, 4.2), 3)
    with pytest.raises(ZeroVarianceError, match="`a, b`"):
        hedges_g_two(np.full(5, 4.2), np.full(3, 2.0))


def test_impossible_arguments_are_refused() -> None:
    with pytest.raises(OutOfRangeError, match="`reference`"):
        hedges_g(X, np.nan)
    with pytest.raises(OutOfRangeError, match="`confidence`"):
        hedges_g_two(X, Y, confidence=1.5)
