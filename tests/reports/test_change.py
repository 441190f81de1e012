"""Change between cycles over teams, and regression to the mean."""

from dataclasses import replace

import numpy as np
import pytest

from reports.inference import paired_test
from reports.tree import CycleFacts
from tests.reports.works import analysed, answers_of


def changes(now, before, **more):
    earlier = analysed(before).leaders
    organisation = analysed(now, earlier=earlier, before="Spring", **more).organisation
    return organisation.dimension("listen").change


def shifted(answers, by):
    return replace(answers, points=np.clip(answers.points + by, 1, 5))


def test_the_change_is_that_of_the_shown_means_team_by_team():
    before, now = answers_of(20), answers_of(20, seed=2)
    shown = [
        [
            one.dimension("listen").views[0].mean.value
            for one in analysed(a).leaders.values()
        ]
        for a in (now, before)
    ]
    test = paired_test(np.array(shown[0]), np.array(shown[1]))
    told = changes(now, before)
    assert told.n_teams == 20
    assert told.change.value == float(f"{test.difference:.2g}")
    assert told.change.low == float(f"{test.interval.low:.2g}")


def test_teams_that_rose_by_a_point_show_it():
    before = answers_of(20)
    told = changes(shifted(before, 1), before)
    assert told.change.low > 0.8
    assert told.after > told.before


def test_only_teams_of_both_cycles_count_and_three_at_least():
    assert changes(answers_of(12), answers_of(9)).n_teams == 9
    assert changes(answers_of(12), answers_of(2)) is None


@pytest.mark.parametrize(
    "other",
    [
        {"cycle": CycleFacts("Spring", "Made-up", 5, "short")},
        {"instruments": ()},
    ],
)
def test_other_questions_are_not_compared(other):
    earlier = {
        key: replace(report, **other)
        for key, report in analysed(answers_of(12)).leaders.items()
    }
    organisation = analysed(answers_of(12), earlier=earlier).organisation
    assert {one.change for one in organisation.dimensions} == {None}


def test_large_gaps_shrink_by_chance_alone_and_the_report_says_how_far():
    before, now = answers_of(60, 5, seed=3), answers_of(60, 5, seed=3)
    rng = np.random.default_rng(8)
    noisy = np.clip(now.points + rng.integers(-1, 2, now.points.shape), 1, 5)
    told = changes(replace(now, points=noisy), before)
    assert told.n_picked >= 3
    assert 0 < told.expected_gap < told.picked_gap
    assert 0 < told.observed_gap < told.picked_gap


def test_below_ten_leaders_nothing_is_said_about_chance():
    told = changes(answers_of(9, seed=2), answers_of(9))
    assert (told.n_picked, told.expected_gap) == (0, None)
