"""Raters gathered into groups, with sums over all groups at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from reports.errors import BadInputError


def _require_one_label_each(n_labels: int, n_raters: int) -> None:
    """Refuse labels and answers of different length."""
    if n_labels != n_raters:
        raise BadInputError(
            f"`groups` has {n_labels} labels, the answers are of {n_raters} raters"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """Which group each rater belongs to.

    ``labels`` stand in order of first appearance; ``index`` (n_raters,) holds the
    place of each rater's group in ``labels``. All results have one row a group.
    """

    labels: NDArray[Any]
    index: NDArray[np.intp]

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
        codes: dict[Any, int] = {}
        numbers = (codes.setdefault(label, len(codes)) for label in groups.tolist())
        index = np.fromiter(numbers, dtype=np.intp, count=groups.size)
        # A label that differs from itself is `nan`: nobody can say whose team that is.
        if any(label != label for label in codes):  # noqa: PLR0124
            raise BadInputError("`groups` holds a missing label (nan)")
        highest = np.maximum.accumulate(index) if index.size else index
        first = np.flatnonzero(np.diff(highest, prepend=-1))
        return cls(groups[first], index)

    def __len__(self) -> int:
        return self.labels.size

    def sums(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Sum over the raters of each group, (n_groups,) or (n_groups, n_items)."""
        _require_one_label_each(self.index.size, len(values))
        if values.ndim == 1:
            return self._sum_of(values)
        return np.stack([self._sum_of(column) for column in values.T], axis=1)

    def _sum_of(self, column: NDArray[Any]) -> NDArray[np.float64]:
        """Sum one column; `np.bincount` adds in the order of the raters."""
        sums = np.bincount(self.index, weights=column, minlength=len(self))
        return sums.astype(np.float64)

    def counts(self, values: NDArray[np.float64]) -> NDArray[np.intp]:
        """How many numbers, not ``nan``, each group holds, column by column."""
        return self.sums(np.isfinite(values)).astype(np.intp)

    def sizes(self, ratings: NDArray[np.float64]) -> NDArray[np.intp]:
        """How many raters of each group gave at least one answer."""
        return self.sums(np.asarray(np.isfinite(ratings).any(axis=1))).astype(np.intp)

    def means(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Mean of the numbers given, ``nan`` where there is none."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.sums(np.nan_to_num(values)) / self.counts(values)

    def centred(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Each number minus the mean of its group; ``nan`` stays ``nan``."""
        centred: NDArray[np.float64] = values - self.means(values)[self.index]
        return centred

    def variances(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Variance (n - 1) of the numbers given, ``nan`` below two of them."""
        counts = self.counts(values)
        squares = self.sums(np.nan_to_num(self.centred(values)) ** 2)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(counts > 1, squares / (counts - 1), np.nan)

    def medians(self, ratings: NDArray[np.float64]) -> NDArray[np.float64]:
        """Median of the numbers given, (n_groups, n_items), ``nan`` without any."""
        return np.stack([self._medians_of(column) for column in ratings.T], axis=1)

    def _medians_of(self, column: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sort by group, then by value, and take the middle one or two."""
        given = np.isfinite(column)
        index, values = self.index[given], column[given]
        values = values[np.lexsort((values, index))]
        counts = np.bincount(index, minlength=len(self))
        held = counts > 0
        start, size = (np.cumsum(counts) - counts)[held], counts[held]
        medians = np.full(len(self), np.nan)
        medians[held] = (
            values[start + (size - 1) // 2] + values[start + size // 2]
        ) / 2
        return medians
