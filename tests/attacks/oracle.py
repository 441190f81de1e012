"""Which answers can still be true, given all that is printed: an integer programme.

Unknown is whether each person gave each value to each item. Every printed figure
bounds a sum of these (`tests.attacks.figures`); the attacker's own answers are fixed.
An answer with one value left is a pin. Answers are taken as complete: that everybody
answered everything helps the attacker, who is not told who skipped what.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: TID253
from scipy.sparse import csr_array  # noqa: TID253

from tests.attacks.figures import NEAR, Bound, Kind, Known

VALUES = range(1, 6)
CLASSES = ({1, 2}, {3}, {4, 5})
FAR = 1e7
SECONDS = 3.0
INFEASIBLE = 2
Terms = list[tuple[int, float]]


@dataclass
class Programme:
    """Columns within bounds, most of them whole numbers, and sums of them."""

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[Terms, float, float]] = field(default_factory=list)

    def column(self, high: float = 1, *, n: int = 1, whole: bool = True) -> list[int]:
        first = len(self.low)
        self.low += [0] * n
        self.high += [high] * n
        self.whole += [whole] * n
        return list(range(first, first + n))

    def add(self, terms: Iterable[tuple[int, float]], low: float, high: float) -> None:
        self.rows.append((list(terms), low, high))

    def matrix(self) -> LinearConstraint:
        entries = [(n, c, w) for n, row in enumerate(self.rows) for c, w in row[0]]
        where = np.array([entry[:2] for entry in entries]).T
        shape = (len(self.rows), len(self.low))
        table = csr_array(([entry[2] for entry in entries], where), shape=shape)
        return LinearConstraint(
            table, *zip(*[row[1:] for row in self.rows], strict=True)
        )

    def solve(self, matrix: LinearConstraint, fixed: Sequence[int]) -> bool:
        """Tell whether these columns can be 1; in doubt they can."""
        low = np.array(self.low, dtype=float)
        low[list(fixed)] = 1
        found = milp(
            np.zeros(low.size),
            integrality=np.array(self.whole, dtype=int),
            bounds=Bounds(low, self.high),
            constraints=matrix,
            options={"time_limit": SECONDS},
        )
        return found.status != INFEASIBLE


@dataclass(frozen=True)
class Insider:
    """Somebody who answered themselves and looks at the others."""

    group: str
    points: tuple[int, ...]


class Oracle:
    """What one insider can work out about the others from one dimension."""

    def __init__(
        self, figures: Iterable[Bound], known: Known, insider: Insider
    ) -> None:
        self.known, self.figures = known, list(figures)
        self.programme = Programme()
        self.people = [g for g, n in known.sizes.items() for _ in range(n)]
        columns = self.programme.column(n=len(self.people) * known.n_items * 5)
        self.answer = np.reshape(columns, (len(self.people), known.n_items, 5))
        for one in self.answer.reshape(-1, 5).tolist():
            self.programme.add([(column, 1) for column in one], 1, 1)
        me = self.people.index(insider.group)
        for item, value in enumerate(insider.points):
            self.programme.low[self.answer[me, item, value - 1]] = 1
        self.others = [p for p in range(len(self.people)) if p != me]
        for figure in self.figures:
            self._adders[figure.kind](self, figure)
        self.matrix = self.programme.matrix()

    def is_possible(self, group: str, item: int, value: int) -> bool:
        """Tell whether one of this group, not the insider, can have given the value.

        People of one group look alike to the attacker: one stands for all.
        """
        person = next(p for p in self.others if self.people[p] == group)
        fixed = [int(self.answer[person, item, value - 1])]
        return self.programme.solve(self.matrix, fixed)

    def values_left(self, group: str, item: int) -> set[int]:
        return {v for v in VALUES if self.is_possible(group, item, v)}

    def pins(self, group: str, item: int, truth: int) -> bool:
        """Tell whether nothing but the truth, which is possible, is left."""
        nearest = sorted(VALUES, key=lambda v: abs(v - truth))
        return not any(self.is_possible(group, item, v) for v in nearest[1:])

    def _members(self, figure: Bound) -> list[int]:
        return [p for p, group in enumerate(self.people) if group in figure.groups]

    def _turned(self, item: int, value: int) -> int:
        return 6 - value if self.known.reverse[item] else value

    def _score(self, person: int) -> Terms:
        """Return the sum of a person's points, items turned."""
        return [
            (int(self.answer[person, item, v - 1]), self._turned(item, v))
            for item in range(self.known.n_items)
            for v in VALUES
        ]

    def _given(self, figure: Bound, item: int, weight: Callable[[int], float]) -> Terms:
        """Weigh the answers of all members to one item by their value."""
        return [
            (int(self.answer[p, item, v - 1]), weight(v))
            for p in self._members(figure)
            for v in VALUES
        ]

    def _sum(self, figure: Bound) -> None:
        if figure.item is None:
            scores = [self._score(p) for p in self._members(figure)]
            terms = list(itertools.chain(*scores))
        else:
            terms = self._given(figure, figure.item, lambda v: v)
        self.programme.add(terms, figure.low, figure.high)

    def _class(self, figure: Bound) -> None:
        inside = CLASSES[figure.place]
        terms = self._given(figure, figure.item, lambda v: float(v in inside))
        self.programme.add(terms, figure.low, figure.high)

    def _favourable(self, figure: Bound) -> None:
        n_items, people = self.known.n_items, self._members(figure)
        marks = self.programme.column(n=len(people))
        for person, mark in zip(people, marks, strict=True):
            reach = 4 * n_items
            score = self._score(person)
            self.programme.add([*score, (mark, n_items - reach)], n_items, FAR)
            self.programme.add([*score, (mark, -n_items - 1)], 0, reach - 1)
        self.programme.add([(mark, 1) for mark in marks], figure.low, figure.high)

    def _one_of(self, terms: Terms, values: Sequence[int]) -> list[int]:
        """Add one column a value of a sum, that of its value being 1."""
        columns = self.programme.column(n=len(values))
        pairs = list(zip(columns, values, strict=True))
        self.programme.add([(column, 1) for column in columns], 1, 1)
        self.programme.add([*terms, *((c, -v) for c, v in pairs)], 0, 0)
        return columns

    def _squares(self, figure: Bound) -> None:
        """Sum of squares minus squared sum by n: both by the value they take."""
        people, n_items = self._members(figure), self.known.n_items
        scores = range(n_items, 5 * n_items + 1)
        terms: Terms = []
        for person in people:
            columns = self._one_of(self._score(person), scores)
            terms += [(c, s * s) for c, s in zip(columns, scores, strict=True)]
        totals = range(len(people) * n_items, 5 * len(people) * n_items + 1)
        every = list(itertools.chain(*(self._score(p) for p in people)))
        columns = self._one_of(every, totals)
        n = len(people)
        terms += [(c, -t * t / n) for c, t in zip(columns, totals, strict=True)]
        self.programme.add(terms, figure.low - NEAR, figure.high + NEAR)

    def _deviation(self, figure: Bound) -> None:
        """Add up distances from each item's mean, which its sum of points decides."""
        n, n_items = len(self._members(figure)), self.known.n_items
        distances = self.programme.column(4 * n, n=n_items, whole=False)
        for item, distance in enumerate(distances):
            totals = self._totals(figure, item)
            given = self._given(figure, item, lambda v: v)
            chosen = self._one_of(given, totals)
            for total, column in zip(totals, chosen, strict=True):
                mean = total / n
                terms = self._given(figure, item, lambda v, m=mean: abs(v - m))
                gap = [(distance, -1), *terms]
                self.programme.add([*gap, (column, 4 * n)], -FAR, 4 * n)
                self.programme.add([*gap, (column, -4 * n)], -4 * n, FAR)
        low, high = (limit * n * n_items for limit in (figure.low, figure.high))
        low = low + NEAR if figure.low else low
        self.programme.add([(d, 1) for d in distances], low, high + NEAR)

    def _totals(self, figure: Bound, item: int) -> range:
        """Return the sums of points that an item can have, by its own figure."""
        n = len(self._members(figure))
        low, high = n, 5 * n
        for other in self.figures:
            is_same = other.item == item and other.groups == figure.groups
            if is_same and other.kind is Kind.SUM:
                low, high = max(low, int(other.low)), min(high, int(other.high))
        return range(low, high + 1)

    _adders: ClassVar = {
        Kind.SUM: _sum,
        Kind.CLASS: _class,
        Kind.FAVOURABLE: _favourable,
        Kind.SQUARES: _squares,
        Kind.DEVIATION: _deviation,
    }
