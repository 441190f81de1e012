"""Laws that every statistic keeps: units, places, order and copies change nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.agreement import (
    average_deviation_by_group,
    awg_by_group,
    intraclass_correlation,
    rwg_by_group,
    rwg_j_by_group,
    rwg_star_j_by_group,
)
from reports.bootstrap import bootstrap_bca
from reports.effects import hedges_g, hedges_g_two
from reports.errors import NotEstimableError
from reports.inference import one_sample_test, paired_test, welch_test
from reports.reliability import (
    alpha_if_dropped,
    alpha_within_teams,
    cronbach_alpha,
    item_rest_correlations,
)
from reports.shrinkage import empirical_bayes

NULL = 2.0
SEEDS = st.integers(0, 10_000)
SHIFTS = st.sampled_from([-3.0, -0.1, 0.7, 12.0])
UNITS = st.sampled_from([0.25, 0.1, 3.0, 100.0])
quick = settings(max_examples=25, deadline=None)


def teams_of(seed, *, n_teams=6, n_items=4):
    """Return ratings of unequal teams on 1-5, and the team of each rater."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 9, n_teams)
    teams = np.repeat(np.arange(n_teams), sizes)
    level = rng.normal(3, 0.6, n_teams)[teams] + rng.normal(0, 0.5, teams.size)
    noise = rng.normal(0, 0.7, (teams.size, n_items))
    return np.clip(np.rint(level[:, None] + noise), 1, 5), teams


ALPHAS = [
    lambda ratings, teams: cronbach_alpha(ratings).estimate,
    lambda ratings, teams: alpha_within_teams(ratings, teams).estimate,
    lambda ratings, teams: np.sort(item_rest_correlations(ratings)),
    lambda ratings, teams: np.sort(alpha_if_dropped(ratings)),
]
RATIOS = [
    *ALPHAS,
    lambda ratings, teams: intraclass_correlation(ratings.mean(axis=1), teams).icc1,
    lambda ratings, teams: intraclass_correlation(ratings.mean(axis=1), teams).icc2,
    lambda ratings, teams: intraclass_correlation(ratings.mean(axis=1), teams).p,
    lambda ratings, teams: hedges_g_two(ratings[:, 0], ratings[:, 1]).estimate,
    lambda ratings, teams: welch_test(ratings[:, 0], ratings[:, 1]).p,
    lambda ratings, teams: paired_test(ratings[:, 0], ratings[:, 1]).p,
]
BY_GROUP = [
    lambda ratings, teams: rwg_by_group(ratings.mean(axis=1), teams, NULL),
    lambda ratings, teams: rwg_j_by_group(ratings, teams, NULL),
    lambda ratings, teams: rwg_star_j_by_group(ratings, teams, NULL),
    lambda ratings, teams: awg_by_group(ratings, teams, 1, 5),
    average_deviation_by_group,
    lambda ratings, teams: average_deviation_by_group(ratings, teams, "median"),
]


def attempt(statistic, ratings, teams):
    """Return the figure, or the kind of refusal."""
    try:
        return statistic(ratings, teams)
    except NotEstimableError as refused:
        return type(refused).__name__


def same(a, b):
    return a == b if isinstance(a, str) else a == pytest.approx(b, rel=1e-9, abs=1e-10)


@quick
@given(seed=SEEDS, statistic=st.sampled_from(RATIOS), shift=SHIFTS, unit=UNITS)
def test_neither_unit_nor_zero_of_the_scale_matters(seed, statistic, shift, unit):
    ratings, teams = teams_of(seed)
    moved = ratings * unit + shift
    assert same(attempt(statistic, moved, teams), attempt(statistic, ratings, teams))


@quick
@given(seed=SEEDS, statistic=st.sampled_from(RATIOS))
def test_the_order_of_raters_does_not_matter(seed, statistic):
    ratings, teams = teams_of(seed)
    order = np.random.default_rng(seed).permutation(teams.size)
    mixed = attempt(statistic, ratings[order], teams[order])
    assert same(mixed, attempt(statistic, ratings, teams))


@quick
@given(seed=SEEDS, statistic=st.sampled_from(ALPHAS))
def test_neither_the_order_of_items_nor_the_end_of_the_scale_matters(seed, statistic):
    ratings, teams = teams_of(seed)
    before = attempt(statistic, ratings, teams)
    assert same(attempt(statistic, ratings[:, ::-1], teams), before)
    assert same(attempt(statistic, 6 - ratings, teams), before)


@quick
@given(seed=SEEDS, times=st.integers(2, 4), statistic=st.sampled_from(ALPHAS[:1]))
def test_copies_of_all_raters_change_no_alpha(seed, times, statistic):
    ratings, teams = teams_of(seed)
    copied = attempt(statistic, np.tile(ratings, (times, 1)), np.tile(teams, times))
    assert same(copied, attempt(statistic, ratings, teams))


@quick
@given(seed=SEEDS, statistic=st.sampled_from(BY_GROUP))
def test_a_team_agrees_no_less_for_the_other_teams_around_it(seed, statistic):
    ratings, teams = teams_of(seed)
    ratings[np.random.default_rng(seed).random(ratings.shape) < 0.1] = np.nan
    together = statistic(ratings, teams)
    for place, team in enumerate(together.labels):
        own = teams == team
        alone = statistic(ratings[own], teams[own])
        np.testing.assert_allclose(alone.values[0], together.values[place], rtol=1e-12)
        assert alone.sizes[0] == together.sizes[place]


@quick
@given(seed=SEEDS, statistic=st.sampled_from(BY_GROUP))
def test_teams_keep_their_figures_in_any_order(seed, statistic):
    ratings, teams = teams_of(seed)
    order = np.random.default_rng(seed).permutation(teams.size)
    first, mixed = statistic(ratings, teams), statistic(ratings[order], teams[order])
    expected = dict(zip(first.labels.tolist(), first.values.tolist(), strict=True))
    for team, value in zip(mixed.labels.tolist(), mixed.values.tolist(), strict=True):
        assert value == pytest.approx(expected[team], rel=1e-12, nan_ok=True)


@quick
@given(seed=SEEDS, n=st.integers(4, 30))
def test_every_interval_holds_its_estimate(seed, n):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(3, 1, n), rng.normal(3.3, 1, n)
    found = [hedges_g(a, 2.8), hedges_g_two(a, b)]
    pairs = [(one.estimate, one.interval) for one in found]
    tests = [one_sample_test(a, 2.8), welch_test(a, b), paired_test(a, b)]
    pairs += [(one.difference, one.interval) for one in tests]
    ratings, teams = teams_of(seed)
    alpha = cronbach_alpha(ratings)
    between = intraclass_correlation(ratings.mean(axis=1), teams)
    pairs += [(alpha.estimate, alpha.interval), (between.icc1, between.icc1_interval)]
    pairs.append((a.mean(), bootstrap_bca(a, rng, n_resamples=499)))
    for estimate, interval in pairs:
        assert interval.low <= estimate <= interval.high


@quick
@given(seed=SEEDS, shift=SHIFTS, unit=UNITS)
def test_pulled_in_means_follow_the_unit_and_the_place(seed, shift, unit):
    ratings, teams = teams_of(seed, n_teams=12)
    scores = ratings.mean(axis=1)
    there, moved = (empirical_bayes(x, teams) for x in (scores, scores * unit + shift))
    np.testing.assert_allclose(
        moved.estimates, there.estimates * unit + shift, rtol=1e-6
    )
    assert moved.tau2 == pytest.approx(
        there.tau2 * unit**2, rel=1e-4, abs=1e-9 * unit**2
    )
