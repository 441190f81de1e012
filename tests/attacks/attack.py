"""One insider at a time against every colleague: who is pinned, and by what."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reports.analysis import Analysis
from reports.render.as_json import analysis_json
from reports.render.html import leader_page
from tests.attacks.figures import NEAR, Bound, Kind, Known, bounds, is_of_items
from tests.attacks.oracle import CLASSES, VALUES, Insider, Oracle
from tests.attacks.reading import Page, Told, told_in_json, told_on_page

Points = Mapping[str, NDArray[np.int64]]
"""By rater group, what everybody answered to the items of one dimension."""
Choice = Callable[[Bound], bool]
MANY_ITEMS, WORDS_FROM = 5, 8
CHOICES: dict[str, Choice] = {
    "dimension": lambda bound: not is_of_items(bound),
    "items": is_of_items,
    "together": lambda _: True,
}


@dataclass(frozen=True)
class Pin:
    """One insider knows that a colleague gave ``value`` to an item."""

    insider: Insider
    group: str
    item: int
    value: int

    @property
    def is_at_end(self) -> bool:
        """Whether all others of the group gave an end of the scale: alike they are."""
        return self.value in {min(VALUES), max(VALUES)}


class Output:
    """All that one analysis prints: every page, and ``analysis.json``."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.json = json.loads(json.dumps(analysis_json(analysis)))
        self._read = lru_cache(lambda leader: Page(self.page(leader)))

    def page(self, leader: str) -> str:
        return leader_page(self.analysis.leaders[leader], "en")

    def told(self, leader: str, code: str) -> Told:
        """Read one dimension off the page, and what it leaves out off the JSON."""
        page = told_on_page(self._read(leader), code)
        data = self.told_in_json(leader, code)
        return replace(data, source=page.source, reliability=page.reliability)

    def told_in_json(self, leader: str, code: str) -> Told:
        """Read one dimension off the JSON alone, items as the questionnaire has them.

        It does not say where the spread behind intervals is from.
        """
        dimension = self.json["leaders"][leader][code]
        data = told_in_json(dimension)
        codes = [item["code"] for item in dimension["items"]]
        # Reports ask in another order than the questionnaire: a turned item third.
        order = sorted(range(len(codes)), key=lambda n: (len(codes[n]), codes[n]))
        return replace(data, items=tuple(data.items[n] for n in order))

    def shown(self) -> Iterator[tuple[str, str]]:
        """Yield each leader and dimension of which something is told."""
        for leader, dimensions in self.json["leaders"].items():
            for code in dimensions:
                yield leader, code


def known_of(
    points: Points,
    reverse: Sequence[bool],
    invited: Mapping[str, int] | None = None,
    self_points: tuple[int, ...] | None = None,
) -> Known:
    sizes = {str(group): len(rows) for group, rows in points.items()}
    return Known(sizes, tuple(reverse), invited or {}, self_points)


def figures_of(told: Told, known: Known, chosen: Choice) -> list[Bound]:
    return [figure for figure in bounds(told, known) if chosen(figure)]


def suspects(points: Points) -> Iterator[tuple[Insider, str, int]]:
    """Yield whom it pays to look at: all of a group, but an insider, answered alike.

    Where two of them differ, each could have given the other's answer.
    """
    for group, rows in points.items():
        for own, item in itertools.product(points, range(rows.shape[1])):
            for answers in np.unique(points[own], axis=0).tolist():
                others = rows[:, item].tolist()
                if own == group:
                    others.remove(answers[item])
                if len(set(others)) == 1:
                    yield Insider(str(own), tuple(answers)), str(group), item


def pins(figures: Sequence[Bound], known: Known, points: Points) -> list[Pin]:
    """Return every pin of every insider."""
    found = []
    for insider, group, item in suspects(points):
        others = points[group][:, item].tolist()
        if insider.group == group:
            others.remove(insider.points[item])
        truth = others[0]
        if has_witness(figures, known, points, (insider, group, item)):
            continue
        if Oracle(figures, known, insider).pins(group, item, truth):
            found.append(Pin(insider, group, item, truth))
    return found


def is_tolerated(pin: Pin, told: Told, known: Known, points: Points) -> bool:
    """Whether items and dimension only together, and only at an end, say this.

    Short dimensions below eight answers show no items: there nothing is tolerated.
    """
    if known.n_items < MANY_ITEMS and known.size(told.against) < WORDS_FROM:
        return False
    alone = [
        found
        for name in ("dimension", "items")
        for found in pins(figures_of(told, known, CHOICES[name]), known, points)
    ]
    return pin.is_at_end and pin not in alone


def not_tolerated(
    told: Told, known: Known, points: Points, chosen: Choice = CHOICES["together"]
) -> list[Pin]:
    """Return the pins that may not be."""
    found = pins(figures_of(told, known, chosen), known, points)
    return [pin for pin in found if not is_tolerated(pin, told, known, points)]


def has_witness(
    figures: Sequence[Bound],
    known: Known,
    points: Points,
    suspect: tuple[Insider, str, int],
) -> bool:
    """Look for other answers nearby that print the same: spares most programmes."""
    insider, group, item = suspect
    people = [g for g, rows in points.items() for _ in rows]
    truth = np.concatenate(list(points.values()))
    me = next(
        place
        for place, g in enumerate(people)
        if g == insider.group and tuple(truth[place].tolist()) == insider.points
    )
    target = next(p for p, g in enumerate(people) if g == group and p != me)
    for changed in _nearby(truth, me, target, item):
        if all(holds(figure, known, people, changed) for figure in figures):
            return True
    return False


def _nearby(
    truth: NDArray[np.int64], me: int, target: int, item: int
) -> Iterator[NDArray[np.int64]]:
    """Yield answers with the target's changed, and one other to make up for it."""
    for step in (-1, 1):
        changed = truth.copy()
        changed[target, item] += step
        if changed[target, item] not in VALUES:
            continue
        yield changed
        for person, other in np.ndindex(truth.shape):
            if person == me or (person, other) == (target, item):
                continue
            for back in (-1, 1):
                twice = changed.copy()
                twice[person, other] += back
                if twice[person, other] in VALUES:
                    yield twice


def holds(
    figure: Bound, known: Known, people: Sequence[str], answers: NDArray[np.int64]
) -> bool:
    """Tell whether answers, one row a person, are among those a figure stands for."""
    inside = answers[[group in figure.groups for group in people]]
    value = _value(figure, known, inside)
    # Limits of a word about spread are sharp at the lower end.
    edge = NEAR if figure.kind is Kind.DEVIATION and figure.low else -NEAR
    return figure.low + edge <= value <= figure.high + NEAR


def _value(figure: Bound, known: Known, inside: NDArray[np.int64]) -> float:
    turned = np.where(np.array(known.reverse), 6 - inside, inside)
    scores = turned.sum(axis=1)
    match figure.kind:
        case Kind.SUM:
            told = turned if figure.item is None else inside[:, figure.item]
            return float(told.sum())
        case Kind.CLASS:
            return float(
                np.isin(inside[:, figure.item], [*CLASSES[figure.place]]).sum()
            )
        case Kind.FAVOURABLE:
            return float((scores >= 4 * known.n_items).sum())
        case Kind.SQUARES:
            return float(((scores - scores.mean()) ** 2).sum())
    return float(np.abs(inside - inside.mean(axis=0)).mean())
