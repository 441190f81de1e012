"""Subtracting printed sets from each other must not leave 1 to k - 1 people.

What anybody answered plays no part: this holds on any data. Sets are compared per
variable, a dimension or an item, and within one cycle; the other cycle's answers are
other variables. A leader's people answer about this leader alone, so what overlaps is
groups with "all raters", and both with the pools of the organisation.
"""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.model import RaterGroup
from reports.disclosure import boxes_to_open
from reports.policy import Policy
from reports.render.as_json import analysis_json
from tests.attacks.sets import given_away, printed_sets, variables
from tests.reports.conftest import Company, dimension, instrument

TEAM, PEERS = RaterGroup.TEAM, RaterGroup.PEERS
SIZES = {"a": 5, "b": 2, "c": 1}


def answered(counts, k, *, skipping=0.0, seed=0):
    """Return a company of which so many answered; shut boxes stay unread."""
    rng = np.random.default_rng(seed)
    company = Company(instrument(*(dimension(c, n) for c, n in SIZES.items())))
    opened = boxes_to_open(counts, k)
    for scope, n in counts.items():
        if scope not in opened:
            company.unread |= {scope: n} if n else {}
            continue
        for _ in range(n):
            row = rng.integers(1, 6, sum(SIZES.values())).tolist()
            kept = rng.random(len(row)) >= skipping
            row = [p if is_kept else None for p, is_kept in zip(row, kept, strict=True)]
            company.answer(*scope, tuple(row))
    company.rows = [row for row in company.rows if row.points]
    return company


def first_given_away(company, k):
    """Return a variable and the few people whose sum the printed sets give, if any."""
    printed = analysis_json(company.analyse(Policy(k=k)))
    for code, n_items in SIZES.items():
        items = [f"{code}.{n}" for n in range(n_items)]
        score, *rest = variables(company.rows, code, items)
        for one in (score, *rest):
            sets = printed_sets(printed, code, one, score)
            few = given_away(sets, k)
            if few:
                return one.name, few
    return None


@st.composite
def counts_of(draw, leaders):
    """Draw how many answered about each leader, in each group."""
    n_leaders = draw(leaders)
    groups = st.integers(0, 10), st.one_of(st.just(0), st.integers(0, 10))
    return {
        (f"Leader {number}", group): draw(n)
        for number in range(n_leaders)
        for group, n in zip((TEAM, PEERS), groups, strict=True)
    }


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    counts_of(st.integers(1, 5)),
    st.integers(3, 8),
    st.sampled_from([0.0, 0.1, 0.3]),
    st.integers(0, 99),
)
def test_leaders_reports_give_no_small_group_away(counts, k, skipping, seed):
    company = answered(counts, k, skipping=skipping, seed=seed)
    if company.rows:
        assert first_given_away(company, k) is None


def test_two_groups_and_all_of_them_would_give_a_small_one_away():
    team, peers = frozenset(range(6)), frozenset(range(6, 9))
    assert given_away([team, team | peers], 5) == peers
    assert given_away([team, peers | {9, 10}, team | peers | {9, 10}], 5) == frozenset()


def test_sums_of_three_sets_are_seen_through_as_well():
    a, b, c, d = (frozenset({n, n + 10, n + 20}) for n in range(4))
    # (a+b) + (c+d) - (a+c+rest) leaves what no two of them leave.
    assert given_away([a | b, c | d, a | c | {99}, b | d], 4) == {99}


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.integers(5, 9), min_size=8, max_size=10), st.integers(0, 99))
def test_pools_over_teams_that_are_all_shown_give_nothing_away(sizes, seed):
    counts = {(f"Leader {n}", TEAM): size for n, size in enumerate(sizes)}
    assert first_given_away(answered(counts, 5, seed=seed), 5) is None


def pooled_beside(**small):
    """Return nine teams of seven; and these leaders with few in team and peers."""
    counts = {(f"Leader {n}", TEAM): 7 for n in range(9)}
    for leader, (team, peers) in small.items():
        counts |= {(leader, TEAM): team, (leader, PEERS): peers}
    return counts


def test_a_pool_beside_all_raters_gives_no_peers_away():
    company = answered(pooled_beside(An=(3, 2), Binh=(3, 2)), 5)
    assert first_given_away(company, 5) is None


def test_a_pooled_item_gives_away_none_of_the_few_who_answered_it():
    company = answered(pooled_beside(), 5)
    for row in [r for r in company.rows if r.leader == "Leader 0"][:5]:
        del row.points["a.0"]
    assert first_given_away(company, 5) is None
