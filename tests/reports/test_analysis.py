"""A whole analysis: pooled spread, reliability and the organisation's figures."""

import numpy as np
import pytest

from questionnaires.model import RaterGroup
from reports.analysis import SharedCodesError

TEAM = RaterGroup.TEAM


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
