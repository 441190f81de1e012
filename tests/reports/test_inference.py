"""Tests of differences, exact and not, and the interval of a share."""

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
from reports.inference import (
    Comparison,
    one_sample_test,
    paired_test,
    welch_test,
    wilson_interval,
)

X = np.array([3.2, 4.1, 3.8, 2.6, 4.4, 3.5, 3.9])
Y = np.array([2.9, 3.1, 4.0, 2.2, 3.3])
Z = np.array([3.0, 4.3, 3.1, 2.8, 4.0, 3.9, 3.5])


def _assert_is(test: Comparison, expected: tuple[float, ...]) -> None:
    got = (test.difference, test.statistic, test.df, test.p)
    ends = (test.interval.low, test.interval.high)
    np.testing.assert_allclose([*got, *ends], expected, rtol=1e-9)


def test_one_sample_matches_r() -> None:
    # R 4.2.2: t.test(x, mu = 4.2); the interval minus 4.2
    expected = (
        -0.557142857142857, -2.44707764003882, 6, 0.0499887429559106,
        -1.11424796799745, -3.77462882630297e-05,
    )  # fmt: skip
    _assert_is(one_sample_test(X, 4.2), expected)


def test_welch_matches_r() -> None:
    # R 4.2.2: t.test(x, y)
    expected = (
        0.542857142857143, 1.467520597454180, 8.306803269696031, 0.179048261118078,
        -0.304714236253886, 1.390428521968172,
    )  # fmt: skip
    _assert_is(welch_test(X, Y), expected)


def test_paired_matches_r() -> None:
    # R 4.2.2: t.test(x, z, paired = TRUE)
    expected = (
        0.128571428571429, 0.844162289298976, 6, 0.430943506680622,
        -0.244109223334173, 0.501252080477030,
    )  # fmt: skip
    _assert_is(paired_test(X, Z), expected)


def test_missing_values_and_pairs_are_left_out() -> None:
    holes = np.append(X, np.nan)
    assert one_sample_test(holes, 4.2) == one_sample_test(X, 4.2)
    assert welch_test(holes, np.append(np.nan, Y)) == welch_test(X, Y)
    assert paired_test(
        np.append(holes, 3.0), np.append(Z, [3.0, np.nan])
    ) == paired_test(X, Z)


def test_exchanging_the_sides_turns_the_sign() -> None:
    there, back = welch_test(X, Y), welch_test(Y, X)
    assert back.difference == -there.difference
    assert back.p == pytest.approx(there.p)
    assert back.interval.low == pytest.approx(-there.interval.high)


def test_one_side_all_alike_still_can_be_compared() -> None:
    result = welch_test(X, np.array([3.0, 3.0]))
    assert result.df == pytest.approx(6)


@pytest.mark.parametrize("n", [0, 1])
def test_fewer_than_two_are_refused(n: int) -> None:
    with pytest.raises(TooFewRatersError, match=f"`scores`.* 2 scores, got {n}"):
        one_sample_test(X[:n], 3)
    with pytest.raises(TooFewRatersError, match=f"`b`.* 2 scores, got {n}"):
        welch_test(X, Y[:n])
    with pytest.raises(TooFewRatersError, match=f"`a - b`.* 2 scores, got {n}"):
        paired_test(X[:n], Z[:n])


def test_values_all_alike_are_refused() -> None:
    alike = np.full(4, 3.6)
    with pytest.raises(ZeroVarianceError, match="`scores` has no spread in 4 values"):
        one_sample_test(alike, 3)
    with pytest.raises(ZeroVarianceError):
        welch_test(alike, alike - 1)
    with pytest.raises(ZeroVarianceError):
        paired_test(X + 0.1, X)


def test_pairs_must_be_pairs() -> None:
    with pytest.raises(BadInputError, match="`a` has 7 values, `b` has 5 values"):
        paired_test(X, Y)


def test_a_reference_must_be_a_number() -> None:
    with pytest.raises(OutOfRangeError, match="`reference`"):
        one_sample_test(X, np.nan)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # R 4.2.2: prop.test(x, n, correct = FALSE)$conf.int
        (7, 9, 0.452588969106989, 0.936774892882153),
        (0, 5, 0.0, 0.434482464783175),
        (5, 5, 0.565517535216825, 1.0),
        (1, 200, 0.000883168715600977, 0.027773704397892920),
    ],
)
def test_wilson_matches_r(successes: int, n: int, low: float, high: float) -> None:
    interval = wilson_interval(successes, n)
    assert interval.low == pytest.approx(low, rel=1e-10)
    assert interval.high == pytest.approx(high, rel=1e-10)


def test_wilson_at_another_confidence_matches_r() -> None:
    # R 4.2.2: prop.test(7, 9, conf.level = .9, correct = FALSE)$conf.int
    interval = wilson_interval(7, 9, confidence=0.9)
    assert interval.low == pytest.approx(0.503642782376754, rel=1e-10)
    assert interval.high == pytest.approx(0.923505262445604, rel=1e-10)


@pytest.mark.parametrize("n", [11, 14, 15, 21, 37, 39, 41, 42])
def test_float_noise_never_puts_a_share_outside_of_0_and_1(n: int) -> None:
    assert 0 <= wilson_interval(0, n).low < 1e-12
    assert 1 - 1e-12 < wilson_interval(n, n).high <= 1


@given(n=st.integers(1, 300), data=st.data())
@settings(max_examples=60, deadline=None)
def test_wilson_stays_within_0_and_1_and_mirrors(n: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, n))
    yes, no = wilson_interval(successes, n), wilson_interval(n - successes, n)
    assert 0 <= yes.low <= successes / n + 1e-12
    assert successes / n - 1e-12 <= yes.high <= 1
    assert yes.low == pytest.approx(1 - no.high, abs=1e-12)


def test_wilson_refuses_what_is_no_share() -> None:
    with pytest.raises(TooFewRatersError, match="`n` needs at least 1 answers, got 0"):
        wilson_interval(0, 0)
    with pytest.raises(OutOfRangeError, match="`successes` is 6; it must be 0 to 5"):
        wilson_interval(6, 5)
    with pytest.raises(OutOfRangeError, match="`confidence`"):
        wilson_interval(1, 5, confidence=95)
