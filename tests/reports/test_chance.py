"""Agreement of teams whose raters answer by chance."""

import numpy as np
import pytest

from reports.chance import rwg_star_by_chance
from reports.errors import OutOfRangeError


def usual(n_raters, n_items):
    """Return the middle of several draws."""
    drawn = [
        rwg_star_by_chance(n_raters, n_items, 5, np.random.default_rng(seed))
        for seed in range(5)
    ]
    return np.median(drawn)


@pytest.mark.parametrize(
    ("n", "expected"),
    # set.seed(1); quantile(multilevel::rwg.sim(n, 5, 10000)$rwg, .95)
    [(3, 0.8333), (4, 0.875), (5, 0.75), (6, 0.6667), (8, 0.5714), (10, 0.5056)],
)
def test_single_items_reach_by_chance_what_is_known(n, expected):
    assert usual(n, 1) == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(
    ("n", "expected"),
    # set.seed(1); multilevel::rwg.j.sim(n, 5, 5, nrep = 10000)$rwg.95
    [(3, 0.8673), (5, 0.7377), (8, 0.6316), (20, 0.4631)],
)
def test_five_items_reach_by_chance_what_is_known(n, expected):
    star = usual(n, 5)
    assert 5 * star / (5 * star + 1 - star) == pytest.approx(expected, abs=0.04)


def test_more_items_or_raters_agree_less_by_chance():
    def of(n_raters, n_items):
        return rwg_star_by_chance(n_raters, n_items, 5, np.random.default_rng(3))

    assert of(5, 1) > of(5, 5) > of(5, 20)
    assert of(5, 5) > of(20, 5) > of(300, 40) > 0


@pytest.mark.parametrize(
    ("n_raters", "n_items", "share"), [(1, 5, 0.95), (5, 0, 0.95), (5, 5, 1.5)]
)
def test_what_cannot_be_drawn_is_refused(n_raters, n_items, share):
    with pytest.raises(OutOfRangeError):
        rwg_star_by_chance(n_raters, n_items, 5, np.random.default_rng(3), share)
