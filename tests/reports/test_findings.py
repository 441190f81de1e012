"""What a leader is told first, made from shown figures alone."""

from dataclasses import replace

import pytest

from questionnaires.model import RaterGroup, When
from reports.findings import focus, placements, sentences
from reports.tree import (
    Because,
    CountBand,
    DimensionResult,
    End,
    Gap,
    GroupView,
    Hidden,
    Mean,
    Quadrant,
    ScaleFacts,
    Sentence,
    SentenceKind,
    ShownGap,
    Spread,
    Verdict,
)

TEAM = RaterGroup.TEAM
SEVERAL = CountBand(8, 11)


def dimension(code, mean, verdict=None, gap=None, **changes):
    """Give a dimension as the gate told it: the others' mean, verdict and gap."""
    cell = Mean(mean) if isinstance(mean, float) else mean
    shown = None if gap is None else ShownGap(gap)
    fields = {
        "instrument": "test",
        "title": {},
        "description": {},
        "scale": ScaleFacts(1, 5, {}),
        "n_items": 5,
        "about_team": False,
        "high_is_good": True,
        "self_score": None,
        "views": (GroupView(TEAM, cell, SEVERAL, None, None, None),),
        "gap": Gap(TEAM, verdict, shown, None, 0.3, direction_holds=False),
        "items": (),
        "items_hidden": None,
        "at_end": False,
    }
    return DimensionResult(code, **(fields | changes))


@pytest.fixture
def suggestions(company):
    """Give three texts of each kind for the dimensions a to f and ps."""
    made = company(a=1, b=1, c=1, d=1, e=1, f=1, ps=1).instrument
    return {asked.code: asked.suggestions for asked in made.dimensions}


@pytest.mark.parametrize(
    ("verdict", "high", "low"),
    [
        (Verdict.SEEN_ALIKE, Quadrant.SHARED_STRENGTH, Quadrant.SHARED_FOCUS),
        (Verdict.SLIGHTLY_LOWER, Quadrant.SHARED_STRENGTH, Quadrant.SHARED_FOCUS),
        (Verdict.PROBABLY_LOWER, Quadrant.HIDDEN_STRENGTH, Quadrant.SHARED_FOCUS),
        (Verdict.CLEARLY_HIGHER, Quadrant.SHARED_STRENGTH, Quadrant.BLIND_SPOT),
        (Verdict.CANNOT_TELL, Quadrant.OPEN, Quadrant.OPEN),
        (Verdict.MAY_BE_HIGHER, Quadrant.OPEN, Quadrant.OPEN),
        (None, Quadrant.OPEN, Quadrant.OPEN),
    ],
)
def test_a_dimension_stands_where_verdict_and_median_put_it(verdict, high, low):
    placed = placements([dimension("a", 4.0, verdict), dimension("b", 2.0, verdict)])
    assert [p.quadrant for p in placed] == [high, low]


def test_stricter_and_prouder_are_marked():
    stricter = placements(
        [dimension("a", 2.0, Verdict.CLEARLY_LOWER), dimension("b", 3.0)]
    )
    assert stricter[0].stricter_or_prouder
    prouder = placements([dimension("a", 3.0, Verdict.CLEARLY_HIGHER)])
    assert prouder[0].stricter_or_prouder
    blind = placements(
        [dimension("a", 2.0, Verdict.CLEARLY_HIGHER), dimension("b", 3.0)]
    )
    assert not blind[0].stricter_or_prouder


def test_placements_stand_in_order_of_gap_minus_margin():
    placed = placements(
        [
            dimension("a", 3.0, Verdict.CANNOT_TELL, 0.1),
            dimension("b", 3.0, Verdict.CLEARLY_LOWER, -0.9),
            dimension("c", 3.0, Verdict.CLEARLY_HIGHER, 0.9),
        ]
    )
    assert [p.dimension for p in placed] == ["b", "c", "a"]


def test_hidden_dimensions_bad_ones_and_those_about_the_team_are_not_placed():
    hidden = dimension("a", Hidden(Because.TOO_FEW), Verdict.NOT_ENOUGH_ANSWERS)
    bad = dimension("b", 4.9, Verdict.SEEN_ALIKE, high_is_good=False)
    team = dimension("c", 4.9, Verdict.SEEN_ALIKE, about_team=True)
    assert placements([hidden, bad, team]) == ()


def test_a_clipped_mean_counts_as_its_clip_point():
    clipped = dimension("a", Mean(4.2, End.OR_ABOVE), Verdict.SEEN_ALIKE)
    placed = placements([clipped, dimension("b", 4.3, Verdict.SEEN_ALIKE)])
    assert {p.dimension: p.quadrant for p in placed}["a"] is Quadrant.SHARED_FOCUS


def test_the_three_sentences_name_strength_difference_and_what_to_work_on(suggestions):
    dimensions = [
        dimension("a", 4.0, Verdict.CLEARLY_LOWER, -0.9),
        dimension("b", 2.0, Verdict.CLEARLY_HIGHER, 1.5),
    ]
    told = sentences(dimensions, placements(dimensions), focus(dimensions, suggestions))
    assert told == (
        Sentence(SentenceKind.STRENGTH, "a"),
        Sentence(SentenceKind.DIFFERENCE, "b"),
        Sentence(SentenceKind.WORK_ON, "b"),
    )


def test_where_nothing_is_clear_the_sentences_say_so(suggestions):
    dimensions = [dimension("a", 4.0, Verdict.CANNOT_TELL, 0.2)]
    told = sentences(dimensions, placements(dimensions), focus(dimensions, suggestions))
    assert [s.kind for s in told] == [
        SentenceKind.NO_STRENGTH,
        SentenceKind.NO_DIFFERENCE,
        SentenceKind.NO_WORK_ON,
    ]


def test_focus_takes_two_in_order_of_urgency(suggestions):
    chosen = focus(
        [
            dimension("a", 4.0, Verdict.CLEARLY_LOWER, -2.0),
            dimension("b", 3.0),
            dimension("c", 4.5, Verdict.PROBABLY_HIGHER, 0.6),
            dimension("d", 2.0, Verdict.CLEARLY_HIGHER, 0.5),
        ],
        suggestions,
    )
    assert [(f.dimension, f.because) for f in chosen] == [
        ("d", (When.OVER, When.LOW)),
        ("c", (When.OVER,)),
    ]
    assert [t.code for t in chosen[0].suggestions] == ["d.over.1", "d.low.1", "d.low.2"]
    assert [t.code for t in chosen[1].suggestions] == ["c.over.1", "c.over.2"]


def test_low_needs_the_lowest_two_and_a_mean_below_three_and_a_half(suggestions):
    low = [dimension("a", 3.0), dimension("b", 2.5), dimension("c", 3.4)]
    chosen = focus(low, suggestions)
    assert [f.dimension for f in chosen] == ["b", "a"]
    assert len(chosen[0].suggestions) == 3
    assert focus([dimension("a", 3.5)], suggestions) == ()


def test_under_comes_last_with_two_texts(suggestions):
    under = dimension("a", 4.5, Verdict.CLEARLY_LOWER, -1.0)
    (chosen,) = focus([under], suggestions)
    assert [t.code for t in chosen.suggestions] == ["a.under.1", "a.under.2"]


def test_a_dimension_where_high_is_bad_is_never_a_focus(suggestions):
    bad = dimension("a", 1.0, Verdict.CLEARLY_HIGHER, 2.0, high_is_good=False)
    assert focus([bad, replace(bad, about_team=True)], suggestions) == ()


def test_the_team_dimension_comes_besides_the_two(suggestions):
    about = dimension("ps", 3.0, Verdict.PROBABLY_HIGHER, 1.0, about_team=True)
    split = replace(about, views=(replace(about.views[0], spread=Spread.SPLIT),))
    two = [dimension("a", 2.0), dimension("b", 2.0)]
    chosen = focus([split, *two], suggestions)
    assert [f.dimension for f in chosen] == ["a", "b", "ps"]
    assert [t.code for t in chosen[2].suggestions] == [
        "ps.low.1",
        "ps.low.2",
        "ps.low.3",
        "ps.over.1",
        "ps.split.1",
    ]
    assert focus([dimension("ps", 4.0, about_team=True)], suggestions) == ()
