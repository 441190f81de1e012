"""Answers of all raters in columns: what closing and an answers CSV hand over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from questionnaires.model import RaterGroup

Scope = tuple[str, RaterGroup]
"""One leader and one group of raters."""


@dataclass(frozen=True, slots=True)
class Comment:
    """What one rater wrote to one open question.

    ``word_for_word``: may be shown even if few others wrote something.
    """

    question: str
    text: str
    word_for_word: bool


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """All that one rater sent about one leader; points as they were clicked."""

    leader: str
    group: RaterGroup
    points: Mapping[str, int]
    cannot_say: frozenset[str] = frozenset()
    comments: tuple[Comment, ...] = ()
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers in columns, one row a rater.

    Attributes
    ----------
    leaders, groups
        Whom the rater rates, and as what, (n_raters,).
    item_codes
        Names of the columns of ``points`` and ``cannot_say``.
    points
        Response-scale points as clicked, (n_raters, n_items); ``nan``: not answered.
    cannot_say
        Whether "cannot say" was chosen, (n_raters, n_items).
    comments, confidential
        What was written, and whether the server sealed the answer, (n_raters,).
    invited
        How many were asked, by leader and group; absent: unknown.
    unread
        How many answers stay sealed, by leader and group: they are too few to be
        opened, yet they count where sets are compared.
    """

    leaders: NDArray[np.object_]
    groups: NDArray[np.object_]
    item_codes: tuple[str, ...]
    points: NDArray[np.float64]
    cannot_say: NDArray[np.bool_]
    comments: tuple[tuple[Comment, ...], ...]
    confidential: NDArray[np.bool_]
    invited: Mapping[Scope, int]
    unread: Mapping[Scope, int] = field(default_factory=dict)

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Whether the rater answered or could not say at least one item."""
        given = ~np.isnan(self.points) | self.cannot_say
        return np.asarray(given.any(axis=1), dtype=np.bool_)


def as_column(values: Sequence[object]) -> NDArray[np.object_]:
    """Return the values as an object array, whatever they are."""
    column = np.empty(len(values), dtype=object)
    column[:] = list(values)
    return column


def from_rows(
    rows: Sequence[AnswerRow],
    item_codes: Sequence[str],
    invited: Mapping[Scope, int],
    unread: Mapping[Scope, int] | None = None,
) -> Answers:
    """Lay rows out in columns; a point of an unknown item raises ``KeyError``."""
    place = {code: column for column, code in enumerate(item_codes)}
    points = np.full((len(rows), len(place)), np.nan)
    cannot_say = np.zeros(points.shape, dtype=np.bool_)
    for number, row in enumerate(rows):
        for code, point in row.points.items():
            points[number, place[code]] = point
        for code in row.cannot_say:
            cannot_say[number, place[code]] = True
    return Answers(
        leaders=as_column([row.leader for row in rows]),
        groups=as_column([row.group for row in rows]),
        item_codes=tuple(item_codes),
        points=points,
        cannot_say=cannot_say,
        comments=tuple(row.comments for row in rows),
        confidential=np.array([row.confidential for row in rows], dtype=np.bool_),
        invited=dict(invited),
        unread=dict(unread or {}),
    )
