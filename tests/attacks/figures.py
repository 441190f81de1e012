"""Printed figures as the attacker uses them: bounds on whole numbers of answers.

The attacker knows the rules of the gate, and n and N of every group. So a printed mean
is a range of sums of points, a third a range of counts, a half-width one of squares.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from scipy import special  # noqa: TID253

from tests.attacks.reading import ALL, Told

LOWEST_SD, SMALLEST_HALF_WIDTH = 0.3, 0.2
FAVOURABLE = Fraction(3, 4)
PRACTICAL = Fraction(1, 2)
NEAR = 1e-6
HALF_TENTH = Fraction(1, 20)
SPREAD_LIMITS = {"alike": (0.0, 0.5), "somewhat": (0.5, 5 / 6), "split": (5 / 6, 4.0)}


class Kind(StrEnum):
    """What a bound is on, over the members of some groups."""

    SUM = "sum of points"
    CLASS = "answers in one of three classes"
    FAVOURABLE = "people with a favourable score"
    SQUARES = "squared distances of scores from their mean, in points of the sum"
    DEVIATION = "average deviation of all items, in points"


@dataclass(frozen=True)
class Bound:
    """A figure of one dimension; ``item`` ``None``: of all its items together.

    ``place``: of the three classes, counted from 0.
    """

    kind: Kind
    groups: tuple[str, ...]
    low: float
    high: float
    item: int | None = None
    place: int = 0


@dataclass(frozen=True)
class Known:
    """What the attacker knows besides the report: who answered, who was asked, rules.

    ``own_mean``: figures that are built from the exact mean of their set, where the
    product builds them from the shown one: none, unless somebody breaks it.
    """

    sizes: Mapping[str, int]
    reverse: tuple[bool, ...]
    invited: Mapping[str, int] = field(default_factory=dict)
    self_points: tuple[int, ...] | None = None
    own_mean: frozenset[str] = frozenset()

    @property
    def n_items(self) -> int:
        return len(self.reverse)

    @property
    def self_score(self) -> Fraction | None:
        """The leader's own score, exactly: single answers stand in the report."""
        if self.self_points is None:
            return None
        pairs = zip(self.self_points, self.reverse, strict=True)
        return Fraction(
            sum(6 - p if turned else p for p, turned in pairs), self.n_items
        )

    def members(self, group: str) -> tuple[str, ...]:
        """Return the groups that a printed group stands for."""
        return tuple(self.sizes) if group == ALL else (group,)

    def size(self, group: str) -> int:
        return sum(self.sizes[member] for member in self.members(group))


def bounds(told: Told, known: Known) -> list[Bound]:
    """Turn all that is printed of one dimension into bounds."""
    return [*_dimension(told, known), *_items(told, known)]


def is_of_items(bound: Bound) -> bool:
    return bound.item is not None


def _dimension(told: Told, known: Known) -> Iterator[Bound]:
    singles = [group for group in told.views if group != ALL]
    for group, view in told.views.items():
        # All raters' mean is made of the groups' shown means: nothing new in it.
        is_made = group == ALL and any(told.views[one].mean for one in singles)
        if is_figure(view.mean) and (not is_made or "together" in known.own_mean):
            yield _sum(view.mean, known, group)
        if view.favourable:
            people = third(view.favourable, known.size(group))
            yield Bound(Kind.FAVOURABLE, known.members(group), *people)
        if view.spread:
            limits = SPREAD_LIMITS[view.spread]
            yield Bound(Kind.DEVIATION, known.members(group), *limits)
        if told.source == "this team alone":
            yield from _squares(told, known, group)
        if "interval" in known.own_mean and view.interval:
            yield _around(_middle(view.interval), known, group)
    yield from _difference(told, known)


def is_figure(text: str) -> bool:
    return bool(re.match(r"\d", text))


def _sum(text: str, known: Known, group: str) -> Bound:
    low, high = sums(text, known.size(group) * known.n_items)
    return Bound(Kind.SUM, known.members(group), low, high)


def sums(text: str, n: int) -> tuple[int, int]:
    """Return which sums of ``n`` answers are told by this mean."""
    first, *rest = (Fraction(x) for x in re.findall(r"[\d.]+", text))
    if rest:
        lowest = math.floor(first * n) + 1 if first == 2 else math.ceil(first * n)
        return lowest, math.ceil(rest[0] * n) - 1
    is_band = "." not in text
    lowest = math.ceil((first - (0 if is_band else HALF_TENTH)) * n)
    highest = math.ceil((first + HALF_TENTH) * n) - 1
    highest = math.floor(first * n) if is_band else highest
    low = n if "below" in text else lowest
    return low, 5 * n if "above" in text else highest


def third(text: str, n: int) -> tuple[int, int]:
    """Return how many of ``n`` a share stands for; "2 of 8" is one as well."""
    if text.startswith("under"):
        return 0, -(-n // 3) - 1
    if text.startswith("a third"):
        return -(-n // 3), -(-2 * n // 3) - 1
    if text.startswith("two"):
        return -(-2 * n // 3), n
    exactly = int(text.split(maxsplit=1)[0])
    return exactly, exactly


def _middle(interval: str) -> Fraction:
    low, high = (Fraction(x) for x in interval.split(" to "))
    return (low + high) / 2


def _around(mean: Fraction, known: Known, group: str) -> Bound:
    """Bound a sum by a mean that is off by half a tenth at most."""
    n = known.size(group) * known.n_items
    low, high = math.ceil((mean - HALF_TENTH) * n), math.floor((mean + HALF_TENTH) * n)
    return Bound(Kind.SUM, known.members(group), low, high)


def _squares(told: Told, known: Known, group: str) -> Iterator[Bound]:
    """Work back from a half-width to the spread of scores it was made from."""
    margin = _margin(told, group)
    n = known.size(group)
    if margin is None:
        return
    asked = [known.invited.get(member) for member in known.members(group)]
    unsure = 1.0
    if None not in asked:
        unsure -= float(told.reliability) * n / max(sum(asked), n)
    per_sd = special.stdtrit(n - 1, 0.975) * math.sqrt(unsure / n)
    low = (margin - 0.1) / per_sd if margin > SMALLEST_HALF_WIDTH else 0.0
    low = 0.0 if low < LOWEST_SD else low
    high = max(margin / per_sd, LOWEST_SD)
    to_sum = (n - 1) * known.n_items**2
    yield Bound(Kind.SQUARES, known.members(group), low**2 * to_sum, high**2 * to_sum)


def _margin(told: Told, group: str) -> float | None:
    if group == told.against and told.margin:
        return float(told.margin)
    ends = told.views[group].interval.split(" to ")
    if len(ends) < 2 or {"1.0", "5.0"} & set(ends) or "–" in told.views[group].mean:
        return None
    return round((float(ends[1]) - float(ends[0])) / 2, 1)


def _items(told: Told, known: Known) -> Iterator[Bound]:
    members, n = known.members(told.against), known.size(told.against)
    for place, item in enumerate(told.items):
        if is_figure(item.mean):
            yield Bound(Kind.SUM, members, *sums(item.mean, n), place)
        for number, text in enumerate(item.thirds):
            yield Bound(Kind.CLASS, members, *third(text, n), place, number)


def _difference(told: Told, known: Known) -> Iterator[Bound]:
    """The verdict is made from the exact mean where this is not told as a zone."""
    own, group = known.self_score, told.against
    if own is None or not told.views or not is_figure(told.views[group].mean):
        return
    if "gap" in known.own_mean and told.gap:
        size = Fraction((re.findall(r"[\d.]+", told.gap) or ["0"])[0])
        yield _around(own - (size if "higher" in told.gap else -size), known, group)
    if re.search(r"above|below|–", told.views[group].mean):
        return
    low, high = _gaps(told.verdict)
    n = known.size(group) * known.n_items
    least, most = math.ceil((own - high) * n), math.floor((own - low) * n)
    yield Bound(Kind.SUM, known.members(group), least, most)


def _gaps(verdict: str) -> tuple[Fraction, Fraction]:
    """Return between which gaps a verdict is given; ends are counted in."""
    word, _, side = verdict.rpartition(" ")
    widest = Fraction(4)
    if word in {"clearly", "probably", "may be"}:
        low, high = PRACTICAL, widest
    elif word == "slightly":
        low, high = Fraction(0), PRACTICAL
    elif verdict in {"seen alike", "cannot tell"}:
        low, high = -PRACTICAL, PRACTICAL
    else:
        return -widest, widest
    return (-high, -low) if side == "lower" else (low, high)
