"""The matching attacker: copies of the database, times of requests, an assignment.

A game is one group of raters. The attacker sees a copy made after every request, the
time of that request and, after release, what the report tells. The guess is which
person wrote which comment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

TYPICAL_PAUSE = 2.0
"""Seconds between collecting a credential and sending the answer, in one visit."""


class Kept(NamedTuple):
    """One row of sealed answers, as a copy shows it."""

    spent: bytes
    sealed: bytes


@dataclass(frozen=True)
class Copy:
    """What one copy of the database tells about a group, and when it was made."""

    seconds: float
    used: frozenset[int]
    kept: frozenset[Kept]


@dataclass(frozen=True)
class Event:
    """Something that is in one copy and not in the one before."""

    seconds: float
    what: object


def new_in(copies: Sequence[Copy], part: str) -> list[Event]:
    """Return what came new from copy to copy, in order."""
    return [
        Event(after.seconds, new)
        for before, after in pairwise(copies)
        for new in getattr(after, part) - getattr(before, part)
    ]


def assign(cost: np.ndarray) -> list[int]:
    """Return for each row its column in the cheapest assignment."""
    from scipy.optimize import linear_sum_assignment  # slow to load

    _, columns = linear_sum_assignment(cost)
    return [int(column) for column in columns]


def whose(copies: Sequence[Copy]) -> dict[int, Kept]:
    """Say whose ciphertext is which: the flag that changed shortly before it came."""
    flags, rows = new_in(copies, "used"), new_in(copies, "kept")
    pauses = np.array([[row.seconds - flag.seconds for row in rows] for flag in flags])
    cost = np.abs(pauses - TYPICAL_PAUSE) + np.where(pauses < 0, 1e7, 0)
    pairs = zip(flags, assign(cost), strict=True)
    return {flag.what: rows[at].what for flag, at in pairs}


def read_with_key(
    copies: Sequence[Copy], opened: Callable[[bytes], str]
) -> dict[int, str]:
    """Say who wrote what, for somebody who copied the box key before release."""
    return {person: opened(row.sealed) for person, row in whose(copies).items()}


def read_after_release(
    copies: Sequence[Copy], told: Sequence[str], by: str
) -> dict[int, str]:
    """Say who wrote what from the order alone: of arrival, backwards, or of names."""
    rows = list(whose(copies).items())
    if by == "name":
        rows.sort(key=lambda pair: pair[1].spent)
    if by == "latest first":
        rows.reverse()
    places = np.arange(float(len(rows)))
    cost = np.abs(np.subtract.outer(places, np.linspace(0, len(rows) - 1, len(told))))
    guess = zip(rows, assign(cost), strict=True)
    return {person: told[at] for (person, _), at in guess}
