"""Both views against safety: stages by the number of leaders, halves of each team."""

from dataclasses import replace

import numpy as np
import pytest

from reports.congruence import _partial, _second_half
from reports.disclosure import Gate
from reports.grouping import Grouping
from reports.organisation_tree import Stage
from reports.policy import Policy
from tests.reports.works import analysed, answers_of


def found_of(answers, **more):
    return analysed(answers, **more).organisation.congruence


@pytest.mark.parametrize(
    ("n", "stage"),
    [
        (19, Stage.TOO_FEW),
        (20, Stage.PARTIAL),
        (49, Stage.PARTIAL),
        (50, Stage.EXPLORATORY),
        (99, Stage.EXPLORATORY),
        (100, Stage.SURFACE),
    ],
)
def test_the_stage_follows_the_number_of_leaders(n, stage):
    found = found_of(answers_of(n))
    assert (found.stage, found.n_leaders) == (stage, n)
    assert (found.surface is not None) == (stage in {Stage.EXPLORATORY, Stage.SURFACE})
    assert (found.partial_team is not None) == (stage is Stage.PARTIAL)
    assert len(found.places) == (0 if stage is Stage.TOO_FEW else n)


def test_the_team_s_rating_goes_with_safety_and_the_leader_s_own_adds_little():
    found = found_of(answers_of(49, between=0.8))
    assert found.partial_team.low > 0
    assert found.partial_self.low < 0 < found.partial_self.high


def test_the_surface_finds_what_the_works_is_made_of():
    surface = found_of(answers_of(400, 10, between=0.7)).surface
    _, own, team, *_ = surface.coefficients
    assert abs(own) < 0.12
    assert 0.3 < team < 0.55
    assert surface.a1.low > 0


def test_the_frame_holds_every_leader():
    found = found_of(answers_of(100))
    xs = [one.self_score for one in found.surface.hull]
    ys = [one.team for one in found.surface.hull]
    for one in found.places:
        assert min(xs) <= one.self_score <= max(xs)
        assert min(ys) <= one.team <= max(ys)


def test_points_carry_no_name_and_stand_in_no_order_of_leaders():
    places = found_of(answers_of(60)).places
    assert list(places) == sorted(places, key=lambda one: (one.self_score, one.team))


def test_leaders_who_all_rate_themselves_alike_carry_no_surface():
    answers = answers_of(60)
    own = answers.groups.astype(str) == "self"
    points = np.where(own[:, None], 4.0, answers.points)
    assert found_of(replace(answers, points=points)).stage is Stage.NOT_ESTIMABLE


def test_nearly_all_on_one_side_is_said():
    assert not found_of(answers_of(60)).one_sided


def test_a_team_is_halved_anew_and_as_evenly_as_can_be():
    labels = np.repeat(np.arange(5), [2, 3, 4, 7, 8])
    teams = Grouping.of(labels)
    second = _second_half(teams, np.random.default_rng(1))
    again = _second_half(teams, np.random.default_rng(2))
    assert teams.sums(second).tolist() == [1, 1, 2, 3, 4]
    assert (second != again).any()


def test_a_partial_correlation_is_that_of_the_residuals():
    rng = np.random.default_rng(7)
    held = rng.normal(size=30)
    a, b = held + rng.normal(size=30), held + rng.normal(size=30)
    design = np.column_stack([np.ones(30), held])

    def rest(y):
        return y - design @ np.linalg.lstsq(design, y, rcond=None)[0]

    expected = np.corrcoef(rest(a), rest(b))[0, 1]
    told = _partial(Gate(Policy(open_analysis=True)), a, b, held)
    assert told.value == pytest.approx(expected, rel=1e-12)
    assert told.low < told.value < told.high
    assert _partial(Gate(Policy()), held, b, held) is None
    assert _partial(Gate(Policy()), np.ones(30), b, held) is None


def test_without_a_questionnaire_about_the_team_there_is_no_such_look(company):
    made = company(a=5)
    for number in range(20):
        made.answer(f"L{number}", "team", *[3, 4, 2, 5, 3])
    assert made.analyse().organisation.congruence is None
