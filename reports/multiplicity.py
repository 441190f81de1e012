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


def _false_discovery(rising: NDArray[np.float64]) -> NDArray[np.float64]:
    """Raise each p value by the number of tests over its rank, never past the next."""
    rank = np.arange(1, rising.size + 1)
    from_last = (rising * rising.size / rank)[::-1]
    return np.minimum.accumulate(from_last)[::-1]


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
    return _adjusted(p, _false_discovery)


def benjamini_yekutieli(p: ArrayLike) -> NDArray[np.float64]:
    """Adjust p values as `benjamini_hochberg` does, however the tests depend (BY).

    Parameters
    ----------
    p : array_like, shape (n_tests,)
        p values, 0 to 1; ``nan`` is a test that was not made and does not count.

    Returns
    -------
    ndarray, shape (n_tests,)
        Adjusted p values, 0 to 1, never below those of `benjamini_hochberg`.

    Raises
    ------
    OutOfRangeError
        If a p value is not between 0 and 1.

    Notes
    -----
    For readers who doubt that the tests depend on each other in the harmless way that
    `benjamini_hochberg` allows for; the price is a factor of 1 + 1/2 + ... + 1/n.

    References
    ----------
    Benjamini, Y. & Yekutieli, D. (2001). The control of the false discovery rate in
    multiple testing under dependency. Annals of Statistics, 29(4), 1165-1188. Checked
    against ``p.adjust(p, "BY")`` of R 4.2.2.
    """

    def rule(rising: NDArray[np.float64]) -> NDArray[np.float64]:
        price = float((1 / np.arange(1, rising.size + 1)).sum())
        return price * _false_discovery(rising)

    return _adjusted(p, rule)
