"""A whole analysis: pooled spread, reliability and the organisation's figures."""

import numpy as np
import pytest

from questionnaires.model import RaterGroup
from reports.analysis import SharedCodesError
from reports.policy import Policy
from reports.tree import CountBand, WhyMissing

TEAM, PEERS = RaterGroup.TEAM, RaterGroup.PEERS


def filled(company, n_teams, size, n_items=5, group=TEAM):
    """Give teams that differ, with raters who differ inside them."""
    rng = np.random.default_rng(3)
    made = company(a=n_items)
    for number in range(n_teams):
        for _ in range(size):
            own = rng.normal(2.5 + number % 3 / 2, 0.8)
            points = np.clip(np.rint(rng.normal(own, 0.6, n_items)), 1, 5)
            made.answer(f"L{number}", group, tuple(points.astype(int).tolist()))
    return made


def test_progress_counts_all_leaders(company):
    seen = []
    filled(company, 3, 5).analyse(
        leaders=["New"], progress=lambda done, of: seen.append((done, of))
    )
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_the_spread_of_eight_teams_serves_everybody(company):
    eight = filled(company, 8, 5).report("L0").method.interval_from
    seven = filled(company, 7, 5).report("L0").method.interval_from
    assert (eight, seven) == ({"a": "pooled"}, {"a": "none"})


def test_teams_without_any_spread_still_have_a_pooled_one(company):
    made = company(a=5)
    for number in range(8):
        made.answer(f"L{number}", TEAM, *[3] * 5)
    assert made.report("L0").method.interval_from == {"a": "pooled"}


def test_a_wider_team_does_not_get_a_wider_interval(company):
    made = filled(company, 10, 5)
    made.answer("Calm", TEAM, *[3] * 5).answer("Wild", TEAM, 1, 1, 3, 5, 5)
    reports = made.analyse().leaders
    margins = {
        reports[name].dimension("a").gap.margin for name in ("Calm", "Wild", "L0")
    }
    assert len(margins) == 1


def test_reliability_is_the_usual_one_until_fifty_raters_in_eight_teams(company):
    assert filled(company, 8, 6).report("L0").method.reliability == {"a": 0.8}
    known = filled(company, 8, 7).report("L0").method.reliability["a"]
    assert 0.5 < known < 0.99
    assert known == round(known, 2)
    assert known != 0.8
    assert filled(
        company, 8, 7, n_items=1
    ).analyse().organisation.method.reliability == {"a": 0.6}


@pytest.mark.parametrize(("n_teams", "size"), [(7, 9), (9, 5)])
def test_pooled_figures_need_eight_teams_and_fifty_raters(company, n_teams, size):
    (pooled,) = filled(company, n_teams, size).analyse().organisation.dimensions
    assert (pooled.mean, pooled.icc1, pooled.alpha) == (None, None, None)
    assert pooled.why_missing is WhyMissing.TOO_FEW


def test_pooled_figures_have_two_significant_digits(company):
    (pooled,) = filled(company, 10, 8).analyse().organisation.dimensions
    assert pooled.why_missing is WhyMissing.NONE
    for figure in (pooled.mean, pooled.alpha, pooled.alpha_within_teams, pooled.icc1):
        assert figure == float(f"{figure:.2g}")
    assert pooled.n_teams == 10


def test_an_open_analysis_gives_full_floats_of_any_number_of_teams(company):
    made = filled(company, 3, 4)
    organisation = made.analyse(Policy(open_analysis=True)).organisation
    (pooled,) = organisation.dimensions
    assert pooled.mean != float(f"{pooled.mean:.2g}")
    assert organisation.answered == CountBand(12, 12)


def test_a_negative_share_is_told_as_none_and_kept_by_an_open_analysis(company):
    made = company(a=5)
    for number in range(10):
        made.answer(f"L{number}", TEAM, *[1, 2, 3, 4, 5])
    (told,) = made.analyse().organisation.dimensions
    (kept,) = made.analyse(Policy(open_analysis=True)).organisation.dimensions
    assert told.icc1 == 0
    assert kept.icc1 < 0


def test_a_single_item_has_no_alpha_and_says_why(company):
    (pooled,) = filled(company, 10, 8, n_items=1).analyse().organisation.dimensions
    assert pooled.alpha is None
    assert pooled.icc1 is not None
    assert pooled.why_missing is WhyMissing.NOT_ESTIMABLE


def test_a_few_small_teams_stay_out_of_the_pool(company):
    made = filled(company, 10, 8)
    before = made.analyse().organisation.dimensions
    after = made.answer("Small", TEAM, 5, 5, 5, 5).analyse().organisation.dimensions
    assert before == after
    made.answer("Tiny", TEAM, 5)
    assert made.analyse().organisation.dimensions[0].n_teams == 12


def test_peers_do_not_enter_the_figures_about_teams(company):
    made = filled(company, 10, 8)
    before = made.analyse().organisation.dimensions
    made.answer("L0", PEERS, *[5] * 9)
    assert made.analyse().organisation.dimensions == before


def test_leaders_with_and_without_figures_are_counted(company):
    made = filled(company, 3, 6).answer("Small", TEAM, 3)
    organisation = made.analyse().organisation
    assert (organisation.n_leaders, organisation.n_leaders_shown) == (4, 3)
    assert organisation.answered == CountBand(12, None)


def test_the_same_answers_give_the_same_reports_in_any_order(company):
    made = filled(company, 9, 7)
    first = made.analyse().leaders["L3"]
    made.rows.reverse()
    assert made.analyse().leaders["L3"] == first


def test_two_questionnaires_with_the_same_codes_are_refused(company):
    made = company(a=2)
    twice = made.instrument.dimensions * 2
    made.instrument = type(made.instrument)(
        **{
            name: getattr(made.instrument, name)
            for name in made.instrument.__dataclass_fields__
        }
        | {"dimensions": twice}
    )
    with pytest.raises(SharedCodesError, match=r"a\.0"):
        made.analyse()
