"""Raters gathered into groups, with sums over all groups at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from reports.blocks import Block
from reports.errors import BadInputError

# Numbers worked on at once: what is made of them stays in the processor's cache, a
# megabyte in place of several copies of all answers.
_AT_ONCE = 2**17
# Whole numbers are counted through a table unless they lie farther apart than this.
_SPARSE = 4


def _require_one_label_each(n_labels: int, n_raters: int) -> None:
    """Refuse labels and answers of different length."""
    if n_labels != n_raters:
        raise BadInputError(
            f"`groups` has {n_labels} labels, the answers are of {n_raters} raters"
        )


def _numbered(labels: NDArray[Any]) -> NDArray[np.intp]:
    """Give each label the number of its first appearance among the others."""
    if labels.size and np.can_cast(labels.dtype, np.int64):
        low, high = int(labels.min()), int(labels.max())
        if high - low < _SPARSE * labels.size:
            return _numbered_by_table(labels.astype(np.int64) - low, high - low + 1)
    codes: dict[Any, int] = {}
    numbers = (codes.setdefault(label, len(codes)) for label in labels.tolist())
    index = np.fromiter(numbers, dtype=np.intp, count=labels.size)
    # A label that differs from itself is `nan`: nobody can say whose team that is.
    if any(label != label for label in codes):  # noqa: PLR0124
        raise BadInputError("`groups` holds a missing label (nan)")
    return index


def _numbered_by_table(labels: NDArray[np.int64], size: int) -> NDArray[np.intp]:
    """Do the same for whole numbers below `size`, by a table of that size."""
    first = np.full(size, labels.size)
    # Of several assignments to one place the last one stays: that of the first rater.
    first[labels[::-1]] = np.arange(labels.size)[::-1]
    first = np.sort(first[first < labels.size])
    codes = np.empty(size, dtype=np.intp)
    codes[labels[first]] = np.arange(first.size)
    return codes[labels]


def _newcomers(numbers: NDArray[np.intp]) -> NDArray[np.intp]:
    """Places at which a number of `_numbered` stands for the first time."""
    highest = np.maximum.accumulate(numbers)
    return np.flatnonzero(np.diff(highest, prepend=-1))


def _order(index: NDArray[np.intp]) -> NDArray[np.intp]:
    """Put raters group by group, otherwise as they stood."""
    # A sort of numbers that all differ is several times as fast as a stable sort.
    return np.argsort(index * index.size + np.arange(index.size))


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """Which group each rater belongs to.

    ``labels`` stand in order of first appearance; ``index`` (n_raters,) holds the
    place of each rater's group in ``labels``. All results have one row a group.

    ``order`` lists the raters group by group, ``None`` where they already stand so;
    group number i is found from ``bounds[i]`` to ``bounds[i + 1]`` there.
    """

    labels: NDArray[Any]
    index: NDArray[np.intp]
    order: NDArray[np.intp] | None
    bounds: NDArray[np.intp]

    @classmethod
    def of(cls, groups: NDArray[Any], kept: NDArray[np.bool_] | None = None) -> Self:
        """Gather raters; groups stand in order of first appearance.

        Any label with a hash will do. With `kept`, only the raters marked there count.
        """
        groups = np.asarray(groups)
        if groups.ndim != 1:
            raise BadInputError("`groups` must have 1 dimension, one label a rater")
        if kept is not None:
            _require_one_label_each(groups.size, kept.size)
            groups = groups[kept]
        # Raters often stand team by team: then one label of each team is enough.
        changes = np.ones(groups.size, dtype=np.bool_)
        changes[1:] = groups[1:] != groups[:-1]
        runs = np.flatnonzero(changes)
        numbers = _numbered(groups[runs])
        first = runs[_newcomers(numbers)]
        index = np.repeat(numbers, np.diff(runs, append=groups.size))
        order = None if runs.size == first.size else _order(index)
        sizes = np.bincount(index, minlength=first.size)
        bounds = np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)
        return cls(groups[first], index, order, bounds)

    def __len__(self) -> int:
        return self.labels.size

    def _each(
        self, values: NDArray[np.float64], figure: Callable[[Block], NDArray[Any]]
    ) -> NDArray[Any]:
        """Make a figure of every group and column, some groups at a time."""
        _require_one_label_each(self.index.size, len(values))
        table = values if values.ndim > 1 else values[:, np.newaxis]
        result = np.empty((len(self), table.shape[1]))
        rows = max(_AT_ONCE // table.shape[1], 1)
        cuts = np.searchsorted(self.bounds, np.arange(0, len(table), rows))
        for start, stop in pairwise(np.unique([*cuts, len(self)]).tolist()):
            low, high = self.bounds[start], self.bounds[stop]
            among = slice(low, high) if self.order is None else self.order[low:high]
            block = Block.of(table[among], self.bounds[start : stop + 1] - low)
            result[start:stop] = figure(block)
        return result if values.ndim > 1 else result[:, 0]

    def sums(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Sum of the numbers given, (n_groups,) or (n_groups, n_items)."""
        return self._each(np.asarray(values, dtype=np.float64), Block.sums)

    def counts(self, values: NDArray[np.float64]) -> NDArray[np.intp]:
        """How many numbers, not ``nan``, each group holds, column by column."""
        return self._each(values, lambda block: block.counts).astype(np.intp)

    def sizes(self, ratings: NDArray[np.float64]) -> NDArray[np.intp]:
        """How many raters of each group gave at least one answer."""
        return self.sums(np.asarray(np.isfinite(ratings).any(axis=1))).astype(np.intp)

    def means(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Mean of the numbers given, ``nan`` where there is none."""
        return self._each(values, Block.means)

    def centred(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Each number minus the mean of its group; ``nan`` stays ``nan``."""
        centred: NDArray[np.float64] = values - self.means(values)[self.index]
        return centred

    def variances(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Variance (n - 1) of the numbers given, ``nan`` below two of them."""
        return self._each(values, Block.variances)

    def medians(self, ratings: NDArray[np.float64]) -> NDArray[np.float64]:
        """Median of the numbers given, (n_groups, n_items), ``nan`` without any."""
        return self._each(ratings, Block.medians)

    def mean_deviations(self, ratings: NDArray[np.float64]) -> NDArray[np.float64]:
        """Mean distance from the group's mean, ``nan`` below two numbers."""
        return self._each(ratings, Block.mean_deviations)

    def median_deviations(self, ratings: NDArray[np.float64]) -> NDArray[np.float64]:
        """Mean distance from the group's median, ``nan`` below two numbers."""
        return self._each(ratings, Block.median_deviations)
