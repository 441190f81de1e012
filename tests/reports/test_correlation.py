"""A correlation with Fisher's interval."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.errors import (
    BadInputError,
    OutOfRangeError,
    TooFewRatersError,
    ZeroVarianceError,
)
from reports.inference import correlation_with_interval

A = np.array([3.2, 4.1, 3.8, 2.6, 4.4, 3.5, 3.9])
B = np.array([3.0, 4.3, 3.1, 2.8, 4.0, 3.9, 3.5])


def test_matches_r() -> None:
    # R 4.2.2: cor.test(a, b); cor.test(a, b, conf.level = .9)$conf.int
    result = correlation_with_interval(A, B)
    assert result.estimate == pytest.approx(0.765025380890369, rel=1e-12)
    assert result.interval.low == pytest.approx(0.0282319258920889, rel=1e-10)
    assert result.interval.high == pytest.approx(0.9631845940624807, rel=1e-10)
    assert result.p == pytest.approx(0.0450845518856547, rel=1e-10)
    assert result.n == 7
    interval = correlation_with_interval(A, B, confidence=0.9).interval
    assert interval.low == pytest.approx(0.183685867234357, rel=1e-10)
    assert interval.high == pytest.approx(0.949889453855750, rel=1e-10)


def test_a_pair_with_a_hole_is_left_out() -> None:
    result = correlation_with_interval(
        np.append(A, [np.nan, 3]), np.append(B, [2, np.nan])
    )
    assert result == correlation_with_interval(A, B)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(4, 30))
def test_units_do_not_matter_and_signs_do(seed: int, n: int) -> None:
    a, b = np.random.default_rng(seed).normal(size=(2, n))
    there, back = (correlation_with_interval(x, b) for x in (a, 5 - 2 * a))
    assert back.estimate == pytest.approx(-there.estimate, abs=1e-12)
    assert back.interval.low == pytest.approx(-there.interval.high, abs=1e-9)
    assert back.p == pytest.approx(there.p)
    assert -1 <= there.interval.low <= there.estimate <= there.interval.high <= 1


def test_what_goes_together_wholly_has_no_width() -> None:
    steps = np.array([-1.0, -1, 1, 1])
    result = correlation_with_interval(steps, -steps)
    assert (result.estimate, result.p) == (-1, 0)
    assert (result.interval.low, result.interval.high) == (-1, -1)


def test_what_cannot_be_correlated_is_refused() -> None:
    with pytest.raises(TooFewRatersError, match="`a, b` needs at least 4 pairs, got 3"):
        correlation_with_interval(A[:3], B[:3])
    with pytest.raises(ZeroVarianceError, match="`a` has no spread in 7 values"):
        correlation_with_interval(np.full(7, 3.6), B)
    with pytest.raises(ZeroVarianceError, match="`b` has no spread"):
        correlation_with_interval(A, np.full(7, 3.6))
    with pytest.raises(BadInputError, match="`a` has 7 values, `b` has 6 values"):
        correlation_with_interval(A, B[:6])
    with pytest.raises(OutOfRangeError, match="`confidence`"):
        correlation_with_interval(A, B, confidence=0)
