"""Small teams pulled toward the average."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.errors import (
    BadInputError,
    TooFewGroupsError,
    TooFewRatersError,
    ZeroVarianceError,
)
from reports.shrinkage import empirical_bayes, empirical_bayes_two_stage

SCORES = np.array([5, 4, 5, 2, 2, 4.5, 1, 2, 3, 4, 4.2])
TEAMS = np.array(["a", "a", "a", "b", "b", "c", "d", "d", "d", "e", "e"])
# The eight schools of Rubin (1981): effects of coaching.
SCHOOLS = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
SCHOOLS_VARIANCE = np.array([15.0, 10, 16, 11, 9, 11, 10, 18]) ** 2
# The 13 vaccine trials of Colditz and others (1994), as in Viechtbauer (2010): cases
# and others among the vaccinated, cases and others among the controls.
TRIALS = np.array(
    [
        [4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209],
        [62, 13536, 248, 12619], [33, 5036, 47, 5761], [180, 1361, 372, 1079],
        [8, 2537, 10, 619], [505, 87886, 499, 87892], [29, 7470, 45, 7232],
        [17, 1699, 65, 1600], [186, 50448, 141, 27197], [5, 2493, 3, 2338],
        [27, 16886, 29, 17825],
    ]
)  # fmt: skip


@pytest.fixture
def trials() -> tuple[np.ndarray, np.ndarray]:
    """Log relative risks and their variances."""
    a, b, c, d = TRIALS.T
    return np.log(a / (a + b) / (c / (c + d))), 1 / a - 1 / (a + b) + 1 / c - 1 / (
        c + d
    )


def test_teams_of_unequal_size_match_lme4() -> None:
    # R 4.2.2, lme4 1.1.31: f <- lmer(s ~ 1 + (1 | g)), with xtol_abs = 1e-12 and
    #   ftol_abs = 1e-14; fixef(f); sqrt(vcov(f)[1]); as.data.frame(VarCorr(f))$vcov
    #   coef(f)$g[, 1]; attr(ranef(f, condVar = TRUE)$g, "postVar")
    result = empirical_bayes(SCORES, TEAMS)
    assert result.labels.tolist() == ["a", "b", "c", "d", "e"]
    assert result.sizes.tolist() == [3, 2, 1, 3, 2]
    assert result.raw == pytest.approx([14 / 3, 2, 4.5, 2, 4.1])
    assert result.mean == pytest.approx(3.428550928680402, rel=1e-5)
    assert result.mean_se == pytest.approx(0.606697183565600, rel=1e-5)
    assert result.tau2 == pytest.approx(1.609474082595127, rel=1e-5)
    assert result.sigma2 == pytest.approx(0.444270543650851, rel=1e-5)
    expected = [4.562344572857, 2.173252854433, 4.268221786036, 2.120367926375]
    assert result.estimates == pytest.approx([*expected, 4.018567503701], rel=1e-5)
    expected = [0.135612286539, 0.195194986295, 0.348164964879, 0.135612286539]
    assert result.variances == pytest.approx([*expected, 0.195194986295], rel=1e-5)


@pytest.mark.parametrize("method", ["reml", "dl"])
def test_the_eight_schools_show_no_difference(method: str) -> None:
    # Gelman and others, Bayesian Data Analysis, 5.5: pooled 7.7, standard error 4.1
    result = empirical_bayes_two_stage(SCHOOLS, SCHOOLS_VARIANCE, method)
    assert (round(result.mean, 1), round(result.mean_se, 1)) == (7.7, 4.1)
    assert result.tau2 == 0
    assert set(result.estimates) == {result.mean}
    assert set(result.variances) == {0.0}


def test_known_noise_matches_the_published_example(trials) -> None:
    # Viechtbauer (2010), section 3.1: tau^2 0.3132, mean -0.7145 (0.1798)
    # R 4.2.2: dev <- function(t) {w <- 1 / (v + t); m <- sum(w * y) / sum(w)
    #   sum(w * (y - m)^2) - sum(log(w)) + log(sum(w))}; optimize(dev, c(0, 3))
    result = empirical_bayes_two_stage(*trials)
    assert result.tau2 == pytest.approx(0.313243258114631, rel=1e-7)
    assert result.mean == pytest.approx(-0.714532342156140, rel=1e-7)
    assert result.mean_se == pytest.approx(0.179781516100158, rel=1e-7)
    expected = [-0.800233561966284, -1.251705980287128]
    assert result.estimates[:2] == pytest.approx(expected, rel=1e-7)
    expected = [0.159647399443206, 0.120024218791607]
    assert result.variances[:2] == pytest.approx(expected, rel=1e-7)


def test_the_moment_estimate_matches_r(trials) -> None:
    # R 4.2.2: w <- 1 / v; q <- sum(w * (y - sum(w * y) / sum(w))^2)
    #   max(0, (q - 12) / (sum(w) - sum(w^2) / sum(w)))
    result = empirical_bayes_two_stage(*trials, method="dl")
    assert result.tau2 == pytest.approx(0.308760262862376, rel=1e-10)
    assert result.mean == pytest.approx(-0.714117222073227, rel=1e-10)
    assert result.mean_se == pytest.approx(0.178742089535403, rel=1e-10)


def test_teams_that_differ_by_chance_alone_are_one() -> None:
    # Nested means: the teams' means differ less than their raters would make them.
    scores = np.array([1.0, 5, 2, 4, 3, 3])
    result = empirical_bayes(scores, np.array([1, 1, 2, 2, 3, 3]))
    assert result.tau2 == 0
    assert result.estimates.tolist() == [3, 3, 3]
    assert result.variances.tolist() == [0, 0, 0]
    assert result.sigma2 == pytest.approx(scores.var(ddof=1))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), spread=st.sampled_from([0.0, 0.3, 2.0]))
def test_an_estimate_lies_between_the_mean_and_the_team(
    seed: int, spread: float
) -> None:
    rng = np.random.default_rng(seed)
    teams = np.repeat(np.arange(8), rng.integers(1, 9, size=8) + 1)
    scores = rng.normal(size=8)[teams] * spread + rng.normal(size=teams.size)
    result = empirical_bayes(scores, teams)
    kept = (result.estimates - result.mean) / (result.raw - result.mean)
    np.testing.assert_allclose(
        kept, result.tau2 / (result.tau2 + result.sigma2 / result.sizes), atol=1e-9
    )
    turned = empirical_bayes(10 - 2 * scores, teams)
    np.testing.assert_allclose(turned.estimates, 10 - 2 * result.estimates, atol=1e-7)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_no_other_variance_is_likelier(seed: int) -> None:
    rng = np.random.default_rng(seed)
    noise = np.exp(rng.normal(size=9) * 2)
    means = rng.normal(size=9) * np.sqrt(noise + 0.3)

    def deviance(tau2: float) -> float:
        w = 1 / (noise + tau2)
        centre = (w * means).sum() / w.sum()
        return (w * (means - centre) ** 2 - np.log(w)).sum() + np.log(w.sum())

    found = empirical_bayes_two_stage(means, noise).tau2
    others = [0.0, *np.geomspace(1e-4, 1e3, 200)]
    assert deviance(found) <= min(map(deviance, others)) + 1e-10


def test_missing_scores_are_left_out_and_a_team_without_any_has_no_estimate() -> None:
    result = empirical_bayes(
        np.append(SCORES, [np.nan, np.nan]), np.append(TEAMS, ["a", "gone"])
    )
    alone = empirical_bayes(SCORES, TEAMS)
    assert (result.mean, result.tau2) == (alone.mean, alone.tau2)
    assert result.estimates[:5].tolist() == alone.estimates.tolist()
    assert (result.labels[5], result.sizes[5]) == ("gone", 0)
    assert np.isnan([result.estimates[5], result.variances[5], result.raw[5]]).all()


def test_a_figure_that_is_missing_stays_missing() -> None:
    means = np.array([3.0, np.nan, 4.0, 3.2, 2.2])
    noise = np.array([0.1, 0.1, np.nan, 0.1, 0.2])
    result = empirical_bayes_two_stage(means, noise)
    alone = empirical_bayes_two_stage(means[[0, 3, 4]], noise[[0, 3, 4]])
    assert result.estimates[[0, 3, 4]].tolist() == alone.estimates.tolist()
    assert np.isnan(result.estimates[[1, 2]]).all()
    assert np.isnan(result.variances[[1, 2]]).all()


def test_too_few_teams_or_raters_are_refused() -> None:
    with pytest.raises(TooFewGroupsError, match="`groups` needs at least 2 groups"):
        empirical_bayes(SCORES, np.zeros(11))
    with pytest.raises(TooFewRatersError, match="2 raters in at least one group"):
        empirical_bayes(SCORES, np.arange(11))
    with pytest.raises(TooFewGroupsError, match="`estimates` needs at least 2 groups"):
        empirical_bayes_two_stage([3.0, np.nan], [0.1, 0.1])


def test_teams_that_agree_wholly_leave_no_noise_to_judge_by() -> None:
    with pytest.raises(ZeroVarianceError, match="`scores within groups` has no spread"):
        empirical_bayes(np.array([1.0, 1, 3, 3]), np.array([1, 1, 2, 2]))


def test_what_does_not_fit_together_is_refused() -> None:
    with pytest.raises(BadInputError, match="`method` is 'ml'"):
        empirical_bayes_two_stage(SCHOOLS, SCHOOLS_VARIANCE, "ml")
    with pytest.raises(BadInputError, match="`variances` holds 0; noise is above 0"):
        empirical_bayes_two_stage([3.0, 4.0], [0.0, 1.0])
    with pytest.raises(BadInputError, match="`estimates` has 8 values, `variances`"):
        empirical_bayes_two_stage(SCHOOLS, SCHOOLS_VARIANCE[:7])
