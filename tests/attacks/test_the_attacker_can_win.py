"""With any one rule of the gate switched off, the attacker must find somebody.

Each row plants one fault into the product, and names who looks: the programme that
leaves one value, the subtraction of sets, or a reader who counts what is printed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from questionnaires.model import RaterGroup
from reports import disclosure, items, report, views
from reports.answers import Comment
from reports.disclosure import Frontier, Gate, to_tenth
from reports.render.as_json import analysis_json
from reports.render.html import leader_page, organisation_page
from reports.render.words import Words
from reports.tree import CountBand, Mean, NoData, ShownGap, ShownInterval
from tests.attacks.attack import CHOICES, figures_of, not_tolerated, pins
from tests.attacks.drawn import draw
from tests.attacks.made import look_at
from tests.attacks.reading import Page
from tests.attacks.test_what_sets_tell import answered, first_given_away
from tests.reports.conftest import Company, dimension, instrument
from tests.reports.works import analysed, answers_of

pytestmark = pytest.mark.long

TEAM, PEERS = RaterGroup.TEAM, RaterGroup.PEERS
K = 5


class Exactly(str):
    """A share told as what it is: "2 of 8"."""

    __slots__ = ()

    @property
    def value(self) -> str:
        return str(self)


def no_threshold(patch):
    patch.setattr(Gate, "refusal", lambda _, n, floor: None if sum(n) else NoData())


def own_all_raters(patch):
    def measure(rules, scored, singles, leader):
        members = tuple(one.rater_set.members[0] for one in singles)
        return views._measure(rules, scored, views.RaterSet(None, members, leader))

    patch.setattr(views, "_measure_together", measure)


def all_raters_hide_a_few(patch):
    own_all_raters(patch)
    refusal = Gate.refusal
    patch.setattr(Gate, "refusal", lambda s, n, floor: refusal(s, [sum(n)], floor))


def unclipped_dimensions(patch):
    patch.setattr(disclosure, "clip_points", lambda *_: Frontier(0.0, 6.0))


def item_decimals_at_once(patch):
    clipped = Frontier(1.5, 4.5)
    patch.setattr(
        Gate, "item_mean", lambda _, m, n, ends: disclosure._clipped(m, clipped)
    )


def unclipped_items(patch):
    told = Gate.item_mean

    def item_mean(self, mean, n, ends):
        return Mean(to_tenth(mean)) if n >= 12 else told(self, mean, n, ends)

    patch.setattr(Gate, "item_mean", item_mean)


def items_of_short_dimensions_at_once(patch):
    patch.setattr(Gate, "floor", lambda self, *_, **__: self.policy.k)


def exact_classes(patch):
    def thirds(gate, scored, points):
        parts = (points < 3, points == 3, points > 3)
        return tuple(Exactly(f"{int(p.sum())} of {points.size}") for p in parts)

    patch.setattr(items, "_thirds", thirds)
    patch.setattr(Words, "third", lambda _, third: str(third))


def exact_counts(patch):
    patch.setattr(Gate, "count", lambda _, n: CountBand(n, n) if n else NoData())


def gap_from_the_exact_mean(patch):
    made = report._gap

    def gap(dimension, p):
        exact = dimension.self_score - dimension.basis.mean
        return replace(made(dimension, p), shown=ShownGap(to_tenth(exact)))

    patch.setattr(report, "_gap", gap)


def interval_from_the_exact_mean(patch):
    made = views._with_interval

    def with_interval(*arguments):
        told = made(*arguments)
        low, high = told.exact.interval.low, told.exact.interval.high
        exact = ShownInterval(to_tenth(low), to_tenth(high))
        return replace(told, view=replace(told.view, interval=exact))

    patch.setattr(views, "_with_interval", with_interval)


def cells_of_one_leader(patch):
    patch.setattr(Gate, "leaders_in_cell", lambda *_: True)


def shares_of_few(patch):
    patch.setattr(Gate, "share_of_people", lambda s, part, n: s.pooled(part / n))


def comments_of_few(patch):
    patch.setattr(Gate, "comments", lambda _, comments: [text for text, _ in comments])


def gives_away(**counts: tuple[int, int]) -> Callable[[], bool]:
    """Ask whether subtracting sets leaves a few people."""

    def look() -> bool:
        scopes = {
            (leader, group): n
            for leader, both in counts.items()
            for group, n in zip((TEAM, PEERS), both, strict=True)
        }
        company = answered(scopes, 0)
        return first_given_away(company, K) is not None

    return look


def pinned(
    *rows: tuple[int, ...], by: str = "dimension", exact: str = "", **more
) -> Callable[[], bool]:
    """Ask whether figures of one kind, or all together, leave one value."""

    def look() -> bool:
        told, known, points = look_at(*rows, **more)
        known = replace(known, own_mean=frozenset({exact}))
        if by == "together":
            return bool(not_tolerated(told, known, points))
        return bool(pins(figures_of(told, known, CHOICES[by]), known, points))

    return look


def prints_a_count() -> bool:
    """Ask whether a page tells how many answered, and not a band."""
    company = Company(instrument(dimension("a", 5))).answer("An", TEAM, *[3] * 6)
    page = Page(leader_page(company.report(), "en"))
    counts = [row[2] for row in page.section("a").table("by group")[1:]]
    return any(re.fullmatch(r"\d+", count) for count in counts)


def prints_small_cells() -> bool:
    """Ask whether a page counts one or two leaders."""
    made = analysed(answers_of(24, 9, between=0.8))
    page = Page(organisation_page(made.organisation, "en"))
    rows = page.section("teams").table("How many teams lie where")[1:]
    assert rows
    return bool({row[-1] for row in rows} & {"1", "2"})


def prints_a_share_of_few() -> bool:
    """Ask whether a share of all raters stands for one to four of them."""
    company = Company(instrument(dimension("a", 5)))
    for number in range(10):
        company.answer(
            f"Leader {number}", TEAM, *[2, 3, 3, 2, 3], 5 if not number else 3
        )
    printed = analysis_json(company.analyse())["organisation"]["a"]["favourable"]
    return 0 < round((printed["value"] or 0) * len(company.rows)) < K


def prints_comments_that_want_company() -> bool:
    """Ask whether a comment is told that wanted k around it and has fewer."""
    company = Company(instrument(dimension("a", 5)))
    for text in ("one", "two", "", "", ""):
        company.answer("An", TEAM, 3, comments=(Comment("q", text, False),))
    page = leader_page(company.report(), "en")
    return 0 < page.count("<li>one</li>") + page.count("<li>two</li>") < K


LOW, HIGH = (1,) * 5, (5,) * 5
SPLIT = [(1, 1, 4)] * 5
FAULTS = {
    "no threshold of k": (no_threshold, gives_away(An=(3, 0))),
    "all raters hide 1 to k - 1": (all_raters_hide_a_few, gives_away(An=(7, 3))),
    "dimension ends told": (unclipped_dimensions, pinned((1, 1), *[(5, 5)] * 4)),
    "item decimals below 12": (
        item_decimals_at_once,
        pinned(LOW, *[HIGH] * 7, by="items"),
    ),
    "item ends told from 12 on": (
        unclipped_items,
        pinned(LOW, *[HIGH] * 11, by="items"),
    ),
    "items of short dimensions below 8": (
        items_of_short_dimensions_at_once,
        pinned(*SPLIT, by="together"),
    ),
    "classes as counts": (exact_classes, pinned(*[(3,) * 5] * 8, by="items")),
    "counts of answers": (exact_counts, prints_a_count),
    "gap from the exact mean": (
        gap_from_the_exact_mean,
        pinned((1, 1), *[(5, 5)] * 4, exact="gap", own=(3, 3)),
    ),
    "interval from the exact mean": (
        interval_from_the_exact_mean,
        pinned((1, 1), *[(5, 5)] * 7, exact="interval"),
    ),
    "all raters with a mean of their own": (
        own_all_raters,
        pinned((1, 1), *[(5, 5)] * 4, exact="together", peers=[(2, 3)] * 5),
    ),
    "cells of one or two leaders": (cells_of_one_leader, prints_small_cells),
    "shares of fewer than k people": (shares_of_few, prints_a_share_of_few),
    "comments of fewer than k": (comments_of_few, prints_comments_that_want_company),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_one_rule_is_found(name, monkeypatch):
    plant, is_found = FAULTS[name]
    plant(monkeypatch)
    assert is_found()


@pytest.mark.parametrize(
    "name", [n for n in FAULTS if "exact" not in n and "own" not in n]
)
def test_with_the_rule_in_place_the_same_look_finds_nothing(name):
    _, is_found = FAULTS[name]
    assert not is_found()


@pytest.fixture
def naive(monkeypatch):
    """A gate that knows a threshold only: decimals, and how many gave what."""
    unclipped_dimensions(monkeypatch)
    monkeypatch.setattr(Gate, "item_mean", lambda _, mean, *rest: Mean(to_tenth(mean)))
    monkeypatch.setattr(Gate, "words_from", 1)
    items_of_short_dimensions_at_once(monkeypatch)
    exact_classes(monkeypatch)


def test_a_threshold_alone_lets_real_teams_be_pinned(naive):
    drawn = draw([5] * 12, np.random.default_rng(1), raised=1)
    found = [
        not_tolerated(
            drawn.output.told(leader, "tsig"),
            drawn.known(leader, "tsig"),
            drawn.points(leader, "tsig"),
        )
        for leader in drawn.teams
    ]
    assert sum(map(bool, found)) >= 3


@pytest.mark.parametrize("n", [5, 6, 8])
def test_a_threshold_alone_lets_every_unanimous_team_be_pinned(naive, n):
    assert pinned(*[HIGH] * n, by="items")()
