"""Omega: the reliability of a sum under one factor."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.errors import (
    CollinearError,
    NotConvergedError,
    TooFewItemsError,
    TooFewRatersError,
    ZeroVarianceError,
)
from reports.factor import _correlations, _fit
from reports.reliability import cronbach_alpha, mcdonald_omega

# The data set attitude of R (Chatterjee and Price, 1977), first four items.
ATTITUDE = np.array(
    [
        [43, 51, 30, 39], [63, 64, 51, 54], [71, 70, 68, 69], [61, 63, 45, 47],
        [81, 78, 56, 66], [43, 55, 49, 44], [58, 67, 42, 56], [71, 75, 50, 55],
        [72, 82, 72, 67], [67, 61, 45, 47], [64, 53, 53, 58], [67, 60, 47, 39],
        [69, 62, 57, 42], [68, 83, 83, 45], [77, 77, 54, 72], [81, 90, 50, 72],
        [74, 85, 64, 69], [65, 60, 65, 75], [65, 70, 46, 57], [50, 58, 68, 54],
        [50, 40, 33, 34], [64, 61, 52, 62], [53, 66, 52, 50], [40, 37, 42, 58],
        [63, 54, 42, 48], [66, 77, 66, 63], [78, 75, 58, 74], [48, 57, 44, 45],
        [85, 85, 71, 71], [82, 82, 39, 59],
    ],
    dtype=float,
)  # fmt: skip


def test_omega_matches_r() -> None:
    # R 4.2.2: x <- attitude[, 1:4]; f <- factanal(covmat = cov(x), factors = 1)
    #   s <- sapply(x, sd); l <- s * f$loadings[, 1]; t <- s^2 * f$uniquenesses
    #   sum(l)^2 / (sum(l)^2 + sum(t))
    assert mcdonald_omega(ATTITUDE) == pytest.approx(0.861556234332671, rel=1e-5)


def test_an_item_without_error_of_its_own_is_held_as_in_r() -> None:
    # R 4.2.2: as above of attitude[, 1:3]; f$uniquenesses
    omega = mcdonald_omega(ATTITUDE[:, :3])
    assert omega == pytest.approx(0.858291165478357, rel=1e-5)
    items = ATTITUDE[:, :3] - ATTITUDE[:, :3].mean(axis=0)
    unique = _fit(_correlations(items))[1]
    expected = [0.315512245151209, 0.005, 0.687288741634873]
    np.testing.assert_allclose(unique, expected, rtol=1e-4)


def test_raters_with_a_hole_are_left_out() -> None:
    holes = np.vstack([ATTITUDE, np.append(ATTITUDE[0, :3], np.nan)])
    assert mcdonald_omega(holes) == mcdonald_omega(ATTITUDE)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), loading=st.sampled_from([0.5, 2.0]))
def test_omega_is_a_share_and_blind_to_place_unit_and_order(
    seed: int, loading: float
) -> None:
    rng = np.random.default_rng(seed)
    ratings = rng.normal(size=(60, 5)) + loading * rng.normal(size=(60, 1))
    omega = mcdonald_omega(ratings)
    assert 0 <= omega <= 1
    moved = 3 - 2 * ratings[:, ::-1]
    # With hardly any common factor the likelihood is flat: its top is found less well.
    assert mcdonald_omega(moved) == pytest.approx(
        omega, abs=1e-6 if loading > 1 else 0.01
    )


def test_omega_is_alpha_where_all_items_load_alike() -> None:
    # Rows of a Hadamard matrix: one factor and four errors, none correlated at all.
    signs = np.array([[1.0]])
    for _ in range(3):
        signs = np.block([[signs, signs], [signs, -signs]])
    ratings = 0.8 * signs[:, 1:2] + signs[:, 2:6]
    assert mcdonald_omega(ratings) == pytest.approx(4 * 0.64 / (4 * 0.64 + 1))
    assert cronbach_alpha(ratings).estimate == pytest.approx(mcdonald_omega(ratings))


def test_too_few_items_or_raters_are_refused() -> None:
    with pytest.raises(TooFewItemsError, match="at least 3 items, got 2"):
        mcdonald_omega(ATTITUDE[:, :2])
    with pytest.raises(TooFewRatersError, match="at least 5 complete raters, got 4"):
        mcdonald_omega(ATTITUDE[:4])
    with pytest.raises(TooFewRatersError, match="at least 2 complete raters, got 0"):
        mcdonald_omega(np.full((5, 3), np.nan))


def test_an_item_without_spread_is_refused() -> None:
    flat = np.where([True, False, False, False], 3.6, ATTITUDE)
    with pytest.raises(ZeroVarianceError, match="`ratings` has no spread in 30 values"):
        mcdonald_omega(flat)


def test_an_item_that_follows_from_others_is_refused() -> None:
    with pytest.raises(CollinearError, match="5 independent columns, got 4") as caught:
        mcdonald_omega(np.column_stack([ATTITUDE, ATTITUDE @ [1, 2, 0, 1]]))
    assert (caught.value.needed, caught.value.got) == (5, 4)


def test_a_fit_without_an_end_is_refused() -> None:
    correlations = _correlations(ATTITUDE - ATTITUDE.mean(axis=0))
    with pytest.raises(NotConvergedError, match="no end in 1 steps"):
        _fit(correlations, most_steps=1)
