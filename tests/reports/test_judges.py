"""Judges who rate the same targets."""

from __future__ import annotations

import math
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reports.agreement import intraclass_correlation, shrout_fleiss
from reports.errors import (
    BadInputError,
    TooFewGroupsError,
    TooFewRatersError,
    ZeroVarianceError,
)
from reports.judges import ShroutFleiss

# Shrout and Fleiss (1979), table 2: six targets, four judges.
TABLE = np.array(
    [
        [9, 2, 5, 8],
        [6, 1, 3, 2],
        [8, 4, 6, 8],
        [7, 1, 2, 6],
        [10, 5, 6, 9],
        [6, 2, 4, 7],
    ]
)


def _figures(result: ShroutFleiss) -> np.ndarray:
    made = [getattr(result, field.name) for field in fields(result)]
    return np.array([(x.estimate, x.interval.low, x.interval.high) for x in made])


def test_the_published_table() -> None:
    # Shrout and Fleiss (1979), table 4; R 4.2.2, psych 2.2.9:
    #   ICC(x, lmer = FALSE)$results[, c(2, 7, 8)]
    result = shrout_fleiss(TABLE)
    got = [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    assert _figures(result)[:, 0].round(2).tolist() == got
    expected = [
        [0.165741768405476, -0.1329323248747509, 0.722560062328121],
        [0.289763779527559, 0.0187865133747120, 0.761084369648953],
        [0.714840714840715, 0.3424647650339254, 0.945858259955360],
        [0.442797133679269, -0.8844421552381190, 0.912415420340776],
        [0.620050547598989, 0.0711368153025035, 0.927232040167722],
        [0.909315542377069, 0.6756747138163046, 0.985891678169062],
    ]
    np.testing.assert_allclose(_figures(result), expected, rtol=1e-10)


def test_judges_who_differ_by_a_constant_match_r() -> None:
    # R 4.2.2, psych 2.2.9: as above
    result = _figures(shrout_fleiss([[1, 2, 3], [2, 3, 4], [4, 5, 6]]))
    assert result[0] == pytest.approx([2 / 3, -0.0120752400304835, 0.989182180245292])
    assert result[1] == pytest.approx([0.7, 0.0564516129032259, 0.989130434782609])
    assert result[4] == pytest.approx([0.875, 0.1521739130434785, 0.996350364963504])
    assert result[[2, 5]].tolist() == [[1, 1, 1], [1, 1, 1]]


def test_targets_that_differ_less_than_chance_match_r() -> None:
    # R 4.2.2, psych 2.2.9: as above, but its low end of ICC(2,k), which is
    #   above the high one (6.52)
    result = _figures(shrout_fleiss([[3, 4, 2], [2, 3, 4], [4, 3, 3], [3, 3, 2]]))
    single = [-0.411764705882353, -0.649292485313790, 0.563907710328799]
    assert result[1] == pytest.approx(single)
    assert result[4] == pytest.approx([-7, -math.inf, 0.795051635852687])
    fixed = [-2.625, -22.920644642092213, 0.753982404116244]
    assert result[5] == pytest.approx(fixed)


def test_judges_who_agree_wholly_are_one() -> None:
    result = _figures(shrout_fleiss(np.array([[1, 1, 1], [2, 2, 2], [4, 4, 4]]) / 3))
    assert (result == 1).all()


def test_judges_who_only_disagree_have_no_reliable_mean() -> None:
    result = _figures(shrout_fleiss([[1, 2], [2, 1]]))
    assert result[[0, 2]].tolist() == [[-1] * 3, [-1] * 3]
    assert (result[[1, 3, 4, 5]] == -math.inf).all()


@settings(max_examples=80, deadline=None)
@given(
    table=arrays(
        float,
        st.tuples(st.integers(2, 6), st.integers(2, 5)),
        elements=st.integers(1, 5).map(float),
    )
)
def test_every_interval_holds_its_figure(table: np.ndarray) -> None:
    try:
        result = _figures(shrout_fleiss(table))
    except ZeroVarianceError:
        return
    estimate, low, high = result.T
    assert not np.isnan(result).any()
    assert (low <= estimate + 1e-9).all()
    assert (estimate <= high + 1e-9).all()
    assert (high <= 1 + 1e-12).all()
    one_way = intraclass_correlation(
        table.ravel(), np.repeat(np.arange(len(table)), table.shape[1])
    )
    assert estimate[0] == pytest.approx(one_way.icc1, abs=1e-9)


def test_a_table_with_gaps_or_of_one_is_refused() -> None:
    with pytest.raises(BadInputError, match="`table` has gaps"):
        shrout_fleiss([[1.0, np.nan], [2.0, 3.0]])
    with pytest.raises(
        TooFewGroupsError, match="`table` needs at least 2 groups, got 1"
    ):
        shrout_fleiss(TABLE[:1])
    with pytest.raises(
        TooFewRatersError, match="`table` needs at least 2 judges, got 1"
    ):
        shrout_fleiss(TABLE[:, :1])


@pytest.mark.parametrize("table", [np.full((4, 3), 3.6), [[1, 2, 3]] * 4])
def test_targets_that_all_judges_rate_alike_are_refused(table) -> None:
    with pytest.raises(ZeroVarianceError, match="has no spread in 12 values"):
        shrout_fleiss(table)
