"""Why a figure cannot be computed, said with the numbers it lacked."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Answers are whole points and scores their means: what differs by less than this, in
# points, is float noise and counts as alike.
SLACK = 1e-9


class NotEstimableError(ValueError):
    """There is no honest figure for these numbers; the message says why."""


class TooFewError(NotEstimableError):
    """``needed`` and ``got`` are counts of what ran short."""

    def __init__(self, needed: int, got: int, what: str, argument: str) -> None:
        self.needed = needed
        self.got = got
        super().__init__(f"`{argument}` needs at least {needed} {what}, got {got}")


class TooFewRatersError(TooFewError):
    """Too few answers, pairs or raters; ``what`` says which."""

    def __init__(
        self, needed: int, got: int, what: str = "raters", argument: str = "scores"
    ) -> None:
        super().__init__(needed, got, what, argument)


class TooFewItemsError(TooFewError):
    """Too few items, that is columns of the ratings."""

    def __init__(self, needed: int, got: int, argument: str = "ratings") -> None:
        super().__init__(needed, got, "items", argument)


class TooFewGroupsError(TooFewError):
    """Too few teams or leaders to compare."""

    def __init__(self, needed: int, got: int, argument: str = "groups") -> None:
        super().__init__(needed, got, "groups", argument)


class TooManyValuesError(NotEstimableError):
    """More values than an exact computation accepts."""

    def __init__(self, limit: int, got: int, argument: str) -> None:
        self.limit = limit
        self.got = got
        super().__init__(
            f"`{argument}` may hold at most {limit} values for an exact p, got {got}"
        )


class ZeroVarianceError(NotEstimableError):
    """The values are all alike: chance cannot be judged; ``n`` counts them."""

    def __init__(self, argument: str, n: int) -> None:
        self.argument = argument
        self.n = n
        super().__init__(f"`{argument}` has no spread in {n} values")


class CollinearError(NotEstimableError):
    """Columns that follow from each other; ``got`` counts those that do not."""

    def __init__(self, argument: str, needed: int, got: int, reason: str) -> None:
        self.argument = argument
        self.needed = needed
        self.got = got
        super().__init__(
            f"`{argument}` must give {needed} independent columns, got {got}: {reason}"
        )


class NotConvergedError(NotEstimableError):
    """A fit that found no end within ``steps`` steps."""

    def __init__(self, argument: str, steps: int) -> None:
        self.argument = argument
        self.steps = steps
        super().__init__(f"the fit to `{argument}` found no end in {steps} steps")


class OutOfRangeError(NotEstimableError):
    """A number lies outside of what its argument allows."""

    def __init__(self, argument: str, got: float, low: float, high: float) -> None:
        self.argument = argument
        self.got = got
        self.low = low
        self.high = high
        allowed = f"at least {low:g}" if math.isinf(high) else f"{low:g} to {high:g}"
        super().__init__(f"`{argument}` is {got:g}; it must be {allowed}")


class BadInputError(NotEstimableError):
    """Arguments that do not fit together, or an unknown name of a rule."""


def require_between(argument: str, got: float, low: float, high: float) -> None:
    """Refuse a number outside of [low, high]; ``nan`` is outside of every range."""
    if not low <= got <= high:
        raise OutOfRangeError(argument, got, low, high)


def require_confidence(confidence: float) -> None:
    """Refuse a confidence that is not strictly between 0 and 1."""
    if not 0 < confidence < 1:
        raise OutOfRangeError("confidence", confidence, 0, 1)


def require_on_scale(
    argument: str, values: NDArray[np.float64], low: float, high: float
) -> None:
    """Refuse points outside of the response scale; ``nan`` is not answered."""
    if not low < high:
        raise BadInputError(f"a scale cannot run from {low:g} to {high:g}")
    outside = values[(values < low) | (values > high)]
    if outside.size:
        raise OutOfRangeError(argument, float(outside[0]), low, high)


def as_scores(values: ArrayLike, argument: str = "scores") -> NDArray[np.float64]:
    """One number a rater as a float array; ``nan`` stays, infinities are refused."""
    return _finite_or_nan(values, argument, dimensions=1)


def as_aligned(**values: ArrayLike) -> list[NDArray[np.float64]]:
    """One number a unit from several arguments, named as given, all of one length."""
    arrays = [as_scores(array, argument) for argument, array in values.items()]
    sizes = dict(zip(values, (array.size for array in arrays), strict=True))
    if len(set(sizes.values())) > 1:
        told = (f"`{name}` has {size} values" for name, size in sizes.items())
        raise BadInputError(", ".join(told))
    return arrays


def as_ratings(values: ArrayLike, argument: str = "ratings") -> NDArray[np.float64]:
    """Raters x items as a float array with at least one item; ``nan`` stays."""
    ratings = _finite_or_nan(values, argument, dimensions=2)
    if ratings.shape[1] == 0:
        raise TooFewItemsError(needed=1, got=0, argument=argument)
    return ratings


def as_complete(ratings: ArrayLike, n_items: int) -> NDArray[np.float64]:
    """Ratings of those who answered every item; refuse fewer than two raters."""
    given = as_ratings(ratings)
    if given.shape[1] < n_items:
        raise TooFewItemsError(needed=n_items, got=given.shape[1])
    complete = given[np.isfinite(given).all(axis=1)]
    if len(complete) <= 1:
        raise TooFewRatersError(2, len(complete), "complete raters", "ratings")
    return complete


def _finite_or_nan(
    values: ArrayLike, argument: str, dimensions: int
) -> NDArray[np.float64]:
    """Check the shape and refuse infinities."""
    array = np.asarray(values, dtype=np.float64, order="C")
    if array.ndim != dimensions:
        raise BadInputError(
            f"`{argument}` must have {dimensions} dimension(s), got {array.ndim}"
        )
    if np.isinf(array).any():
        raise BadInputError(f"`{argument}` holds an infinite value")
    return array
