"""The organisation's report: who answered, what may be pooled, how it goes together."""

from dataclasses import replace

import numpy as np
import pytest

from questionnaires.model import RaterGroup
from reports.organisation_tree import Figure
from reports.policy import Policy
from reports.tree import CountBand, WhyMissing
from tests.reports.test_analysis import filled
from tests.reports.works import analysed, answers_of

TEAM, PEERS = RaterGroup.TEAM, RaterGroup.PEERS
OPEN = Policy(open_analysis=True)
POOLED = (
    *("mean", "mean_of_teams", "favourable", "quality", "items"),
    *("self_other", "change"),
)


@pytest.mark.parametrize(("n_teams", "size"), [(7, 9), (9, 5)])
def test_pooled_figures_need_eight_teams_and_fifty_raters(company, n_teams, size):
    organisation = filled(company, n_teams, size).analyse().organisation
    (pooled,) = organisation.dimensions
    assert (pooled.mean, pooled.quality.icc1, pooled.favourable) == (None, None, None)
    assert (pooled.items, pooled.why_missing) == ((), WhyMissing.TOO_FEW)
    assert organisation.response.answers is None


def figures_of(value):
    """Yield every pooled number of a tree."""
    if isinstance(value, Figure):
        yield from (x for x in (value.value, value.low, value.high) if x is not None)
    elif isinstance(value, float):
        yield value
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from figures_of(getattr(value, name))
    elif isinstance(value, tuple):
        for inner in value:
            yield from figures_of(inner)


def test_every_pooled_figure_has_two_significant_digits():
    organisation = analysed(
        answers_of(60), earlier=analysed(answers_of(60, seed=2)).leaders
    ).organisation
    told = [
        x
        for one in organisation.dimensions
        for name in POOLED
        for x in figures_of(getattr(one, name))
    ]
    told += figures_of((organisation.correlations, organisation.congruence.surface.a1))
    assert len(told) > 100
    assert [x for x in told if x != float(f"{x:.2g}")] == []


def test_an_open_analysis_gives_full_floats_of_any_number_of_teams(company):
    organisation = filled(company, 3, 4).analyse(OPEN).organisation
    (pooled,) = organisation.dimensions
    assert pooled.mean != float(f"{pooled.mean:.2g}")
    assert organisation.response.answered == CountBand(12, 12)
    assert organisation.names_leaders


def test_a_negative_share_is_told_as_none_and_kept_by_an_open_analysis(company):
    made = company(a=5)
    for number in range(10):
        made.answer(f"L{number}", TEAM, *[1, 2, 3, 4, 5])
    (told,) = made.analyse().organisation.dimensions
    (kept,) = made.analyse(OPEN).organisation.dimensions
    assert told.quality.icc1.value == told.quality.icc1.low == 0
    assert kept.quality.icc1.value < 0


def test_a_single_item_has_no_alpha_and_says_why(company):
    (pooled,) = filled(company, 10, 8, n_items=1).analyse().organisation.dimensions
    assert (pooled.quality.alpha, pooled.quality.omega) == (None, None)
    assert pooled.quality.icc1 is not None
    assert pooled.why_missing is WhyMissing.NOT_ESTIMABLE


def test_small_teams_stay_out_of_the_pool(company):
    made = filled(company, 10, 8)
    before = made.analyse().organisation.dimensions
    after = made.answer("Small", TEAM, 5, 5, 5, 5).analyse().organisation.dimensions
    assert before == after
    made.answer("Tiny", TEAM, 5)
    assert made.analyse().organisation.dimensions[0].n_teams == 10


def test_peers_do_not_enter_the_figures_about_teams(company):
    made = filled(company, 10, 8)
    before = made.analyse().organisation.dimensions
    made.answer("L0", PEERS, *[5] * 9)
    assert made.analyse().organisation.dimensions == before


def test_leaders_with_and_without_figures_are_counted(company):
    made = filled(company, 3, 6).answer("Small", TEAM, 3)
    made.answer("L0", RaterGroup.SELF, 4)
    response = made.analyse().organisation.response
    assert (response.n_leaders, response.n_leaders_shown) == (4, 3)
    assert response.n_leaders_rated_self == 1
    assert response.answered == CountBand(12, None)


def test_the_share_of_those_asked_is_told_if_everybody_s_number_is_known():
    answers = answers_of(10, 8, rating_themselves=0)
    response = analysed(answers).organisation.response
    assert (response.answers, response.invited, response.share) == (80, 90, 0.89)
    some = dict(list(answers.invited.items())[1:])
    unknown = analysed(replace(answers, invited=some)).organisation.response
    assert (unknown.invited, unknown.share) == (None, None)


def test_more_answers_than_people_asked_are_told_as_all_of_them():
    """Somebody who got a new key may have answered twice."""
    answers = answers_of(10, 8, rating_themselves=0)
    fewer = dict.fromkeys(answers.invited, 7)
    assert analysed(replace(answers, invited=fewer)).organisation.response.share == 1.0


def test_both_means_are_told_and_large_teams_weigh_more_in_one(company):
    made = company(a=5)
    for number in range(9):
        made.answer(f"L{number}", TEAM, *[2, 2, 2, 2, 2, 1, 3])
    made.answer("Large", TEAM, *[5, 4] * 50)
    (one,) = made.analyse().organisation.dimensions
    assert (one.mean, one.mean_of_teams.value) == (3.5, 2.2)


def test_an_item_that_was_never_turned_is_named_and_counted_as_it_is(company):
    made = company(a=5)
    rng = np.random.default_rng(5)
    for number in range(10):
        for own in rng.integers(1, 6, 8).tolist():
            made.answer(f"L{number}", TEAM, (own, own, own, own, 6 - own))
    (one,) = made.analyse().organisation.dimensions
    assert one.keying == ("a.4",)
    assert one.items[4].rest < 0


def test_how_often_something_could_not_be_said_is_a_share_of_those_asked(company):
    made = filled(company, 10, 8)
    codes = [item.code for item in made.instrument.items]
    for row, given in enumerate(made.rows[:10]):
        points = {code: given.points[code] for code in codes[1:]}
        made.rows[row] = replace(given, points=points, cannot_say=frozenset(codes[:1]))
    items = made.analyse().organisation.dimensions[0].items
    assert [item.cannot_say for item in items[:2]] == [0.12, 0.0]


def test_a_share_of_fewer_than_k_people_is_not_told(company):
    made = filled(company, 10, 8)
    code = next(made.instrument.items).code
    for row, given in enumerate(made.rows[:4]):
        points = {c: p for c, p in given.points.items() if c != code}
        made.rows[row] = replace(given, points=points, cannot_say=frozenset([code]))
    items = made.analyse().organisation.dimensions[0].items
    assert [item.cannot_say for item in items[:2]] == [None, 0.0]


def test_correlations_between_dimensions_are_symmetric_and_need_fifty_raters():
    told = analysed(answers_of(10, 8)).organisation.correlations
    assert [told[n][n] for n in range(3)] == [None] * 3
    assert told[0][1] == told[1][0] > told[0][2] > 0
    few = analysed(answers_of(9, 5)).organisation.correlations
    assert few == ((None,) * 3,) * 3


def test_the_report_is_the_same_in_any_order_of_answers():
    answers = answers_of(60)
    order = np.random.default_rng(9).permutation(len(answers.leaders))
    mixed = replace(
        answers,
        leaders=answers.leaders[order],
        groups=answers.groups[order],
        points=answers.points[order],
        cannot_say=answers.cannot_say[order],
    )
    names = sorted(set(answers.leaders))
    first = analysed(answers, leaders=names).organisation
    again = analysed(mixed, leaders=names).organisation
    assert replace(first, congruence=None) == replace(again, congruence=None)


def test_the_same_answers_give_the_same_report_twice():
    answers = answers_of(60)
    assert analysed(answers).organisation == analysed(answers).organisation
