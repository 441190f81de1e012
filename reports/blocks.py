"""Some whole groups of raters, few enough to be worked on in the processor's cache."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Answers group by group; all results have one row a group, a column an item.

    ``values`` (n_raters, n_items) holds 0 in the ``gaps``, places counted through row
    by row. Each group has ``lengths`` rows, one at least, from ``starts`` on, and
    ``counts`` (n_groups, n_items) numbers in them.
    """

    values: NDArray[np.float64]
    gaps: NDArray[np.intp]
    starts: NDArray[np.intp]
    lengths: NDArray[np.intp]
    counts: NDArray[np.intp]

    @classmethod
    def of(cls, values: NDArray[np.float64], bounds: NDArray[np.intp]) -> Self:
        """Copy the answers, ``nan`` where there is none, of groups between `bounds`."""
        filled = np.array(values, order="C")
        gaps = np.flatnonzero(np.isnan(filled))
        np.put(filled, gaps, 0.0)
        lengths = np.diff(bounds)
        n_groups, n_items = lengths.size, filled.shape[1]
        groups = np.repeat(np.arange(n_groups), lengths)
        places = groups[gaps // n_items] * n_items + gaps % n_items
        missing = np.bincount(places, minlength=n_groups * n_items)
        counts = lengths[:, np.newaxis] - missing.reshape(n_groups, n_items)
        return cls(filled, gaps, bounds[:-1], lengths, counts)

    def sums(self) -> NDArray[np.float64]:
        """Sum of the numbers given."""
        return self._sums_of(self.values)

    def means(self) -> NDArray[np.float64]:
        """Mean of the numbers given, ``nan`` where there is none."""
        with np.errstate(invalid="ignore"):
            return self.sums() / self.counts

    def medians(self) -> NDArray[np.float64]:
        """Median of the numbers given, ``nan`` where there is none.

        Sorts by value, gaps last, then by group without disturbing that, and takes the
        middle one or two.
        """
        values = self.values.copy()
        np.put(values, self.gaps, np.inf)
        by_value = values.argsort(axis=0)
        groups = np.repeat(np.arange(self.lengths.size), self.lengths)
        by_group = groups[by_value].argsort(axis=0, kind="stable")
        order = np.take_along_axis(by_value, by_group, axis=0)
        starts = self.starts[:, np.newaxis]
        lower = np.take_along_axis(order, starts + (self.counts - 1) // 2, axis=0)
        upper = np.take_along_axis(order, starts + self.counts // 2, axis=0)
        both = [np.take_along_axis(values, rows, axis=0) for rows in (lower, upper)]
        return np.where(self.counts > 0, (both[0] + both[1]) / 2, np.nan)

    def variances(self) -> NDArray[np.float64]:
        """Variance (n - 1) of the numbers given, ``nan`` below two of them."""
        away = self._away_from(self.means())
        return self._per_number(np.square(away, out=away), lost=1)

    def mean_deviations(self) -> NDArray[np.float64]:
        """Mean distance from the mean, ``nan`` below two numbers."""
        away = self._away_from(self.means())
        return self._per_number(np.abs(away, out=away), lost=0)

    def median_deviations(self) -> NDArray[np.float64]:
        """Mean distance from the median, ``nan`` below two numbers."""
        away = self._away_from(self.medians())
        return self._per_number(np.abs(away, out=away), lost=0)

    def _sums_of(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum over the rows of each group, one after the other."""
        return np.asarray(np.add.reduceat(values, self.starts, axis=0))

    def _away_from(self, centres: NDArray[np.float64]) -> NDArray[np.float64]:
        """Each number minus the centre of its group, 0 in the gaps."""
        away = np.repeat(centres, self.lengths, axis=0)
        np.subtract(self.values, away, out=away)
        np.put(away, self.gaps, 0.0)
        return away

    def _per_number(
        self, values: NDArray[np.float64], lost: int
    ) -> NDArray[np.float64]:
        """Sum over the count less what is lost of it, ``nan`` below two numbers."""
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = self._sums_of(values) / (self.counts - lost)
        return np.where(self.counts > 1, shares, np.nan)
