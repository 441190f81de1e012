"""Whether teams can be told apart."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reports.agreement import intraclass_correlation
from reports.errors import (
    BadInputError,
    OutOfRangeError,
    TooFewGroupsError,
    TooFewRatersError,
    ZeroVarianceError,
)

SCORES = np.array([3, 4, 5, 2, 2, 4.5, 1, 5, 3])
TEAMS = np.array(["a", "a", "a", "b", "b", "c", "d", "d", "d"])
# Shrout and Fleiss (1979), table 2: six targets, four judges.
SHROUT_FLEISS = np.array(
    [
        [9, 2, 5, 8],
        [6, 1, 3, 2],
        [8, 4, 6, 8],
        [7, 1, 2, 6],
        [10, 5, 6, 9],
        [6, 2, 4, 7],
    ]
)


def test_the_published_table_of_equal_groups() -> None:
    # R 4.2.2, psych 2.2.9: ICC(SF, lmer = FALSE)$results[1, ]
    # multilevel 2.7: ICC1(m), ICC2(m)
    icc = intraclass_correlation(SHROUT_FLEISS.ravel(), np.repeat(np.arange(6), 4))
    assert round(icc.icc1, 2) == 0.17
    assert icc.icc1 == pytest.approx(0.165741768405475, rel=1e-10)
    assert icc.icc1_interval.low == pytest.approx(-0.132932324874751, rel=1e-10)
    assert icc.icc1_interval.high == pytest.approx(0.722560062328121, rel=1e-10)
    assert icc.icc2 == pytest.approx(0.442797133679268, rel=1e-10)
    assert icc.p == pytest.approx(0.164768808344640, rel=1e-10)
    assert icc.k0 == 4


def test_a_team_of_one_counts_between_teams_as_in_r() -> None:
    # R 4.2.2: as for the real teams
    icc = intraclass_correlation(SCORES, TEAMS)
    assert icc.icc1 == pytest.approx(0.0413223140495870, rel=1e-10)
    assert icc.icc1_interval.low == pytest.approx(-0.6666767839011064, rel=1e-9)
    assert icc.icc1_interval.high == pytest.approx(0.8766225926964228, rel=1e-9)
    assert icc.k0 == pytest.approx(2.1481481481481484, rel=1e-10)
    assert icc.p == pytest.approx(0.4329109176740388, rel=1e-9)


def test_missing_scores_are_left_out() -> None:
    scores = np.append(SCORES, [np.nan, np.nan])
    teams = np.append(TEAMS, ["a", "gone"])
    assert intraclass_correlation(scores, teams) == intraclass_correlation(
        SCORES, TEAMS
    )


def test_neither_order_nor_place_on_the_scale_matters() -> None:
    order = np.random.default_rng(5).permutation(9)
    moved = intraclass_correlation(6 - SCORES[order] / 2, TEAMS[order])
    before = intraclass_correlation(SCORES, TEAMS)
    assert moved.icc1 == pytest.approx(before.icc1)
    assert moved.icc1_interval.high == pytest.approx(before.icc1_interval.high)


def test_teams_that_differ_less_than_chance_keep_their_raw_value() -> None:
    icc = intraclass_correlation(np.array([1.0, 3, 1, 3]), np.array([1, 1, 2, 2]))
    assert icc.icc1 == -1
    assert icc.icc2 == -math.inf
    assert icc.f == 0


def test_teams_that_agree_wholly_are_told_apart_wholly() -> None:
    icc = intraclass_correlation(np.array([1.0, 1, 3, 3]), np.array([1, 1, 2, 2]))
    assert (icc.icc1, icc.icc2, icc.f, icc.p) == (1, 1, math.inf, 0)
    assert (icc.icc1_interval.low, icc.icc1_interval.high) == (1, 1)


@pytest.mark.parametrize("scores", [np.array([]), np.full(3, np.nan)])
def test_no_team_is_refused(scores: np.ndarray) -> None:
    with pytest.raises(TooFewGroupsError, match="at least 2 groups, got 0"):
        intraclass_correlation(scores, np.zeros(scores.size))


def test_one_team_and_teams_of_one_are_refused() -> None:
    with pytest.raises(TooFewGroupsError, match="at least 2 groups, got 1"):
        intraclass_correlation(SCORES, np.zeros(9))
    with pytest.raises(TooFewRatersError, match="at least 2 raters in at least one"):
        intraclass_correlation(SCORES, np.arange(9))


def test_scores_all_alike_are_refused() -> None:
    with pytest.raises(ZeroVarianceError, match="no spread in 9 values"):
        intraclass_correlation(np.full(9, 3.6), TEAMS)


def test_labels_must_be_as_many_as_scores() -> None:
    with pytest.raises(BadInputError, match="8 labels, the answers are of 9 raters"):
        intraclass_correlation(SCORES, TEAMS[:8])


def test_confidence_is_a_probability() -> None:
    with pytest.raises(OutOfRangeError, match="`confidence`"):
        intraclass_correlation(SCORES, TEAMS, confidence=1.0)
