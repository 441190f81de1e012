"""Places in rising order, shared by values that are alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reports.errors import SLACK


def doubled_ranks(values: NDArray[np.float64]) -> NDArray[np.intp]:
    """Twice the mid-rank of each value, a whole number: 2 for the lowest if alone.

    Neighbours that differ by float noise, relative to the largest value, are tied.
    No ``nan``; any unit.
    """
    order = np.argsort(values, kind="stable")
    noise = SLACK * float(np.abs(values).max(initial=0.0))
    starts = np.ones(values.size, dtype=np.bool_)
    starts[1:] = np.diff(values[order]) > noise
    first = np.flatnonzero(starts)
    ties = np.diff(first, append=values.size)
    ranks = np.empty(values.size, dtype=np.intp)
    ranks[order] = np.repeat(2 * first + ties + 1, ties)
    return ranks
