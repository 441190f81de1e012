"""The attacker knows the own answer, n and every rule, and looks at shown figures.

For each figure alone: how many values can a colleague's answer to one item still
have? One is a pin. Enumerated over all data; the figures are the gate's own.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations_with_replacement
from math import lcm

import numpy as np
import pytest

from questionnaires.model import RaterGroup
from reports.disclosure import Ends, Gate, clip_points, mean_together, to_tenth
from reports.policy import Policy
from reports.render.as_json import as_json
from tests.reports.conftest import Company, dimension, instrument

pytestmark = pytest.mark.long

GATE = Gate(Policy())
FIVE, SEVEN = Ends(1, 5), Ends(1, 7)


def fewest_by_sum(show, n, n_items, ends):
    """Return the fewest values left to any answer where a sum of points is shown.

    The others' sum is what the cell allows minus the attacker's; one answer can be v
    if the rest of them can make up the difference.
    """
    low, high = ends.low, ends.high
    cells = defaultdict(list)
    for total in range(n * n_items * low, n * n_items * high + 1):
        cells[show(total / (n * n_items))].append(total)
    others = (n - 1) * n_items
    left = []
    for totals in cells.values():
        for own in range(n_items * low, n_items * high + 1):
            sums = [t - own for t in totals if others * low <= t - own <= others * high]
            left.append(answers_possible(sums, others, ends) if sums else high)
    return min(left)


def answers_possible(sums, n_answers, ends):
    """Count the values one of ``n_answers`` answers can have given their sum."""
    rest = n_answers - 1
    return sum(
        any(rest * ends.low <= total - v <= rest * ends.high for total in sums)
        for v in range(ends.low, ends.high + 1)
    )


def dimension_alone(n, n_items, ends=FIVE):
    def show(mean):
        return GATE.dimension_mean(mean, n, ends, n_items)

    return fewest_by_sum(show, n, n_items, ends)


def item_alone(n, ends=FIVE):
    return fewest_by_sum(lambda mean: GATE.item_mean(mean, n, ends), n, 1, ends)


@pytest.mark.parametrize(
    ("n", "fewest"),
    [(4, 2), (5, 2), (6, 3), (7, 3), (8, 2), (10, 5), (12, 5), (15, 5)],
)
def test_dimension_scores_leave_as_many_values_as_is_claimed(n, fewest):
    assert min(dimension_alone(n, n_items) for n_items in range(2, 9)) == fewest


@pytest.mark.parametrize("ends", [FIVE, SEVEN])
@pytest.mark.parametrize("n", range(5, 16))
def test_no_dimension_score_pins_anybody_from_five_answers_on(n, ends):
    assert min(dimension_alone(n, n_items, ends) for n_items in range(2, 6)) >= 2


@pytest.mark.parametrize(
    ("n", "fewest"),
    [(4, 1), (5, 2), (6, 3), (7, 4), (8, 5), (10, 5), (11, 5), (12, 3), (15, 5)],
)
def test_items_leave_as_many_values_as_is_claimed(n, fewest):
    assert item_alone(n) == fewest


@pytest.mark.parametrize("n", range(7, 31))
def test_items_on_1_to_7_pin_nobody_from_seven_answers_on(n):
    assert item_alone(n, SEVEN) >= 2


@pytest.mark.parametrize("n", range(5, 16))
def test_the_same_attacker_pins_somebody_where_nothing_is_clipped(n):
    assert fewest_by_sum(to_tenth, n, 5, FIVE) == 1
    assert fewest_by_sum(to_tenth, n, 1, FIVE) == 1


def test_a_frontier_one_tenth_too_far_out_is_caught():
    def show(mean):
        high = clip_points(FIVE, 5, 5).high + 0.1
        return min(max(to_tenth(mean), 6 - high), high)

    assert fewest_by_sum(show, 5, 5, FIVE) == 1


def item_with_thirds(n, *, thirds=True):
    """Return the fewest values left where an item's figure and its thirds are shown."""
    cells = defaultdict(list)
    for answers in combinations_with_replacement(range(1, 6), n):
        counts = [answers.count(v) for v in range(1, 6)]
        parts = (counts[0] + counts[1], counts[2], counts[3] + counts[4])
        if thirds:
            parts = tuple(GATE.third(part, n) for part in parts)
        cells[GATE.item_mean(sum(answers) / n, n, FIVE), parts].append(counts)
    return min(
        values_left(np.array(counts), own)
        for counts in cells.values()
        for own in range(5)
        if any(c[own] for c in counts)
    )


def values_left(counts, own):
    """Count the values others can have, once the attacker's own is taken out."""
    counts = counts[counts[:, own] > 0]
    counts[:, own] -= 1
    return int((counts > 0).any(axis=0).sum())


@pytest.mark.parametrize("n", [8, 10, 12, 15])
def test_thirds_beside_an_item_pin_nobody(n):
    assert item_with_thirds(n) == 2


def test_exact_class_counts_beside_an_item_pin_somebody():
    assert item_with_thirds(8, thirds=False) == 1


@pytest.mark.parametrize("n_items", [2, 3, 5, 8])
def test_dimension_scores_leave_two_values_up_to_thirty_answers(n_items):
    fewest = {n: dimension_alone(n, n_items) for n in range(16, 31)}
    assert min(fewest.values()) >= 5


def test_single_items_leave_two_values_up_to_thirty_answers():
    fewest = {n: item_alone(n) for n in range(5, 31)}
    assert min(fewest.values()) == fewest[5] == 2
    assert min(fewest[n] for n in range(16, 31)) == 5


@pytest.mark.parametrize("n", [9, 11, 13, 14, 18])
def test_thirds_leave_two_values_at_sizes_between(n):
    assert item_with_thirds(n) >= 2


def reachable(scores, n):
    """Return every sum of ``n`` scores, as the bits of one number."""
    sums = 1
    for _ in range(n):
        step = 0
        for score in scores:
            step |= sums << score
        sums = step
    return sums


def fewest_with_skipping(n, n_items):
    """Return the fewest values left to an answer where anybody may skip some items.

    A score is the mean of half the items or more; who skipped what is told nowhere.
    """
    whole = lcm(*range(1, n_items + 1))
    asked = range((n_items + 1) // 2, n_items + 1)
    scores = {t * whole // a for a in asked for t in range(a, 5 * a + 1)}
    rest = reachable(scores, n - 2)
    # By value: which scores somebody can have who gave this value to one item.
    by_value = [
        {t * whole // a for a in asked for t in range(v + a - 1, v + 5 * a - 4)}
        for v in range(1, 6)
    ]
    with_value = [0] * len(by_value)
    for place, some in enumerate(by_value):
        for score in some:
            with_value[place] |= rest << score
    cells = defaultdict(int)
    for total in range(n * whole, 5 * n * whole + 1):
        cells[GATE.dimension_mean(total / (n * whole), n, FIVE, n_items)] |= 1 << total
    left = [
        sum(bool((told >> own) & sums) for sums in with_value)
        for told in cells.values()
        for own in scores
    ]
    return min(count for count in left if count)


@pytest.mark.parametrize("n_items", [2, 3, 4, 5])
@pytest.mark.parametrize("n", [5, 6, 8, 12])
def test_skipped_items_help_nobody_to_pin_a_colleague(n, n_items):
    assert fewest_with_skipping(n, n_items) >= 2


def test_without_clipping_skipped_items_would_not_save_anybody(monkeypatch):
    monkeypatch.setattr(Gate, "dimension_mean", lambda _, mean, *rest: to_tenth(mean))
    assert fewest_with_skipping(5, 3) == 1


def fewest_in_a_team_beside_peers(n_team, n_peers, n_items, show_together):
    """Return the fewest values left in a team where team, peers and all are shown."""
    cells = defaultdict(set)
    top = 5 * n_items
    for team in range(n_team * n_items, n_team * top + 1):
        for peers in range(n_peers * n_items, n_peers * top + 1):
            shown = [
                GATE.dimension_mean(total / (n * n_items), n, FIVE, n_items)
                for total, n in ((team, n_team), (peers, n_peers))
            ]
            mean = (team + peers) / ((n_team + n_peers) * n_items)
            cells[*shown, show_together(mean, shown)].add(team)
    others = (n_team - 1) * n_items
    return min(
        answers_possible(sums, others, FIVE)
        for totals in cells.values()
        for own in range(n_items, top + 1)
        if (sums := [t - own for t in totals if others <= t - own <= 5 * others])
    )


@pytest.mark.parametrize(("n_team", "n_peers"), [(5, 5), (5, 8), (8, 5)])
def test_all_raters_beside_team_and_peers_pin_nobody(n_team, n_peers):
    def together(_, shown):
        return mean_together(shown, [n_team, n_peers], FIVE)

    assert fewest_in_a_team_beside_peers(n_team, n_peers, 2, together) >= 2


def test_a_mean_of_its_own_for_all_raters_would_pin_somebody():
    def together(mean, _):
        return GATE.dimension_mean(mean, 10, FIVE, 2)

    assert fewest_in_a_team_beside_peers(5, 5, 2, together) == 1


def numbers_in(plain):
    """Yield every float of a report, however deep."""
    if isinstance(plain, float):
        yield plain
    if isinstance(plain, dict):
        plain = plain.values()
    if not isinstance(plain, str | int | float | None):
        for inner in plain:
            yield from numbers_in(inner)


def test_no_figure_finer_than_a_tenth_leaves_in_a_leaders_report():
    rng = np.random.default_rng(5)
    made = Company(instrument(dimension("a", 5), dimension("b", 3), dimension("c", 1)))
    for number in range(12):
        leader = f"L{number}"
        made.answer(leader, RaterGroup.SELF, tuple(rng.integers(1, 6, 9).tolist()))
        for group in (RaterGroup.TEAM, RaterGroup.PEERS):
            for _ in range(3 + number):
                made.answer(leader, group, tuple(rng.integers(1, 6, 9).tolist()))
    for report in made.analyse().leaders.values():
        plain = as_json(report)
        del plain["method"]
        assert all(x == round(x, 1) for x in numbers_in(plain))
