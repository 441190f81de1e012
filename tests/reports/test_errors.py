"""Refusals name the argument and carry the figures."""

from __future__ import annotations

import numpy as np
import pytest

from reports import errors
from reports.errors import (
    BadInputError,
    NotEstimableError,
    OutOfRangeError,
    TooFewItemsError,
    TooFewRatersError,
    as_ratings,
    as_scores,
    require_between,
    require_on_scale,
)


def test_every_refusal_is_caught_as_not_estimable_and_as_value_error() -> None:
    kinds = [kind for name, kind in vars(errors).items() if name.endswith("Error")]
    assert len(kinds) >= 8
    assert all(issubclass(kind, NotEstimableError) for kind in kinds)
    assert issubclass(NotEstimableError, ValueError)


def test_too_few_carries_what_was_needed_and_what_came() -> None:
    error = TooFewRatersError(needed=2, got=1)
    assert (error.needed, error.got) == (2, 1)
    assert str(error) == "`scores` needs at least 2 raters, got 1"


def test_a_range_without_upper_end_is_told_so() -> None:
    with pytest.raises(
        OutOfRangeError, match="`n_invited` is 3; it must be at least 5"
    ):
        require_between("n_invited", 3, 5, np.inf)


@pytest.mark.parametrize("got", [0.9, 5.1, np.nan])
def test_outside_of_the_range_is_refused_with_its_ends(got: float) -> None:
    with pytest.raises(OutOfRangeError, match="it must be 1 to 5") as caught:
        require_between("self_score", got, 1, 5)
    assert (caught.value.low, caught.value.high) == (1, 5)


def test_a_point_off_the_scale_is_named_and_a_missing_one_is_not() -> None:
    with pytest.raises(OutOfRangeError, match="`ratings` is 6"):
        require_on_scale("ratings", np.array([[1.0, np.nan], [6.0, 5.0]]), 1, 5)
    require_on_scale("ratings", np.array([1.0, np.nan, 5.0]), 1, 5)


def test_a_scale_upside_down_is_refused() -> None:
    with pytest.raises(BadInputError, match="from 5 to 1"):
        require_on_scale("points", np.array([3.0]), 5, 1)


def test_infinite_answers_are_refused() -> None:
    with pytest.raises(BadInputError, match="`scores` holds an infinite value"):
        as_scores([3.0, np.inf])


def test_shapes_are_checked() -> None:
    with pytest.raises(BadInputError, match="`scores` must have 1 dimension"):
        as_scores(np.ones((2, 2)))
    with pytest.raises(BadInputError, match="`ratings` must have 2 dimension"):
        as_ratings(np.ones(3))
    with pytest.raises(TooFewItemsError, match="at least 1 items, got 0"):
        as_ratings(np.ones((3, 0)))
