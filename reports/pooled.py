"""All raters' scores, and what teams together say about spread and reliability."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from questionnaires.model import Dimension, Form, Instrument, Item, RaterGroup
from reports.answers import Answers, as_column
from reports.disclosure import Ends, Gate, floored_sd
from reports.errors import NotEstimableError, ZeroVarianceError
from reports.means import PooledSd, pooled_sd
from reports.reliability import alpha_within_teams
from reports.scoring import dimension_scores, turn

TEAMS_FOR_SD = 8
DF_FOR_SD = 30
SCOPES_TO_PRINT = 8
RATERS_TO_PRINT = 50
USUAL_RELIABILITY = 0.80
ONE_ITEM_RELIABILITY = 0.60
HIGHEST_RELIABILITY = 0.99
"""No answer is free of noise: an interval never loses all its width."""
ANONYMOUS = tuple(group for group in RaterGroup if group.is_anonymous)


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """One dimension with all raters' answers to it.

    Attributes
    ----------
    items
        Those asked in this form, in the order of the columns below.
    points, ratings
        As clicked, and with reverse-keyed items turned, (n_raters, n_items); ``nan``:
        not answered, or by a group that was not asked.
    cannot_say
        Whether "cannot say" was chosen, (n_raters, n_items).
    scores
        One a rater, ``nan`` below the share of items needed, (n_raters,).
    answered, has_score
        Where there are points, (n_raters, n_items), and where a score, (n_raters,).
    """

    instrument: Instrument
    dimension: Dimension
    items: tuple[Item, ...]
    points: NDArray[np.float64]
    ratings: NDArray[np.float64]
    cannot_say: NDArray[np.bool_]
    scores: NDArray[np.float64]
    answered: NDArray[np.bool_]
    has_score: NDArray[np.bool_]

    @property
    def ends(self) -> Ends:
        """Ends of the response scale."""
        scale = self.instrument.response_scale
        return Ends(scale.low, scale.high)


def _score(
    answers: Answers, instrument: Instrument, dimension: Dimension, form: Form
) -> Scored:
    items = dimension.asked(form)
    place = {code: column for column, code in enumerate(answers.item_codes)}
    columns = [place[item.code] for item in items]
    asked = np.isin(answers.groups.astype(str), instrument.asked_groups)
    points = np.where(asked[:, None], answers.points[:, columns], np.nan)
    scale = instrument.response_scale
    reverse = [item.reverse_keyed for item in items]
    ratings = np.where(reverse, turn(points, scale.low, scale.high), points)
    scores = dimension_scores(ratings, instrument.min_share)
    return Scored(
        instrument=instrument,
        dimension=dimension,
        items=items,
        points=points,
        ratings=ratings,
        cannot_say=answers.cannot_say[:, columns] & asked[:, None],
        scores=scores,
        answered=np.isfinite(points),
        has_score=np.isfinite(scores),
    )


def score_all(
    answers: Answers, instruments: Sequence[Instrument], form: Form
) -> tuple[Scored, ...]:
    """Score every dimension; raises ``KeyError`` for an item without a column."""
    return tuple(
        _score(answers, instrument, dimension, form)
        for instrument in instruments
        for dimension in instrument.dimensions
    )


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Raters whose answers may enter a pooled figure, with the team of each."""

    rows: NDArray[np.intp]
    teams: NDArray[np.object_]
    sizes: NDArray[np.intp]

    @classmethod
    def of(cls, rows: NDArray[np.intp], teams: NDArray[np.object_], floor: int) -> Pool:
        """Pool these raters without teams of fewer than ``floor``."""
        counts = Counter(teams.tolist())
        kept = np.array([counts[team] >= floor for team in teams], dtype=np.bool_)
        sizes = [count for count in counts.values() if count >= floor]
        return cls(
            rows[kept], as_column(teams[kept].tolist()), np.array(sizes, dtype=np.intp)
        )

    @property
    def may_be_printed(self) -> bool:
        """Whether enough scopes and raters stand behind a figure to print it."""
        return self.sizes.size >= SCOPES_TO_PRINT and self.rows.size >= RATERS_TO_PRINT


def organisation_groups(scored: Scored) -> tuple[RaterGroup, ...]:
    """Return whose answers figures of all teams rest on: one group a leader."""
    asked = [g for g in ANONYMOUS if g in scored.instrument.asked_groups]
    return tuple(asked[:1])


def pool(
    gate: Gate, answers: Answers, scored: Scored, groups: Sequence[RaterGroup]
) -> Pool:
    """Gather the raters of these groups who have a score, small scopes left out.

    A leader's raters of all ``groups`` are one scope here.
    """
    of_groups = np.isin(answers.groups.astype(str), groups)
    rows = np.flatnonzero(of_groups & ~np.isnan(scored.scores))
    return Pool.of(rows, answers.leaders[rows], gate.pool_floor(len(scored.items)))


def spread_inside_teams(scored: Scored, pooled: Pool) -> PooledSd | None:
    """Return the standard deviation inside teams, ``None`` on too few of them.

    Whether there is one depends on counts alone: no spread at all is a small one.
    """
    n_teams, df = int((pooled.sizes > 1).sum()), int((pooled.sizes - 1).sum())
    if n_teams < TEAMS_FOR_SD or df < DF_FOR_SD:
        return None
    try:
        sd = pooled_sd(scored.scores[pooled.rows], pooled.teams).sd
    except ZeroVarianceError:
        sd = 0.0
    return PooledSd(floored_sd(sd, scored.ends), df, n_teams, pooled.rows.size)


def reliability_of(scored: Scored, pooled: Pool) -> float:
    """Return the reliability of one rater's score, with two digits.

    Alpha within teams where enough raters stand behind it, else the usual value; one
    item alone has no alpha.
    """
    if len(scored.items) == 1:
        return ONE_ITEM_RELIABILITY
    if not pooled.may_be_printed:
        return USUAL_RELIABILITY
    try:
        alpha = alpha_within_teams(scored.ratings[pooled.rows], pooled.teams).estimate
    except NotEstimableError:
        return USUAL_RELIABILITY
    return round(min(max(alpha, 0.0), HIGHEST_RELIABILITY), 2)
