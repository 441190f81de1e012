"""How an outcome depends on both views at once, on where and whether they agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.errors import (
    SLACK,
    CollinearError,
    TooFewRatersError,
    ZeroVarianceError,
    as_aligned,
    require_between,
)
from reports.means import around, own_variance, t_p
from reports.results import Interval

_TERMS = 6
_LEVELS = 3
# What each shape of the surface sums of 1, x, y, x squared, xy, y squared.
_SHAPES = np.array(
    [
        [0, 1, 1, 0, 0, 0],
        [0, 0, 0, 1, 1, 1],
        [0, 1, -1, 0, 0, 0],
        [0, 0, 0, 1, -1, 1],
        [0, 0, 0, 1, 0, -1],
    ],
    dtype=float,
)


@dataclass(frozen=True, slots=True)
class Shape:
    """One property of the surface with its t test; ``p`` is two-sided."""

    estimate: float
    se: float
    t: float
    p: float
    interval: Interval


@dataclass(frozen=True, slots=True, eq=False)
class ResponseSurface:
    """A fitted surface z = b0 + b1 x + b2 y + b3 x^2 + b4 xy + b5 y^2.

    ``coefficients`` and ``coefficient_se`` hold b0 to b5; x and y count from the
    centre. ``quadratic_f`` and ``quadratic_p`` test b3 to b5 together. Along the line
    on which both views agree, ``a1`` is the slope at the centre and ``a2`` the
    curvature; ``a3`` and ``a4`` are the same along the line on which they are opposed;
    ``a5`` is b3 - b5: with ``a3``, whether the ridge follows the line of agreement.
    """

    coefficients: NDArray[np.float64]
    coefficient_se: NDArray[np.float64]
    r2: float
    quadratic_f: float
    quadratic_p: float
    a1: Shape
    a2: Shape
    a3: Shape
    a4: Shape
    a5: Shape


def _design(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lay the six terms side by side; refuse those that follow from each other."""
    terms = np.stack([np.ones_like(x), x, y, x**2, x * y, y**2], axis=1)
    lengths = np.sqrt((terms**2).sum(axis=0))
    rank = int(np.linalg.matrix_rank(terms / np.maximum(lengths, SLACK), rtol=SLACK))
    if rank < _TERMS:
        raise CollinearError("x, y", _TERMS, rank, _why_collinear(x, y))
    return terms


def _why_collinear(x: NDArray[np.float64], y: NDArray[np.float64]) -> str:
    """Say what keeps the six terms from being told apart."""
    for name, values in (("x", x), ("y", y)):
        n_levels = 1 + int((np.diff(np.sort(values)) > SLACK).sum())
        if n_levels < _LEVELS:
            return f"`{name}` takes {n_levels} value(s), a curve needs {_LEVELS}"
    points = np.stack([np.ones_like(x), x, y], axis=1)
    if np.linalg.matrix_rank(points, rtol=SLACK) < points.shape[1]:
        return "`y` follows from `x` by a straight line"
    return "the points lie on one curve of second degree, or are too few"


def _shape(estimate: float, se: float, df: int) -> Shape:
    """Test one sum of coefficients against 0."""
    t = estimate / se
    return Shape(estimate, se, t, t_p(t, df), around(estimate, se, df))


def response_surface(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    z: NDArray[np.float64],
    center: float,
) -> ResponseSurface:
    """Fit a surface of second degree over both views, by least squares.

    Parameters
    ----------
    x, y : ndarray, shape (n_leaders,)
        Self rating and team mean of each leader, in points of one scale.
    z : ndarray, shape (n_leaders,)
        The outcome in any unit, from other raters than `y` or it shares their error. A
        leader with ``nan`` in any of the three is left out.
    center : float
        Midpoint of the scale, in points; `x` and `y` count from there.

    Returns
    -------
    ResponseSurface
        Standard errors and t with n - 6 degrees of freedom; intervals of 95%.

    Raises
    ------
    BadInputError
        If the lengths differ.
    TooFewRatersError
        With fewer than seven leaders.
    CollinearError
        If the six terms follow from each other, as where all rate themselves alike.
    ZeroVarianceError
        If `z` has no spread, or none around the surface.

    Notes
    -----
    For 100 leaders, 50 at least, and only where over- and under-raters both are more
    than a tenth; elsewhere the surface is a guess. Stop at the plane where
    ``quadratic_p`` is large. That agreement is best does not follow from ``a4`` alone.
    Team means of few raters pull b2, b4 and b5 toward 0.

    References
    ----------
    Edwards, J. R. & Parry, M. E. (1993). On the use of polynomial regression equations
    as an alternative to difference scores in organizational research. Academy of
    Management Journal, 36(6), 1577-1613. Shanock, L. R., Baran, B. E., Gentry, W. A.,
    Pattison, S. C. & Heggestad, E. D. (2010). Polynomial regression with response
    surface analysis. Journal of Business and Psychology, 25(4), 543-554. Checked
    against ``lm`` with ``vcov`` and ``anova`` in R 4.2.2; package RSA divides by n.
    """
    require_between("center", center, -np.inf, np.inf)
    aligned = np.stack(as_aligned(x=x, y=y, z=z))
    first, second, outcome = aligned[:, np.isfinite(aligned).all(axis=0)]
    if outcome.size <= _TERMS:
        raise TooFewRatersError(_TERMS + 1, outcome.size, "leaders", "x, y, z")
    own_variance(outcome, "z")
    return _fit(_design(first - center, second - center), outcome)


def _fit(terms: NDArray[np.float64], outcome: NDArray[np.float64]) -> ResponseSurface:
    """Solve by orthogonal columns: each term's share of the squares stands alone."""
    from scipy import special

    columns, triangle = np.linalg.qr(terms)
    parts, df = columns.T @ outcome, outcome.size - _TERMS
    rest = outcome - columns @ parts
    if np.ptp(rest) <= SLACK:
        raise ZeroVarianceError("z around the surface", outcome.size)
    noise = float((rest**2).sum()) / df
    back = np.linalg.inv(triangle)
    coefficients, spread = back @ parts, _SHAPES @ back
    errors = np.sqrt(noise * (spread**2).sum(axis=1))
    f = float((parts[3:] ** 2).mean()) / noise
    shapes = zip((_SHAPES @ coefficients).tolist(), errors.tolist(), strict=True)
    a1, a2, a3, a4, a5 = (_shape(estimate, se, df) for estimate, se in shapes)
    return ResponseSurface(
        coefficients=coefficients,
        coefficient_se=np.sqrt(noise * (back**2).sum(axis=1)),
        r2=1 - noise * df / float(((outcome - outcome.mean()) ** 2).sum()),
        quadratic_f=f,
        quadratic_p=float(special.fdtrc(3, df, f)),
        a1=a1,
        a2=a2,
        a3=a3,
        a4=a4,
        a5=a5,
    )
