"""Answers that give one value throughout: told from k on, never left out."""

from dataclasses import replace

import pytest

from questionnaires.model import Dimension, RaterGroup

TEAM = RaterGroup.TEAM


@pytest.fixture
def turned(company):
    """Give a company whose questionnaire turns the last of its ten statements."""

    def make(*, n_items=10, turns=True):
        made = company(a=n_items)
        (asked,) = made.instrument.dimensions
        last = replace(asked.items[-1], reverse_keyed=turns)
        changed: Dimension = replace(asked, items=(*asked.items[:-1], last))
        made.instrument = replace(made.instrument, dimensions=(changed,))
        for number in range(10):
            for own in (2, 3, 4, 3, 2, 4, 3, 4):
                made.answer(
                    f"L{number}", TEAM, (*[own] * (n_items - 1), 6 - own + own % 2)
                )
        return made

    return make


def told_of(made):
    return made.analyse().organisation.straightlining


def test_one_value_throughout_is_counted_from_k_on(turned):
    made = turned()
    made.answer("L0", TEAM, *[5] * 5)
    told = told_of(made)
    assert (told.share, told.few) == (0.059, False)
    assert told.changes["a"] == pytest.approx(-0.08, abs=0.03)


def test_fewer_than_k_are_not_told(turned):
    told = told_of(turned().answer("L0", TEAM, *[5] * 4))
    assert (told.share, told.few, told.changes) == (None, True, {})


def test_nobody_is_told_as_none(turned):
    told = told_of(turned())
    assert (told.share, told.few, told.changes) == (0.0, False, {})


def test_nobody_is_left_out(turned):
    made = turned()
    before = made.analyse().organisation.dimensions[0].mean
    after = made.answer("L0", TEAM, *[5] * 9).analyse().organisation.dimensions[0].mean
    assert after > before


@pytest.mark.parametrize("odd", [{"n_items": 9}, {"turns": False}])
def test_where_one_value_is_no_contradiction_nothing_is_said(turned, odd):
    assert told_of(turned(**odd)) is None


def test_a_skipped_statement_breaks_the_line(turned):
    made = turned()
    for _ in range(6):
        made.answer("L0", TEAM, (*[5] * 9, None))
    assert told_of(made).share == 0.0
