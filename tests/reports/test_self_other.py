"""Leaders beside their teams, over all leaders."""

from dataclasses import replace

import numpy as np
import pytest

from questionnaires.model import RaterGroup
from reports.disclosure import Gate
from reports.gaps import AgreementCategories
from reports.inference import paired_test
from reports.policy import Policy
from reports.self_other import _shares
from tests.reports.works import analysed, answers_of

NAMED = Policy(names_leaders=True)
OPEN = Policy(open_analysis=True)


def own_of(answers, policy=None):
    return analysed(answers, policy).organisation.dimension("listen").self_other


def test_the_mean_gap_is_that_of_the_shown_ratings():
    answers = answers_of(30)
    reports = analysed(answers).leaders.values()
    shown = [one.dimension("listen") for one in reports]
    test = paired_test(
        np.array([one.self_score for one in shown]),
        np.array([one.views[0].mean.value for one in shown]),
    )
    told = own_of(answers)
    assert told.n_leaders == 30
    assert told.gap.value == float(f"{test.difference:.2g}")
    assert told.gap.high == float(f"{test.interval.high:.2g}")


@pytest.mark.parametrize(
    ("n", "gap", "correlation", "n_rules"),
    [(3, True, False, 0), (8, True, True, 0), (19, True, True, 0), (20, True, True, 2)],
)
def test_what_is_told_grows_with_the_number_of_leaders(n, gap, correlation, n_rules):
    told = own_of(answers_of(n))
    assert (told.gap is not None, told.correlation is not None) == (gap, correlation)
    assert len(told.categories) == n_rules


def test_fewer_than_three_leaders_are_not_compared():
    assert own_of(answers_of(2)) is None
    assert own_of(answers_of(12, rating_themselves=2)) is None


def test_leaders_without_a_rating_are_counted_and_their_teams_compared():
    told = own_of(answers_of(30, rating_themselves=20))
    assert (told.n_leaders, told.n_without_self) == (20, 10)
    assert told.without_self.low < told.without_self.value < told.without_self.high
    assert own_of(answers_of(30, rating_themselves=28)).without_self is None


def test_leaders_without_a_rating_whose_teams_rate_lower_show():
    answers = answers_of(30, rating_themselves=20)
    late = np.isin(
        answers.leaders.astype(str), [f"Leader {n:03}" for n in range(20, 30)]
    )
    points = np.where(late[:, None], np.clip(answers.points - 1, 1, 5), answers.points)
    assert own_of(replace(answers, points=points)).without_self.high < 0


def test_categories_of_one_or_two_leaders_are_told_with_those_alike():
    found = AgreementCategories(2, 15, 8, np.empty(25, dtype="U12"))
    told = _shares(Gate(Policy()), "z", found)
    assert (told.over, told.in_agreement, told.under) == (None, 0.68, 0.32)
    kept = _shares(Gate(OPEN), "z", found)
    assert (kept.over, kept.in_agreement, kept.under) == (0.08, 0.6, 0.32)


def test_a_difference_is_clear_only_after_holm_over_the_dimensions():
    told = [
        analysed(answers_of(12, seed=seed, over=0.2)).organisation for seed in range(25)
    ]
    unsure = [
        one.self_other
        for organisation in told
        for one in organisation.dimensions
        if one.self_other.gap.low > 0 and not one.self_other.is_clear
    ]
    assert unsure


def test_leaders_worth_a_talk_are_counted_but_not_named():
    screen = analysed(answers_of(40, over=0.8)).organisation.screen
    assert screen.n_compared == 120
    assert screen.n_leaders >= 3
    assert screen.rows == ()


def test_where_it_was_promised_they_are_named_in_alphabetical_order():
    answers = answers_of(40, over=0.8)
    names = {key: f"Z{40 - n:02}" for n, key in enumerate(sorted(set(answers.leaders)))}
    screen = analysed(answers, NAMED, names=names).organisation.screen
    told = [row.leader for row in screen.rows]
    assert told == sorted(told)
    assert set(told) <= set(names.values())
    assert all(abs(row.gap) >= 0.5 for row in screen.rows)
    assert all(abs(row.shrunken) <= abs(row.gap) + 0.5 for row in screen.rows)


def test_one_or_two_leaders_worth_a_talk_are_not_counted():
    answers = answers_of(40, over=0.0, seed=4)
    own = answers.groups.astype(str) == RaterGroup.SELF
    points = answers.points.copy()
    levels = {}
    for name, row in zip(answers.leaders[~own], points[~own], strict=True):
        levels.setdefault(name, []).append(row)
    for place in np.flatnonzero(own):
        points[place] = np.mean(levels[answers.leaders[place]], axis=0)
    points[np.flatnonzero(own)[0]] = 5
    screen = analysed(replace(answers, points=points)).organisation.screen
    assert (screen.n_leaders, screen.few) == (0, True)


def test_without_ratings_of_leaders_nothing_is_screened():
    organisation = analysed(answers_of(20, rating_themselves=0)).organisation
    assert organisation.screen is None
    assert {one.self_other for one in organisation.dimensions} == {None}
