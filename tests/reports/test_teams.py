"""Teams beside each other: pulled in, placed in quarters, named only where promised."""

import numpy as np
import pytest

from reports.disclosure import Gate
from reports.organisation_tree import Bin, WhyNoTeams
from reports.policy import Policy
from reports.teams import _merged
from reports.tree import Standing
from tests.reports.works import analysed, answers_of

NAMED = Policy(names_leaders=True)


def teams_of(n_leaders, policy=None, **more):
    answers = answers_of(n_leaders, rating_themselves=0, **more)
    return analysed(answers, policy).organisation.dimension("listen").teams


def test_without_the_promise_no_team_has_a_row_and_none_a_name():
    told = teams_of(60)
    assert told.rows == ()
    assert sum(one.n_teams for one in told.bins) == told.n_teams == 60


def test_no_bin_holds_one_or_two_teams():
    told = [one for n in range(10, 40, 3) for one in teams_of(n, seed=n).bins]
    assert told
    assert not {one.n_teams for one in told} & {1, 2}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([0, 1, 7, 2, 0], [(0.5, 2.0, 10)]),
        ([3, 0, 1, 0, 9], [(0.0, 1.5, 4), (2.0, 2.5, 9)]),
        ([1, 0, 0, 0, 1], [(0.0, 2.5, 2)]),
        ([4, 3, 0, 5, 6], [(0.0, 0.5, 4), (0.5, 1.0, 3), (1.5, 2.0, 5), (2.0, 2.5, 6)]),
    ],
)
def test_small_bins_join_their_fuller_neighbour(counts, expected):
    bins = [Bin(n / 2, n / 2 + 0.5, count) for n, count in enumerate(counts)]
    merged = [b for b in _merged(Gate(Policy()), bins) if b.n_teams]
    assert sum(b.n_teams for b in merged) == sum(counts)
    assert [(b.low, b.high, b.n_teams) for b in merged] == expected


def test_named_teams_stand_in_alphabetical_order_with_their_shown_mean():
    answers = answers_of(24)
    reports = analysed(answers).leaders
    rows = analysed(answers, NAMED).organisation.dimension("listen").teams.rows
    names = [row.leader for row in rows]
    assert names == sorted(names)
    for row in rows:
        assert row.mean == reports[row.leader].dimension("listen").views[0].mean


def test_means_are_pulled_toward_that_of_all_teams():
    rows = teams_of(40, NAMED, size=6, between=0.3).rows
    shown = np.array([row.mean.value for row in rows])
    pulled = np.array([row.shrunken for row in rows])
    centre = pulled.mean()
    assert (np.abs(pulled - centre) <= np.abs(shown - centre) + 0.05).all()
    assert pulled.std() < 0.9 * shown.std()
    assert all(r.interval.low <= r.shrunken <= r.interval.high for r in rows)


def test_fewer_than_ten_teams_are_not_compared():
    told = teams_of(9, NAMED)
    assert told.why_missing is WhyNoTeams.TOO_FEW
    assert {row.shrunken for row in told.rows} == {None}


def test_teams_that_differ_by_chance_alone_are_said_to_be_alike():
    found = [teams_of(30, between=0, seed=seed) for seed in range(6)]
    alike = [one for one in found if one.why_missing is WhyNoTeams.ALL_ALIKE]
    assert alike
    assert {one.bins for one in alike} == {()}


def standings_of(n_leaders, **more):
    rows = teams_of(n_leaders, NAMED, **more).rows
    return [row.standing for row in rows]


def test_a_team_is_placed_in_a_quarter_only_among_twenty_and_where_they_differ():
    assert set(standings_of(19, between=0.8)) == {None}
    assert set(standings_of(40, between=0.05)) == {None}
    placed = standings_of(40, between=0.8)
    assert placed.count(Standing.LOWER_QUARTER) in range(5, 14)
    assert placed.count(Standing.UPPER_QUARTER) in range(5, 14)
    assert placed.count(Standing.MIDDLE_HALF) >= 12


def test_quarters_follow_the_pulled_in_means():
    rows = teams_of(40, NAMED, between=0.8).rows
    low = [r.shrunken for r in rows if r.standing is Standing.LOWER_QUARTER]
    high = [r.shrunken for r in rows if r.standing is Standing.UPPER_QUARTER]
    middle = [r.shrunken for r in rows if r.standing is Standing.MIDDLE_HALF]
    assert max(low) <= min(middle) <= max(middle) <= min(high)


def test_a_leader_reads_what_all_teams_give_as_a_background():
    analysis = analysed(answers_of(40, between=0.8))
    told = [r.dimension("listen").all_teams for r in analysis.leaders.values()]
    assert {one.mean for one in told} == {
        analysis.organisation.dimension("listen").mean
    }
    assert Standing.UPPER_QUARTER in {one.standing for one in told}


def test_without_enough_teams_a_leader_reads_of_no_background():
    analysis = analysed(answers_of(7, 9))
    assert {r.dimension("listen").all_teams for r in analysis.leaders.values()} == {
        None
    }
