"""What the gate lets out: every table and frontier of the rules, exactly."""

import pytest

from questionnaires.model import RaterGroup
from reports.disclosure import (
    Ends,
    Gate,
    boxes_to_open,
    clip_points,
    direction_holds,
    is_at_end,
    mean_together,
    nearest,
    shown_gap,
    shown_gap_interval,
    shown_half_width,
    shown_interval,
    stand_in,
    to_tenth,
)
from reports.policy import Policy
from reports.tree import (
    Band,
    Because,
    CountBand,
    End,
    Hidden,
    Mean,
    NoData,
    ShownGap,
    ShownInterval,
    Spread,
    Third,
)

FIVE, SEVEN = Ends(1, 5), Ends(1, 7)
GATE, LOW_K, OPEN = Gate(Policy()), Gate(Policy(3)), Gate(Policy(open_analysis=True))
TOO_FEW, FEW_ITEMS = Hidden(Because.TOO_FEW), Hidden(Because.FEW_ITEMS)
WOULD_REVEAL = Hidden(Because.WOULD_REVEAL)


@pytest.mark.parametrize(
    ("n_items", "highs"),
    [
        (5, (3.6, 3.9, 4.2, 4.3, 4.4, 4.5, 4.5, 4.5)),
        (3, (3.5, 3.8, 4.1, 4.2, 4.3, 4.4, 4.4, 4.4)),
        (2, (3.5, 3.8, 4.1, 4.2, 4.3, 4.4, 4.4, 4.4)),
    ],
)
def test_clip_points_on_1_to_5_are_those_of_the_table(n_items, highs):
    for n, high in enumerate(highs, start=3):
        points = clip_points(FIVE, n, n_items)
        assert (points.low, points.high) == (pytest.approx(6 - high), high)


def test_clip_points_on_other_scales_follow_the_formula():
    sevens = [clip_points(SEVEN, n, 5).high for n in (5, 7, 12, 40)]
    assert sevens == [5.8, 6.1, 6.5, 6.5]
    zero_to_four = clip_points(Ends(0, 4), 5, 5)
    assert (zero_to_four.low, zero_to_four.high) == (0.8, 3.2)


@pytest.mark.parametrize(
    ("mean", "shown"),
    [
        (4.2, Mean(4.2, End.OR_ABOVE)),
        (4.15, Mean(4.2, End.OR_ABOVE)),
        (4.149, Mean(4.1)),
        (1.8, Mean(1.8, End.OR_BELOW)),
        (1.849, Mean(1.8, End.OR_BELOW)),
        (1.85, Mean(1.9)),
        (5.0, Mean(4.2, End.OR_ABOVE)),
    ],
)
def test_a_mean_that_rounds_onto_the_frontier_is_clipped(mean, shown):
    assert GATE.dimension_mean(mean, 5, FIVE, 5) == shown


def test_float_noise_does_not_carry_a_mean_over_the_frontier():
    assert GATE.dimension_mean(4.15 - 1e-14, 5, FIVE, 5).end is End.OR_ABOVE
    assert to_tenth(3.45 - 1e-14) == 3.5


@pytest.mark.parametrize(
    ("mean", "band"),
    [
        (1.0, Band(None, 2.0)),
        (2.0, Band(None, 2.0)),
        (2.01, Band(2.0, 2.5)),
        (2.5, Band(2.5, 3.0)),
        (3.9, Band(3.5, 4.0)),
        (4.0, Band(4.0, None)),
    ],
)
def test_items_stand_in_half_point_bands_with_wide_ends(mean, band):
    assert GATE.item_mean(mean, 11, FIVE) == band


def test_items_get_a_clipped_decimal_from_12_answers_on_and_from_13_on_1_to_7():
    assert GATE.item_mean(4.4, 12, FIVE) == Mean(4.4)
    assert GATE.item_mean(4.5, 12, FIVE) == Mean(4.5, End.OR_ABOVE)
    assert isinstance(GATE.item_mean(4.4, 12, SEVEN), Band)
    assert GATE.item_mean(6.45, 13, SEVEN) == Mean(6.5, End.OR_ABOVE)


def test_a_dimension_of_one_item_is_told_like_an_item():
    assert GATE.dimension_mean(3.2, 8, FIVE, 1) == Band(3.0, 3.5)
    assert GATE.floor(1) == 8


def test_items_of_short_dimensions_wait_for_eight_answers():
    assert GATE.floor(4, single_item=True) == 8
    assert GATE.floor(5, single_item=True) == 5
    assert Gate(Policy(10)).floor(3, single_item=True) == 10


@pytest.mark.parametrize(
    ("counts", "floor", "refusal"),
    [
        ([0, 0], 5, NoData()),
        ([4], 5, TOO_FEW),
        ([7], 8, FEW_ITEMS),
        ([5], 5, None),
        ([5, 0], 5, None),
        ([6, 4], 5, WOULD_REVEAL),
        ([6, 1], 5, WOULD_REVEAL),
        ([3, 3], 5, None),
        ([5, 5], 5, None),
    ],
)
def test_a_set_is_shown_if_it_hides_nobody_or_at_least_k(counts, floor, refusal):
    assert GATE.refusal(counts, floor) == refusal


@pytest.mark.parametrize(
    ("n", "band"),
    [
        (0, NoData()),
        (4, TOO_FEW),
        (5, CountBand(5, 7)),
        (8, CountBand(8, 11)),
        (12, CountBand(12, None)),
    ],
)
def test_counts_are_told_in_bands(n, band):
    assert GATE.count(n) == band


def test_three_and_four_answers_are_a_band_where_k_allows_it():
    assert LOW_K.count(4) == CountBand(3, 4)


def test_words_start_at_eight_answers():
    assert GATE.third(7, 7) is None
    assert not GATE.is_many(7, 7)
    assert GATE.is_many(3, 9)


def test_a_spread_word_needs_twenty_answers_and_two_items():
    assert GATE.spread(0.1, 19, FIVE, 5) is None
    assert GATE.spread(0.1, 99, FIVE, 1) is None


def test_a_single_item_has_no_interval_of_its_own_and_few_items_no_thirds():
    assert [GATE.rests_on_itself(n, 2) for n in (7, 8)] == [False, True]
    assert not GATE.rests_on_itself(99, 1)
    assert [GATE.tells_thirds(n) for n in (4, 5)] == [False, True]


def test_spread_words_change_at_an_eighth_of_the_scale_and_a_sixth_of_the_points():
    words = [GATE.spread(d, 20, FIVE, 2) for d in (0.5, 0.51, 5 / 6, 0.84)]
    assert words == [Spread.ALIKE, Spread.SOMEWHAT, Spread.SOMEWHAT, Spread.SPLIT]


def test_thirds_are_cut_exactly():
    assert [GATE.third(part, 9) for part in (2, 3, 5, 6)] == [
        Third.UNDER,
        Third.MIDDLE,
        Third.MIDDLE,
        Third.OVER,
    ]


def test_a_comment_that_wants_company_waits_for_k_comments():
    mine = [("a", False), ("b", True), ("c", False), ("d", False)]
    assert GATE.comments(mine) == ["b"]
    assert GATE.comments([*mine, ("e", False)]) == ["a", "b", "c", "d", "e"]


def test_an_open_analysis_lets_figures_through_unclipped():
    assert OPEN.refusal([1], 5) is None
    assert OPEN.dimension_mean(5.0, 1, FIVE, 5) == Mean(5.0)
    assert OPEN.item_mean(1.0, 1, FIVE) == Mean(1.0)
    assert OPEN.count(2) == CountBand(2, 2)


def test_half_widths_are_rounded_up_and_never_tiny():
    assert [shown_half_width(h) for h in (0.0, 0.2, 0.21, 0.3)] == [0.2, 0.2, 0.3, 0.3]


def test_an_interval_is_built_from_the_shown_mean_and_stays_on_the_scale():
    assert shown_interval(Mean(3.4), 0.3, FIVE) == ShownInterval(3.1, 3.7)
    assert shown_interval(Mean(1.9), 1.2, FIVE) == ShownInterval(1.0, 3.1)
    clipped = Mean(4.2, End.OR_ABOVE)
    assert shown_interval(clipped, 0.3, FIVE) == ShownInterval(3.9, None)
    assert shown_gap_interval(4.0, clipped, 0.3, FIVE) == ShownInterval(None, 0.1)


@pytest.mark.parametrize(
    ("own", "cell", "gap"),
    [
        (3.64, Mean(3.4), ShownGap(0.2)),
        (3.0, Mean(4.2, End.OR_ABOVE), ShownGap(-1.2, at_least=True)),
        (4.6, Mean(4.2, End.OR_ABOVE), ShownGap(0.0, at_least=True)),
        (3.0, Mean(1.8, End.OR_BELOW), ShownGap(1.2, at_least=True)),
        (3.0, Band(3.5, 4.0), ShownGap(-0.5, at_least=True)),
    ],
)
def test_a_gap_is_measured_to_the_shown_mean_or_the_nearest_point(own, cell, gap):
    assert shown_gap(own, cell) == gap


def test_the_direction_holds_only_against_every_answer_of_the_silent():
    assert direction_holds(5.0, Mean(3.0), (8, 9), FIVE)
    assert not direction_holds(3.2, Mean(3.0), (8, 9), FIVE)
    assert not direction_holds(5.0, Mean(3.0), (9, 9), FIVE)
    assert not direction_holds(5.0, Mean(3.0), (9, None), FIVE)
    assert not direction_holds(4.5, Mean(4.2, End.OR_ABOVE), (8, 9), FIVE)


def test_a_cell_knows_its_edges():
    assert nearest(5.0, Band(2.0, 2.5)) == 2.5
    assert stand_in(Band(None, 2.0)) == 2.0
    assert stand_in(Band(2.0, 2.5)) == 2.25
    assert is_at_end(Band(4.0, None))
    assert not is_at_end(Mean(4.1))


def test_all_raters_are_told_from_what_their_groups_show():
    assert mean_together([Mean(3.0), Mean(4.0)], [5, 15], FIVE) == Mean(3.8)
    tops = [Mean(4.2, End.OR_ABOVE), Mean(4.5, End.OR_ABOVE)]
    assert mean_together(tops, [5, 5], FIVE) == Mean(4.3, End.OR_ABOVE)
    lows = [Mean(1.8, End.OR_BELOW), Mean(1.6, End.OR_BELOW)]
    assert mean_together(lows, [5, 5], FIVE) == Mean(1.7, End.OR_BELOW)
    mixed = [Mean(4.2, End.OR_ABOVE), Mean(3.0)]
    assert mean_together(mixed, [5, 5], FIVE) == Band(3.6, 4.0)


def test_a_box_below_k_is_opened_only_for_a_set_that_reaches_k():
    team, peers = RaterGroup.TEAM, RaterGroup.PEERS
    counts = {("A", team): 6, ("A", peers): 2, ("B", team): 3, ("B", peers): 2}
    counts |= {("C", team): 4}
    assert boxes_to_open(counts, 5) == {("A", team), ("B", team), ("B", peers)}
