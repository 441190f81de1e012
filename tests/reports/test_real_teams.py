"""Every statistic on one real survey, against R.

The figures are those of R 4.2.2 with multilevel 2.7 and psych 2.2.9 on the data set
lq2002; X are its items LEAD01 to LEAD11, g is COMPID.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from reports.agreement import (
    average_deviation_by_group,
    awg_by_group,
    intraclass_correlation,
    rwg_by_group,
    rwg_j_by_group,
    rwg_star_j_by_group,
)
from reports.inference import pooled_sd
from reports.reliability import (
    alpha_if_dropped,
    alpha_within_teams,
    cronbach_alpha,
    item_rest_correlations,
    mcdonald_omega,
)
from reports.shrinkage import empirical_bayes

LQ2002 = Path(__file__).parents[1] / "data" / "lq2002" / "lq2002.csv"
BULK = {
    "rwg_j": lambda x, g: rwg_j_by_group(x, g, 2.0),
    "rwg_j_slight_skew": lambda x, g: rwg_j_by_group(x, g, 1.34),
    "rwg_star_j": lambda x, g: rwg_star_j_by_group(x, g, 2.0),
    "awg": lambda x, g: awg_by_group(x, g, 1, 5),
    "ad_mean": average_deviation_by_group,
    "ad_median": lambda x, g: average_deviation_by_group(x, g, center="median"),
}
# R: rwg.j(X, g, 2), rwg.j(X, g, 1.34), rwg.j.lindell(X, g, 2), awg(X, g, c(1, 5)),
# ad.m(X, g), ad.m(X, g, type = "median"); the first three companies in order of
# appearance, and the mean over all 49.
EXPECTED = {
    "rwg_j": (
        0.807527258396462, 0.895938315059127, 0.860012020434739, 0.867784900003626,
    ),
    "rwg_j_slight_skew": (
        0.000000000000000, 0.681375323509299, 0.327109193686624, 0.410278018540407,
    ),
    "rwg_star_j": (
        0.276103425559947, 0.439052689052689, 0.358356290174472, 0.39262108253676,
    ),
    "awg": (0.292575090525564, 0.423310298461799, 0.324448020466132, 0.383732654261259),
    "ad_mean": (
        1.020517676767677, 0.867122650906435, 0.949315375982043, 0.890196470010966,
    ),
    "ad_median": (
        0.973484848484849, 0.825552825552825, 0.917171717171717, 0.843491838612281,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TeamSurvey:
    """2,042 raters in 49 companies: eleven leadership items, and two scores."""

    companies: NDArray[Any]
    items: NDArray[np.float64]
    leadership: NDArray[np.float64]
    hostility: NDArray[np.float64]


@pytest.fixture(scope="module")
def lq2002() -> TeamSurvey:
    with LQ2002.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [f"LEAD{number:02}" for number in range(1, 12)]
    return TeamSurvey(
        companies=np.array([row["COMPID"] for row in rows]),
        items=np.array([[float(row[name]) for name in names] for row in rows]),
        leadership=np.array([float(row["LEAD"]) for row in rows]),
        hostility=np.array([float(row["HOSTILE"]) for row in rows]),
    )


@pytest.fixture
def holes(lq2002):
    """The eleven items with every 7th answer to the 3rd, 11th to the 9th missing."""
    ratings = lq2002.items.copy()
    ratings[6::7, 2] = np.nan
    ratings[4::11, 8] = np.nan
    return ratings


def test_alpha_matches_r(lq2002) -> None:
    # R 4.2.2, multilevel 2.7, psych 2.2.9: a <- cronbach(X)$Alpha
    #   alpha.ci(a, 2042, 11)
    alpha = cronbach_alpha(lq2002.items)
    assert alpha.estimate == pytest.approx(0.902236565759766, rel=1e-10)
    assert alpha.interval.low == pytest.approx(0.895826801355738, rel=1e-10)
    assert alpha.interval.high == pytest.approx(0.908409396457629, rel=1e-10)
    assert (alpha.n_raters, alpha.n_items) == (2042, 11)


def test_alpha_leaves_out_raters_with_a_missing_item_as_r_does(holes) -> None:
    # R 4.2.2, multilevel 2.7, psych 2.2.9: cronbach(XM); alpha.ci(a, 1591, 11)
    alpha = cronbach_alpha(holes)
    assert alpha.estimate == pytest.approx(0.903022692391316, rel=1e-10)
    assert alpha.interval.low == pytest.approx(0.895801115821960, rel=1e-10)
    assert alpha.interval.high == pytest.approx(0.909942573189713, rel=1e-10)
    assert alpha.n_raters == 1591


def test_alpha_within_teams_matches_r(lq2002) -> None:
    # R 4.2.2, multilevel 2.7: a <- cronbach(apply(X, 2, function(x) x - ave(x, g)))
    #   df <- 2042 - 49; 1 - (1 - a) * qf(c(.975, .025), df, df * 10)
    alpha = alpha_within_teams(lq2002.items, lq2002.companies)
    assert alpha.estimate == pytest.approx(0.89579880151103, rel=1e-10)
    assert alpha.interval.low == pytest.approx(0.888883631307016, rel=1e-10)
    assert alpha.interval.high == pytest.approx(0.902455353530686, rel=1e-10)


def test_alpha_within_teams_centres_complete_raters_only(lq2002, holes) -> None:
    # R 4.2.2, multilevel 2.7: ok <- complete.cases(XM)
    #   then as above on XM[ok, ] and g[ok]
    alpha = alpha_within_teams(holes, lq2002.companies)
    assert alpha.estimate == pytest.approx(0.895164178519296, rel=1e-10)
    assert alpha.interval.low == pytest.approx(0.887234253417310, rel=1e-10)
    assert alpha.interval.high == pytest.approx(0.902757807428738, rel=1e-10)


def test_an_unturned_item_shows_as_in_r(lq2002) -> None:
    # R 4.2.2, multilevel 2.7: U[, 4] <- 6 - U[, 4]; item.total(U); cronbach(U)
    unturned = lq2002.items.copy()
    unturned[:, 3] = 6 - unturned[:, 3]
    rest = item_rest_correlations(unturned)
    assert rest[3] == pytest.approx(-0.609354450856470, rel=1e-10)
    assert cronbach_alpha(unturned).estimate == pytest.approx(0.808710805719253)


def test_item_diagnostics_match_r(lq2002) -> None:
    # R 4.2.2, multilevel 2.7: item.total(X)$Item.Total, $Alpha.Without, first three
    rest = item_rest_correlations(lq2002.items)
    without = alpha_if_dropped(lq2002.items)
    expected = [0.564154060231281, 0.527955428762536, 0.704540096683321]
    np.testing.assert_allclose(rest[:3], expected, rtol=1e-10)
    expected = [0.897524396407776, 0.899345199248131, 0.889687013890635]
    np.testing.assert_allclose(without[:3], expected, rtol=1e-10)
    assert rest.shape == without.shape == (11,)


@pytest.mark.parametrize("name", BULK)
def test_real_teams_match_r(lq2002, name: str) -> None:
    result = BULK[name](lq2002.items, lq2002.companies)
    got = [*result.values[:3], result.values.mean()]
    np.testing.assert_allclose(got, EXPECTED[name], rtol=1e-10)
    assert result.labels[:3].tolist() == ["2", "3", "4"]
    assert result.sizes[:3].tolist() == [24, 37, 45]


def test_one_score_matches_r(lq2002) -> None:
    # R 4.2.2, multilevel 2.7: rwg(lq2002$LEAD, lq2002$COMPID, 2)
    result = rwg_by_group(lq2002.leadership, lq2002.companies, 2.0)
    expected = [0.621459156792655, 0.745743677524136, 0.713281576141381]
    np.testing.assert_allclose(result.values[:3], expected, rtol=1e-10)
    assert result.values.mean() == pytest.approx(0.703233496513063, rel=1e-10)


def test_real_teams_of_unequal_size_match_r(lq2002) -> None:
    # R 4.2.2: t <- anova(aov(LEAD ~ factor(COMPID))); B <- t[1, 3]; W <- t[2, 3]
    #   k <- (N - sum(n^2) / N) / 48; F <- B / W; (B - W) / (B + (k - 1) * W)
    #   L <- F / qf(.975, 48, 1993); (L - 1) / (L + k - 1)
    #   U <- F * qf(.975, 1993, 48); (U - 1) / (U + k - 1); (B - W) / B; t[1, 5]
    icc = intraclass_correlation(lq2002.leadership, lq2002.companies)
    assert icc.icc1 == pytest.approx(0.0886784787965469, rel=1e-10)
    assert icc.icc1_interval.low == pytest.approx(0.0564355719400926, rel=1e-9)
    assert icc.icc1_interval.high == pytest.approx(0.142493032286589, rel=1e-9)
    assert icc.icc2 == pytest.approx(0.800754373013908, rel=1e-10)
    assert icc.k0 == pytest.approx(41.3013181521384, rel=1e-10)
    assert icc.mean_square_between == pytest.approx(3.08552017165913, rel=1e-10)
    assert icc.mean_square_within == pytest.approx(0.614776401180460, rel=1e-10)
    assert icc.f == pytest.approx(5.01893072950505, rel=1e-10)
    assert icc.p == pytest.approx(1.35565399607988e-25, rel=1e-8)
    assert (icc.n_groups, icc.n_raters) == (49, 2042)


def test_another_confidence_matches_r(lq2002) -> None:
    # R 4.2.2: as above for HOSTILE with qf(.95, ...)
    icc = intraclass_correlation(lq2002.hostility, lq2002.companies, confidence=0.90)
    assert icc.icc1 == pytest.approx(0.0544650580606678, rel=1e-9)
    assert icc.icc1_interval.low == pytest.approx(0.0345240299261748, rel=1e-9)
    assert icc.icc1_interval.high == pytest.approx(0.0866080706060823, rel=1e-9)
    assert icc.icc1_interval.confidence == 0.90


def test_pooled_sd_matches_r(lq2002) -> None:
    # R 4.2.2: sigma(lm(LEAD ~ factor(COMPID)))
    pooled = pooled_sd(lq2002.leadership, lq2002.companies)
    assert pooled.sd == pytest.approx(0.784076782707191, rel=1e-10)
    assert (pooled.df, pooled.n_teams, pooled.n_raters) == (1993, 49, 2042)


def test_omega_matches_r(lq2002, holes) -> None:
    # R 4.2.2: f <- factanal(covmat = cov(X), factors = 1); s <- apply(X, 2, sd)
    #   l <- s * f$loadings[, 1]; t <- s^2 * f$uniquenesses
    #   sum(l)^2 / (sum(l)^2 + sum(t)); then of XM[complete.cases(XM), ]
    assert mcdonald_omega(lq2002.items) == pytest.approx(0.903633963378, rel=1e-6)
    assert mcdonald_omega(holes) == pytest.approx(0.904550803631, rel=1e-6)


def test_shrunken_means_match_lme4(lq2002) -> None:
    # R 4.2.2, lme4 1.1.31: f <- lmer(LEAD ~ 1 + (1 | COMPID), lq2002), with xtol_abs =
    #   1e-12 and ftol_abs = 1e-14; fixef(f); sqrt(vcov(f)[1]); VarCorr(f); coef(f)
    #   attr(ranef(f, condVar = TRUE)$COMPID, "postVar")
    result = empirical_bayes(lq2002.leadership, lq2002.companies)
    assert result.mean == pytest.approx(3.04220688723393, rel=1e-6)
    assert result.mean_se == pytest.approx(0.0442692609678138, rel=1e-5)
    assert result.tau2 == pytest.approx(0.0743466672812733, rel=1e-5)
    assert result.sigma2 == pytest.approx(0.6151375089745329, rel=1e-5)
    expected = [2.92349963075166, 2.96554582865837, 2.77447833610373]
    assert result.estimates[:3] == pytest.approx(expected, rel=1e-6)
    expected = [0.0190599013567704, 0.0135870202463679, 0.0115466938389591]
    assert result.variances[:3] == pytest.approx(expected, rel=1e-5)
