"""Several tests in one report: what is left of each p value."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reports.errors import OutOfRangeError, as_scores


def _adjusted(
    p: ArrayLike, rule: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Apply `rule` to the p values in rising order and put them back in place."""
    values = as_scores(p, "p")
    counted = np.flatnonzero(np.isfinite(values))
    outside = values[counted][(values[counted] < 0) | (values[counted] > 1)]
    if outside.size:
        raise OutOfRangeError("p", float(outside[0]), 0, 1)
    rising = counted[np.argsort(values[counted], kind="stable")]
    result = np.full(values.shape, np.nan)
    result[rising] = np.minimum(rule(values[rising]), 1.0)
    return result


def holm(p: ArrayLike) -> NDArray[np.float64]:
    """Adjust p values so that any false alarm among all of them stays rare (Holm).

    Parameters
    ----------
    p : array_like, shape (n_tests,)
        p values, 0 to 1; ``nan`` is a test that was not made and does not count.

    Returns
    -------
    ndarray, shape (n_tests,)
        Adjusted p values, 0 to 1, never below `p`, in the same order.

    Raises
    ------
    OutOfRangeError
        If a p value is not between 0 and 1.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure.
    Scandinavian Journal of Statistics, 6(2), 65-70. Checked against
    ``p.adjust(p, "holm")`` of R 4.2.2.
    """

    def rule(rising: NDArray[np.float64]) -> NDArray[np.float64]:
        left = np.arange(rising.size, 0, -1)
        return np.maximum.accumulate(left * rising)

    return _adjusted(p, rule)


def benjamini_hochberg(p: ArrayLike) -> NDArray[np.float64]:
    """Adjust p values so that few of those called real are false (BH).

    Parameters
    ----------
    p : array_like, shape (n_tests,)
        p values, 0 to 1; ``nan`` is a test that was not made and does not count.

    Returns
    -------
    ndarray, shape (n_tests,)
        Adjusted p values, 0 to 1, never below `p` and never above those of `holm`.

    Raises
    ------
    OutOfRangeError
        If a p value is not between 0 and 1.

    References
    ----------
    Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate.
    Journal of the Royal Statistical Society B, 57(1), 289-300. Checked against
    ``p.adjust(p, "BH")`` of R 4.2.2.
    """

    def rule(rising: NDArray[np.float64]) -> NDArray[np.float64]:
        rank = np.arange(1, rising.size + 1)
        from_last = (rising * rising.size / rank)[::-1]
        return np.minimum.accumulate(from_last)[::-1]

    return _adjusted(p, rule)
