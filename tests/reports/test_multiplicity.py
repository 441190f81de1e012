"""Adjusted p values."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reports.errors import BadInputError, OutOfRangeError
from reports.multiplicity import benjamini_hochberg, benjamini_yekutieli, holm

P = [0.01, 0.04, np.nan, 0.03, 0.005, 0.2, 0.04]
# The fifteen p values of Benjamini and Hochberg (1995), section 4.
BH1995 = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
    0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
]  # fmt: skip
MANY = arrays(float, st.integers(1, 12), elements=st.floats(0, 1) | st.just(np.nan))
EVERY = [holm, benjamini_hochberg, benjamini_yekutieli]
Adjust = Callable[[np.ndarray], np.ndarray]


def test_holm_matches_r() -> None:
    # R 4.2.2: p.adjust(p, "holm")
    expected = [0.05, 0.12, np.nan, 0.12, 0.03, 0.2, 0.12]
    np.testing.assert_allclose(holm(P), expected, rtol=1e-12)


def test_benjamini_hochberg_matches_r() -> None:
    # R 4.2.2: p.adjust(p, "BH")
    expected = [0.03, 0.048, np.nan, 0.048, 0.03, 0.2, 0.048]
    np.testing.assert_allclose(benjamini_hochberg(P), expected, rtol=1e-12)


def test_benjamini_yekutieli_matches_r() -> None:
    # R 4.2.2: p.adjust(p, "BY")
    expected = [0.0735, 0.1176, np.nan, 0.1176, 0.0735, 0.49, 0.1176]
    np.testing.assert_allclose(benjamini_yekutieli(P), expected, rtol=1e-12)


def test_the_worked_example_rejects_four_and_holm_three() -> None:
    assert (benjamini_hochberg(BH1995) <= 0.05).sum() == 4
    assert (holm(BH1995) <= 0.05).sum() == 3


@pytest.mark.parametrize("adjust", EVERY)
@settings(max_examples=40, deadline=None)
@given(p=MANY)
def test_adjusting_never_lowers_and_keeps_the_order(
    adjust: Adjust, p: np.ndarray
) -> None:
    adjusted = adjust(p)
    np.testing.assert_array_equal(np.isnan(adjusted), np.isnan(p))
    known = ~np.isnan(p)
    assert (adjusted[known] >= p[known] * (1 - 1e-12)).all()
    assert (adjusted[known] <= 1).all()
    rising = adjusted[known][np.argsort(p[known], kind="stable")]
    assert (np.diff(rising) >= 0).all()


@pytest.mark.parametrize("adjust", EVERY)
@settings(max_examples=40, deadline=None)
@given(p=MANY)
def test_a_test_that_was_not_made_does_not_count(adjust: Adjust, p: np.ndarray) -> None:
    alone = adjust(p[~np.isnan(p)])
    np.testing.assert_array_equal(adjust(p)[~np.isnan(p)], alone)


@settings(max_examples=40, deadline=None)
@given(p=MANY)
def test_holm_is_the_stricter_one(p: np.ndarray) -> None:
    known = ~np.isnan(p)
    assert (holm(p)[known] >= benjamini_hochberg(p)[known] - 1e-12).all()


@settings(max_examples=40, deadline=None)
@given(p=MANY)
def test_doubt_about_dependence_only_costs(p: np.ndarray) -> None:
    known = ~np.isnan(p)
    assert (benjamini_yekutieli(p)[known] >= benjamini_hochberg(p)[known]).all()


@pytest.mark.parametrize("adjust", EVERY)
def test_one_test_stays_and_none_is_none(adjust: Adjust) -> None:
    assert adjust(np.array([0.04])).tolist() == [0.04]
    assert adjust(np.array([])).shape == (0,)
    assert np.isnan(adjust(np.array([np.nan, np.nan]))).all()


@pytest.mark.parametrize("wrong", [-0.01, 1.01])
def test_a_p_value_lies_between_0_and_1(wrong: float) -> None:
    with pytest.raises(OutOfRangeError, match="`p`"):
        holm([0.5, wrong])
    with pytest.raises(OutOfRangeError, match="`p`"):
        benjamini_yekutieli([0.5, wrong])
    with pytest.raises(BadInputError, match="infinite"):
        benjamini_hochberg([0.5, np.inf])
