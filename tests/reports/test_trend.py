"""What changed between two cycles."""

from __future__ import annotations

import numpy as np
import pytest

from reports.errors import BadInputError, TooFewRatersError, ZeroVarianceError
from reports.inference import paired_test, welch_test
from reports.trend import paired_unit_change, unlinked_change

BEFORE = np.array([3.2, 4.1, 3.8, 2.6, 4.4, 3.5, 3.9])
AFTER = np.array([2.9, 3.1, 4.0, 2.2, 3.3])
TEAMS_AFTER = np.array([3.0, 4.3, 3.1, 2.8, 4.0, 3.9, 3.5])


def test_an_unlinked_change_matches_r() -> None:
    # R 4.2.2: t.test(after, before)
    change = unlinked_change(BEFORE, AFTER)
    assert change.difference == pytest.approx(-0.542857142857143)
    assert change.statistic == pytest.approx(-1.467520597454180, rel=1e-10)
    assert change.df == pytest.approx(8.306803269696031, rel=1e-10)
    assert change.p == pytest.approx(0.179048261118078, rel=1e-10)
    assert change.interval.low == pytest.approx(-1.390428521968172, rel=1e-10)
    assert change.interval.high == pytest.approx(0.304714236253886, rel=1e-10)


def test_a_change_of_the_same_teams_matches_r() -> None:
    # R 4.2.2: t.test(after, before, paired = TRUE)
    change = paired_unit_change(BEFORE, TEAMS_AFTER)
    assert change.difference == pytest.approx(-0.128571428571429)
    assert change.statistic == pytest.approx(-0.844162289298976, rel=1e-10)
    assert (change.df, change.p) == (6, pytest.approx(0.430943506680622, rel=1e-10))
    assert change.interval.low == pytest.approx(-0.501252080477030, rel=1e-10)
    assert change.interval.high == pytest.approx(0.244109223334173, rel=1e-10)


def test_a_change_is_after_minus_before_and_leaves_out_what_misses() -> None:
    holes = np.append(BEFORE, np.nan)
    assert unlinked_change(holes, AFTER) == welch_test(AFTER, BEFORE)
    assert paired_unit_change(holes, np.append(TEAMS_AFTER, 3.0)) == paired_test(
        TEAMS_AFTER, BEFORE
    )


def test_refusals_name_the_cycle() -> None:
    with pytest.raises(TooFewRatersError, match="`before` needs at least 2 scores"):
        unlinked_change(BEFORE[:1], AFTER)
    with pytest.raises(ZeroVarianceError, match="`after, before` has no spread in 5"):
        unlinked_change(np.full(3, 4.0), np.full(2, 3.0))
    with pytest.raises(BadInputError, match="`after_means` has 5 values, `before_m"):
        paired_unit_change(BEFORE, AFTER)
    with pytest.raises(TooFewRatersError, match="`after_means - before_means` needs"):
        paired_unit_change(BEFORE[:1], TEAMS_AFTER[:1])
    with pytest.raises(ZeroVarianceError, match="no spread in 7 values"):
        paired_unit_change(BEFORE, BEFORE + 0.1)
