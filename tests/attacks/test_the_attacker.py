"""The attacker reads all that is printed and must not pin anybody down.

A pin is one value left for an answer of somebody else. It is tolerated only where items
and dimension together, and neither alone, say that all others gave one end of a scale.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from questionnaires.model import RaterGroup
from tests.attacks.attack import (
    CHOICES,
    Output,
    figures_of,
    holds,
    not_tolerated,
)
from tests.attacks.drawn import COLUMNS, Drawn, draw
from tests.attacks.figures import bounds
from tests.attacks.made import look, look_at
from tests.attacks.oracle import Insider, Oracle
from tests.attacks.reading import Page, told_in_json, told_on_page
from tests.reports.conftest import Company, dimension, instrument

pytestmark = pytest.mark.long

TEAM, PEERS, SELF = RaterGroup.TEAM, RaterGroup.PEERS, RaterGroup.SELF
ODD = "turned"
"""The item that asks the other way round in every second dimension."""


@pytest.fixture(scope="module", params=[0, 1], ids=["as they are", "raised by one"])
def drawn(request: pytest.FixtureRequest) -> Drawn:
    rng = np.random.default_rng(20 + request.param)
    return draw([5, 6, 7, 8, 9, 10, 11, 12, 15] * 2, rng, raised=request.param)


def test_the_truth_is_among_what_the_attacker_holds_possible(drawn):
    for leader, code in drawn.output.shown():
        points, known = drawn.points(leader, code), drawn.known(leader, code)
        people = ["team"] * len(points["team"])
        told = drawn.output.told(leader, code)
        assert all(holds(b, known, people, points["team"]) for b in bounds(told, known))


def test_page_and_json_tell_the_same(drawn):
    for leader, code in list(drawn.output.shown())[:18]:
        page = told_on_page(Page(drawn.output.page(leader)), code)
        data = told_in_json(drawn.output.json["leaders"][leader][code])
        assert page.views["team"].mean == data.views["team"].mean
        assert page.views["team"].spread == data.views["team"].spread
        assert (page.gap, page.verdict) == (data.gap, data.verdict)
        assert [i for i in page.items if i.mean[0].isdigit()] == [
            i for i in data.items if i.mean
        ]


def test_real_teams_are_pinned_only_where_that_is_tolerated(drawn):
    for leader, code in drawn.output.shown():
        points, known = drawn.points(leader, code), drawn.known(leader, code)
        told = drawn.output.told(leader, code)
        assert not not_tolerated(told, known, points)


@pytest.mark.parametrize("raised", [0, 1])
@pytest.mark.parametrize("size", [8, 11, 13])
def test_a_team_alone_whose_interval_rests_on_itself_is_not_pinned(size, raised):
    one = draw([size], np.random.default_rng(size + raised), raised=raised)
    for code in COLUMNS:
        points, known = one.points("Leader 0000", code), one.known("Leader 0000", code)
        told = one.output.told("Leader 0000", code)
        assert told.source == "this team alone"
        assert not not_tolerated(told, known, points)


def questionnaire(*sizes: int):
    """Return dimensions of these sizes; the last item of each one is turned."""
    made = []
    for number, size in enumerate(sizes):
        one = dimension(f"d{number}", size)
        last = replace(one.items[-1], reverse_keyed=True)
        made.append(replace(one, items=(*one.items[:-1], last)))
    return instrument(*made)


SIZES = (2, 3, 5)
ANSWERS = st.one_of(st.sampled_from([1, 5]), st.sampled_from([4, 5]), st.integers(1, 5))


@st.composite
def organisations(draw):
    """Draw one leader's team, and perhaps peers, who all but agree on the ends."""
    company = Company(questionnaire(*SIZES))
    n_items = sum(SIZES)
    usual = draw(
        st.lists(st.sampled_from([1, 5, 5, 3]), min_size=n_items, max_size=n_items)
    )
    for group, least in ((TEAM, 3), (PEERS, 0)):
        n = draw(st.integers(least, 7))
        for _ in range(n):
            odd = draw(st.booleans()) and draw(st.booleans())
            row = draw(st.tuples(*[ANSWERS] * n_items)) if odd else tuple(usual)
            company.answer("An", group, row)
        company.invited["An", group] = n + draw(st.integers(0, 3))
    if draw(st.booleans()):
        company.answer("An", SELF, draw(st.tuples(*[ANSWERS] * n_items)))
    return company


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # shrinking would solve thousands of programmes
    suppress_health_check=list(HealthCheck),
)
@given(organisations(), organisations())
def test_nobody_in_made_up_teams_is_pinned_in_either_of_two_cycles(first, second):
    before = Output(first.analyse())
    after = Output(second.analyse(earlier=before.analysis.leaders, before="Spring"))
    for company, output in ((first, before), (second, after)):
        for _, code in output.shown():
            number = int(code[1:])
            told, known, points = look(company, output, number)
            assert not not_tolerated(told, known, points)


ALONE, MIXED = CHOICES["dimension"], CHOICES["together"]
THIRDS, WORD = [(2, 1), *[(3, 5)] * 7], [(1, 1), *[(4, 4)] * 10]
MENDED = [
    pytest.param([(3,)] * 8, ALONE, id="an interval from the team's own spread"),
    pytest.param([(1,), *[(4,)] * 10], ALONE, id="a word beside one item"),
    pytest.param(WORD, MIXED, id="a word beside two items, mid-scale"),
    pytest.param(THIRDS, MIXED, id="thirds beside two items, mid-scale"),
]


@pytest.mark.parametrize(("rows", "chosen"), MENDED)
def test_words_and_thirds_beside_a_mean_pin_nobody(rows, chosen):
    told, known, _ = look_at(*rows)
    oracle = Oracle(figures_of(told, known, chosen), known, Insider("team", rows[0]))
    assert len(oracle.values_left("team", 0)) > 1
