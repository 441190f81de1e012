"""Values decide which cell a figure falls in, and nothing else.

What the organisation reads of teams is made from what their leaders' reports show, and
whether something is hidden depends on sets and counts.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.model import RaterGroup
from reports.policy import Policy
from reports.render.as_json import analysis_json
from reports.render.html import leader_page, organisation_page
from tests.reports.conftest import Company, dimension, instrument

pytestmark = pytest.mark.long

TEAM, PEERS, SELF = RaterGroup.TEAM, RaterGroup.PEERS, RaterGroup.SELF
SHORT = {"a": 4, "b": 3}
"""Dimensions of which no single statement is shown below eight answers."""
LEVELS = (2.5, 3.0, 3.5)
SAME_SQUARES = {0: ((4, 3), (5, 0)), 1: ((0.5, 3.5), (2.5, 2.5))}
"""Two ways to stand off the mean with one sum of squares, for whole and half sums."""


def row_of(total, n_items):
    """Return answers to the items of one dimension that add up to a total."""
    each, more = divmod(int(total), n_items)
    return [each + (place < more) for place in range(n_items)]


def team_at(level, way, size):
    """Return four people off the level of their team, one of two ways, and the rest."""
    parts = []
    for n_items in SHORT.values():
        middle = level * n_items
        ways = SAME_SQUARES[int(2 * middle) % 2]
        off = [side * d for d in ways[way] for side in (1, -1)]
        rest = [side * (middle % 1) for side in (1, -1)] * (size // 2 - 2)
        parts.append([row_of(middle + d, n_items) for d in (*off, *rest)])
    return [tuple(a + b) for a, b in zip(*parts, strict=True)]


def both_companies(seed, *, n_teams, size):
    """Return two companies with other scores and the same means and spreads."""
    rng = np.random.default_rng(seed)
    asked = instrument(*(dimension(c, n) for c, n in SHORT.items()))
    made = Company(asked), Company(asked)
    for number in range(n_teams):
        leader, own = f"Leader {number:02}", int(rng.integers(1, 6))
        level, differs = LEVELS[number % 3], number < 3
        for way, company in enumerate(made):
            alike = [(2 + number % 3,) * sum(SHORT.values())] * size
            rows = team_at(level, way, size) if differs else alike
            company.answer(leader, SELF, own).answer(leader, TEAM, *rows)
            company.invited[leader, TEAM] = size + 1
    return made


@pytest.mark.parametrize("names_leaders", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_equal_figures_of_leaders_make_equal_pages_of_the_organisation(
    seed, names_leaders
):
    policy = Policy(k=4, names_leaders=names_leaders)
    # Eleven teams of four: enough to compare them, too few people for pooled figures.
    first, second = both_companies(seed, n_teams=11, size=4)
    assert [r.points for r in first.rows] != [r.points for r in second.rows]
    one, other = first.analyse(policy), second.analyse(policy)
    assert all(
        leader_page(one.leaders[key], "en") == leader_page(other.leaders[key], "en")
        for key in one.leaders
    )
    assert one.organisation.dimensions[0].teams.why_missing == ""
    for language in ("en", "vi"):
        page = organisation_page(one.organisation, language)
        assert page == organisation_page(other.organisation, language)


MADE_OF_SHOWN = ("teams", "self_other", "change")


@pytest.mark.parametrize("seed", range(3))
def test_beside_the_pooled_block_a_large_organisation_reads_the_same(seed):
    policy = Policy(names_leaders=True)
    first, second = both_companies(seed, n_teams=12, size=6)
    told = [analysis_json(c.analyse(policy)) for c in (first, second)]
    one, other = ({code: d["organisation"][code] for code in SHORT} for d in told)
    assert one["a"]["mean"]["value"] is not None
    assert [{n: d[n] for n in MADE_OF_SHOWN} for d in one.values()] == [
        {n: d[n] for n in MADE_OF_SHOWN} for d in other.values()
    ]
    assert told[0]["screen"] == told[1]["screen"]


def skeleton(told):
    """Return a tree with every value gone, only what is shown and what is not."""
    if isinstance(told, dict):
        kind = told.get("kind")
        if kind in {"hidden", "no_data", "count"}:
            return told
        if kind in {"mean", "band"}:
            return "shown"
        return {key: skeleton(inner) for key, inner in told.items()}
    if isinstance(told, list | tuple):
        return [skeleton(inner) for inner in told]
    return None if told is None else "told"


def what_is_told(company, policy):
    """Return the skeleton of all leaders' reports, ends of intervals left open."""
    leaders = analysis_json(company.analyse(policy))["leaders"]
    for dimensions in leaders.values():
        for told in dimensions.values():
            for view in told["views"]:
                view["interval"] = view["interval"] is not None or None
            told["gap"]["interval"] = told["gap"]["interval"] is not None or None
            told["items_hidden"] = str(told["items_hidden"])
            del told["at_end"]
    return skeleton(leaders)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.integers(0, 13), st.integers(0, 9)), min_size=1, max_size=4),
    st.integers(3, 7),
    st.integers(0, 99),
    st.sampled_from([0.0, 0.2]),
)
def test_what_is_hidden_depends_on_sets_and_counts_alone(sizes, k, seed, skipping):
    rng = np.random.default_rng(seed)
    shape = {"a": 5, "b": 2, "c": 1}
    n_items = sum(shape.values())
    asked = instrument(*(dimension(c, n) for c, n in shape.items()))
    made = Company(asked), Company(asked)
    for number, counts in enumerate(sizes):
        for group, n in zip((TEAM, PEERS), counts, strict=True):
            for _ in range(n):
                kept = rng.random(n_items) >= skipping
                kept[0] = True
                usual = rng.integers(1, 6, n_items).tolist()
                for company, values in zip(made, (usual, [5] * n_items), strict=True):
                    row = [
                        v if is_kept else None
                        for v, is_kept in zip(values, kept, strict=True)
                    ]
                    company.answer(f"L{number}", group, tuple(row))
        for company in made:
            company.answer(f"L{number}", SELF, 3)
    assert what_is_told(made[0], Policy(k=k)) == what_is_told(made[1], Policy(k=k))
