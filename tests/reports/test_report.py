"""A leader's report: who is shown against whom, and what stays hidden."""

import re
from dataclasses import replace

import numpy as np
import pytest

from questionnaires.model import RaterGroup, Referent
from reports.answers import Comment
from reports.policy import Policy
from reports.render.as_json import as_json
from reports.tree import (
    Band,
    Because,
    CountBand,
    End,
    Hidden,
    Mean,
    NoData,
    Third,
    Verdict,
)

TEAM, PEERS, SELF = RaterGroup.TEAM, RaterGroup.PEERS, RaterGroup.SELF
MANAGER = RaterGroup.MANAGER
OTHERS = [[1, 2, 3, 4, 5, 3], [2, 3, 3, 4, 4, 2], [3, 3, 5, 4, 2, 4]]


def with_others(company):
    """Add nine teams of six, enough for a pooled spread."""
    for number in range(9):
        company.answer(f"Other {number}", TEAM, *OTHERS[number % 3])
    return company


def test_a_leader_with_too_few_answers_gets_no_number_at_all(company):
    made = (
        with_others(company(a=5)).answer("An", SELF, 4).answer("An", TEAM, 3, 3, 2, 4)
    )
    made.answer("An", MANAGER, 5)
    report = made.report()
    assert not report.has_figures
    plain = as_json(replace(report, instruments=(), method=None, format="x"))
    assert set(re.findall(r"\d+", str(plain))) <= {"5", "0"}  # k; keys given again


def test_nobody_asked_is_no_data_and_too_few_is_hidden(company):
    made = company(a=5).answer("An", TEAM, 3, 3).answer("Binh", SELF, 4)
    made.invited["Binh", TEAM] = 6
    assert made.report().groups[0].answered == Hidden(Because.TOO_FEW)
    assert made.report("Binh").groups[0].answered == NoData()


def test_a_leader_without_any_answer_still_gets_a_report(company):
    report = company(a=5).report("Chi", leaders=["Chi"], names={"Chi": "Chi Lê"})
    assert report.leader == "Chi Lê"
    assert not report.has_figures


def test_self_and_team_make_a_gap_with_a_verdict(company):
    made = (
        with_others(company(a=5))
        .answer("An", SELF, 5)
        .answer("An", TEAM, *[2, 3, 3, 2, 3])
    )
    made.invited["An", TEAM] = 6
    gap = made.report().dimension("a").gap
    assert gap.verdict is Verdict.CLEARLY_HIGHER
    assert gap.shown.value == pytest.approx(2.4)
    assert gap.interval.low == pytest.approx(2.4 - gap.margin)
    assert gap.direction_holds


def test_without_self_rating_there_are_team_figures_and_no_gap(company):
    result = (
        with_others(company(a=5)).answer("An", TEAM, *[3] * 5).report().dimension("a")
    )
    assert result.views[0].mean == Mean(3.0)
    assert (result.gap.verdict, result.gap.shown) == (None, None)


def test_without_pooled_spread_there_is_an_interval_only_from_eight_answers(company):
    seven = company(a=5).answer("An", TEAM, *[2, 3, 4, 3, 2, 4, 3]).report()
    assert seven.dimension("a").views[0].interval is None
    assert seven.method.interval_from == {"a": "none"}
    eight = company(a=5).answer("An", TEAM, *[2, 3, 4, 3, 2, 4, 3, 3]).report()
    assert eight.dimension("a").views[0].interval is not None
    assert eight.method.interval_from == {"a": "own"}


def test_all_alike_still_has_an_interval_so_that_nothing_tells_it(company):
    report = company(a=5).answer("An", TEAM, *[3] * 8).report()
    interval = report.dimension("a").views[0].interval
    assert interval.high - interval.low >= 0.4 - 1e-9


def test_the_gap_is_against_all_raters_where_both_groups_are_shown(company):
    made = with_others(company(a=5)).answer("An", SELF, 4)
    made.answer("An", TEAM, *[3] * 5).answer("An", PEERS, *[4] * 5)
    result = made.report().dimension("a")
    assert [view.group for view in result.views] == [None, TEAM, PEERS]
    assert result.gap.against is None
    assert result.views[0].mean == Mean(3.5)


def test_a_small_peer_group_is_hidden_and_takes_all_raters_with_it(company):
    made = with_others(company(a=5)).answer("An", SELF, 4)
    made.answer("An", TEAM, *[3] * 6).answer("An", PEERS, 4, 4)
    everybody, team, peers = made.report().dimension("a").views
    assert everybody.mean == everybody.answered == Hidden(Because.WOULD_REVEAL)
    assert team.mean == Mean(3.0)
    assert peers.mean == Hidden(Because.TOO_FEW)
    assert made.report().dimension("a").gap.against is TEAM


def test_two_small_groups_are_shown_together_when_they_reach_k(company):
    made = company(a=5).answer("An", TEAM, 3, 3, 3).answer("An", PEERS, 4, 4, 4)
    everybody, team, peers = made.report().dimension("a").views
    assert everybody.mean == Mean(3.5)
    assert team.mean == peers.mean == Hidden(Because.TOO_FEW)


def test_one_group_of_a_single_item_shown_keeps_all_raters_hidden(company):
    made = company(a=1).answer("An", TEAM, *[3] * 8).answer("An", PEERS, *[5] * 5)
    everybody, team, peers = made.report().dimension("a").views
    assert everybody.mean == Hidden(Because.WOULD_REVEAL)
    assert team.mean == Band(3.0, 3.5)
    assert peers.mean == Hidden(Because.FEW_ITEMS)


def test_a_clipped_group_stays_clipped_beside_all_raters(company):
    def all_raters(team):
        made = company(a=5).answer("An", TEAM, *team)
        return made.answer("An", PEERS, *[3] * 5).report().dimension("a").views[0].mean

    assert all_raters([4, 4, 4, 5, 5]) == all_raters([5] * 5) == Band(3.6, 4.0)


def test_sealed_answers_count_as_hidden_ones(company):
    made = company(a=5).answer("An", TEAM, *[3] * 6)
    made.unread["An", PEERS] = 2
    everybody, _, peers = made.report().dimension("a").views
    assert everybody.mean == Hidden(Because.WOULD_REVEAL)
    assert peers.mean == Hidden(Because.TOO_FEW)


def test_a_set_of_sealed_answers_is_never_told_however_many(company):
    made = company(a=5)
    made.unread["An", TEAM] = 6
    assert not made.report(leaders=["An"]).has_figures


def test_counts_are_those_of_the_variable(company):
    made = company(a=5, b=5)
    full, half = (3,) * 10, (3,) * 5 + (None,) * 5
    report = made.answer("An", TEAM, full, full, full, full, half).report()
    assert report.dimension("a").views[0].mean == Mean(3.0)
    assert report.dimension("b").views[0].mean == Hidden(Because.TOO_FEW)
    assert report.dimension("b").gap.verdict is Verdict.NOT_ENOUGH_ANSWERS


def test_items_are_shown_from_k_in_long_dimensions_and_from_8_in_short_ones(company):
    report = company(a=5, b=3).answer("An", TEAM, *[3] * 7).report()
    assert report.dimension("a").items[0].mean == Band(3.0, 3.5)
    assert report.dimension("a").items[0].thirds is None
    assert report.dimension("b").items_hidden is Because.FEW_ITEMS
    report = company(a=5, b=4).answer("An", TEAM, *[3] * 8).report()
    assert report.dimension("a").items[0].thirds is not None
    assert report.dimension("b").items[0].mean == Band(3.0, 3.5)
    assert report.dimension("b").items[0].thirds is None


def test_an_item_with_too_few_answers_is_hidden_alone(company):
    rows = [(3, 3, 3, 3, None)] * 2 + [(3,) * 5] * 4
    items = company(a=5).answer("An", TEAM, *rows).report().dimension("a").items
    assert items[0].mean == Band(3.0, 3.5)
    assert items[4].mean == Hidden(Because.TOO_FEW)


def test_items_tell_the_points_as_clicked_and_scores_turn_them(company):
    made = company(a=5)
    (asked,) = made.instrument.dimensions
    turned = replace(asked.items[4], reverse_keyed=True)
    made.instrument = replace(
        made.instrument,
        dimensions=(replace(asked, items=(*asked.items[:4], turned)),),
    )
    report = made.answer("An", TEAM, *[(4, 4, 4, 4, 2)] * 6).report()
    items = {item.code: item.mean for item in report.dimension("a").items}
    assert items["a.4"] == Band(None, 2.0)
    assert report.dimension("a").views[0].mean == Mean(4.0)


def test_many_who_cannot_say_are_told_from_eight_on(company):
    made = company(a=5).answer("An", TEAM, *[3] * 6)
    made.answer("An", TEAM, *[(None, 3, 3, 3, 3)] * 3, cannot_say=frozenset({"a.0"}))
    items = made.report().dimension("a").items
    assert [item.many_cannot_say for item in items] == [True] + [False] * 4


def test_the_named_manager_is_shown_apart_and_counts_nowhere_else(company):
    made = company(a=5).answer("An", TEAM, *[3] * 5).answer("An", MANAGER, 5)
    team, manager = made.report().dimension("a").views
    assert (team.group, team.mean) == (TEAM, Mean(3.0))
    assert (manager.mean, manager.answered) == (Mean(5.0), CountBand(1, 1))


def test_a_group_that_is_not_asked_has_no_view(company):
    made = company(a=5)
    made.instrument = replace(made.instrument, asked_groups=(TEAM,))
    made.answer("An", TEAM, *[3] * 5).answer("An", PEERS, *[5] * 9)
    result = made.answer("An", SELF, 5).report().dimension("a")
    assert [view.mean for view in result.views] == [Mean(3.0)]
    assert (result.self_score, result.items[0].self_points) == (None, None)


def test_holm_turns_a_clear_gap_among_many_into_a_probable_one(company):
    alone = with_others(company(a=5)).answer("An", SELF, 5)
    among = with_others(company(**dict.fromkeys("abcdefghij", 5)))
    among.answer("An", SELF, (5,) * 5 + (4,) * 45)
    verdicts = [
        made.answer("An", TEAM, 3, 3, 4, 4, 4).report().dimension("a").gap.verdict
        for made in (alone, among)
    ]
    assert verdicts == [Verdict.CLEARLY_HIGHER, Verdict.PROBABLY_HIGHER]


def test_a_clipped_mean_gives_the_nearest_gap_and_a_one_sided_interval(company):
    made = with_others(company(a=5)).answer("An", SELF, 3).answer("An", TEAM, *[5] * 5)
    result = made.report().dimension("a")
    assert result.views[0].mean == Mean(4.2, End.OR_ABOVE)
    assert result.views[0].interval.high is None
    assert (result.gap.shown.value, result.gap.shown.at_least) == (-1.2, True)
    assert result.gap.interval.low is None
    assert result.at_end


def test_a_verdict_on_a_clipped_mean_rests_on_the_nearest_point_of_its_zone(company):
    made = with_others(company(a=5)).answer("An", SELF, 4).answer("An", TEAM, *[5] * 5)
    made.invited["An", TEAM] = 5
    assert made.report().dimension("a").gap.verdict is Verdict.SEEN_ALIKE


def test_more_answers_than_invited_after_a_lost_key_are_no_fault(company):
    made = with_others(company(a=5)).answer("An", TEAM, *[3] * 7)
    made.invited["An", TEAM] = 6
    assert made.report().dimension("a").views[0].interval is not None


def test_favourable_is_the_low_end_where_high_is_bad(company):
    made = company(a=5).answer("An", TEAM, *[1] * 8)
    assert made.report().dimension("a").views[0].favourable is Third.UNDER
    (asked,) = made.instrument.dimensions
    bad = replace(asked, high_is_good=False)
    made.instrument = replace(made.instrument, dimensions=(bad,))
    assert made.report().dimension("a").views[0].favourable is Third.OVER


def test_the_report_prints_the_k_that_was_used(company):
    report = company(a=5).answer("An", TEAM, *[3] * 4).report(policy=Policy(4))
    assert report.cycle.k == 4
    assert report.has_figures


def test_comments_are_pooled_and_their_order_tells_nothing(company):
    def told(order):
        made = company(a=5)
        for number in order:
            comment = Comment("q", f"text {number}", word_for_word=True)
            made.answer("An", (TEAM, PEERS)[number % 2], 3, comments=(comment,))
        return made.report().comments[0].comments

    assert told(range(12)) == told(reversed(range(12)))
    assert sorted(told(range(12))) == sorted(f"text {n}" for n in range(12))
    assert told(range(12)) != tuple(sorted(told(range(12))))


def test_comments_of_a_group_below_k_are_not_shown(company):
    mine = (Comment("q", "hello", word_for_word=True),)
    made = (
        company(a=5).answer("An", TEAM, *[3] * 6).answer("An", PEERS, 3, comments=mine)
    )
    assert made.report().comments[0].comments == ()
    few = company(a=5).answer("An", TEAM, 3, comments=mine).report().comments[0]
    assert (few.comments, few.hidden) == ((), Because.TOO_FEW)


def test_a_comment_that_waits_for_company_is_said_to_be_hidden(company):
    mine = (Comment("q", "hello", word_for_word=False),)
    made = company(a=5).answer("An", TEAM, *[3] * 6, comments=())
    assert made.report().comments[0].hidden is None
    made.answer("An", TEAM, 3, comments=mine)
    assert made.report().comments[0].hidden is Because.TOO_FEW


def test_answers_sealed_by_the_server_are_counted_in_bands(company):
    made = company(a=5).answer("An", TEAM, *[3] * 8)
    assert made.report().confidential == NoData()
    made.answer("An", TEAM, 3, 3, confidential=True)
    assert made.report().confidential == Hidden(Because.TOO_FEW)


def test_an_open_analysis_shows_everything_and_says_so(company):
    made = company(a=5, b=1).answer("An", TEAM, 5, 4, 5)
    report = made.report(policy=Policy(open_analysis=True))
    assert report.cycle.open_analysis
    assert report.dimension("a").views[0].mean == Mean(4.7)
    assert report.dimension("a").views[0].answered == CountBand(3, 3)
    assert report.dimension("a").items[0].mean == Mean(4.7)


def test_refusals_depend_on_counts_and_never_on_values(company):
    def shape(seed):
        rng, missing = np.random.default_rng(seed), np.random.default_rng(7)
        made = company(a=5, b=3, c=1)
        for leader, n in (("An", 9), ("B", 6), ("C", 4), ("D", 12)):
            for group in (TEAM, PEERS):
                for _ in range(n if group is TEAM else n // 2):
                    style = rng.integers(1, 6)
                    points = (
                        [int(style)] * 9 if seed % 2 else rng.integers(1, 6, 9).tolist()
                    )
                    skipped = missing.random(9) < 0.3
                    row = tuple(
                        None if s else p for p, s in zip(points, skipped, strict=True)
                    )
                    made.answer(leader, group, row)
        reports = made.analyse().leaders.values()
        return [kind for report in reports for kind in hidden_cells(report)]

    shapes = [shape(seed) for seed in range(6)]
    assert all(one == shapes[0] for one in shapes)
    assert len(set(shapes[0])) >= 4


def hidden_cells(report):
    """Return for each cell why it is hidden, or that it is not; no value."""
    for dimension in report.dimensions:
        for view in dimension.views:
            yield view.group, getattr(view.mean, "because", None), view.interval is None
            yield view.spread is None, view.favourable is None, view.answered
        for item in dimension.items:
            yield (
                getattr(item.mean, "because", type(item.mean) is NoData),
                item.thirds is None,
            )


def test_a_questionnaire_about_the_team_is_marked(company):
    made = company(a=5, referent=Referent.TEAM).answer("An", TEAM, *[3] * 5)
    assert made.report().dimension("a").about_team
