"""Agreement between leader and team against psychological safety, over many leaders."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from questionnaires.model import Referent
from reports.answers import Answers
from reports.disclosure import Gate, to_tenth
from reports.gaps import SIGNIFICANT, agreement_categories
from reports.grouping import Grouping
from reports.organisation_tree import Congruence, Figure, Place, Stage, Surface
from reports.published import Published
from reports.quality import attempt, figure
from reports.results import Interval
from reports.surface import ResponseSurface, Shape, response_surface
from reports.tree import ScaleFacts

LEADERS_FOR_PARTIAL = 20
LEADERS_TO_FIT = 50
LEADERS_TO_SHOW = 100
ONE_SIDED = 0.10
"""Fewer leaders than this share on one side: there the surface would be a guess."""


@dataclass(frozen=True, slots=True, eq=False)
class _Leaders:
    """Leaders who have everything: ratings as shown, and both halves of their team.

    One half tells how it sees the leader, the other how safe it feels: figures of the
    same people would go together for that reason alone.
    """

    selfs: NDArray[np.float64]
    shown: NDArray[np.float64]
    team: NDArray[np.float64]
    safety: NDArray[np.float64]


def _good_about(dimensions: Sequence[Published], referent: Referent) -> list[Published]:
    """Return the dimensions of the first questionnaire about leader or team."""
    found = [
        one
        for one in dimensions
        if one.scored.instrument.referent is referent
        and one.scored.dimension.high_is_good
    ]
    return [d for d in found if d.scored.instrument is found[0].scored.instrument]


def _second_half(teams: Grouping, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Split every team at random into two halves, as even as can be."""
    order = np.lexsort((rng.random(teams.index.size), teams.index))
    sizes = np.bincount(teams.index, minlength=len(teams))
    starts = np.cumsum(sizes) - sizes
    place = np.arange(order.size) - starts[teams.index[order]]
    second = np.empty(order.size, dtype=np.bool_)
    second[order] = place % 2 == 1
    return second


def _halves(
    answers: Answers,
    about: Sequence[Published],
    safety: Published,
    rows: NDArray[np.intp],
    rng: np.random.Generator,
) -> dict[str, tuple[float, float]]:
    """Return by leader how one half sees them and how safe the other half feels."""
    teams = Grouping.of(answers.leaders[rows])
    second = _second_half(teams, rng)
    leadership = np.mean([one.scored.scores[rows] for one in about], axis=0)
    team = teams.means(np.where(second, np.nan, leadership))
    safe = teams.means(np.where(second, safety.scored.scores[rows], np.nan))
    pairs = zip(team.tolist(), safe.tolist(), strict=True)
    return dict(zip(teams.labels.tolist(), pairs, strict=True))


def _gather(
    answers: Answers,
    about: Sequence[Published],
    safety: Published,
    rows: NDArray[np.intp],
    rng: np.random.Generator,
) -> _Leaders:
    shared = set(safety.leaders).intersection(*(one.leaders for one in about))
    kept = [[leader in shared for leader in one.leaders] for one in about]
    selfs = np.mean([d.selfs[k] for d, k in zip(about, kept, strict=True)], axis=0)
    shown = np.mean([d.middles[k] for d, k in zip(about, kept, strict=True)], axis=0)
    halves = _halves(answers, about, safety, rows, rng)
    keys = [leader for leader in about[0].leaders if leader in shared]
    both = np.array([halves[key] for key in keys], dtype=float).reshape(-1, 2)
    known = ~np.isnan(selfs + both.sum(axis=1))
    return _Leaders(selfs[known], shown[known], both[known, 0], both[known, 1])


def congruence(
    gate: Gate,
    answers: Answers,
    dimensions: Sequence[Published],
    rows: NDArray[np.intp],
    rng: np.random.Generator,
) -> Congruence | None:
    """Hold both views against safety as far as the number of leaders carries.

    ``rows``: raters whose answers may enter pooled figures. ``None`` where no
    questionnaire about the leader and one about the team were asked together.
    """
    about = _good_about(dimensions, Referent.LEADER)
    safety = next(iter(_good_about(dimensions, Referent.TEAM)), None)
    if not about or safety is None:
        return None
    leaders = _gather(answers, about, safety, rows, rng)
    scale = about[0].scored.instrument.response_scale
    told = Congruence(
        stage=_stage(leaders.selfs.size),
        n_leaders=leaders.selfs.size,
        safety=safety.scored.dimension.code,
        scale=ScaleFacts(scale.low, scale.high, dict(scale.anchors)),
    )
    if told.stage is Stage.PARTIAL:
        return _with_partial(gate, told, leaders)
    if told.stage in {Stage.EXPLORATORY, Stage.SURFACE}:
        return _with_surface(gate, told, leaders)
    return told


def _stage(n: int) -> Stage:
    for needed, stage in (
        (LEADERS_TO_SHOW, Stage.SURFACE),
        (LEADERS_TO_FIT, Stage.EXPLORATORY),
        (LEADERS_FOR_PARTIAL, Stage.PARTIAL),
    ):
        if n >= needed:
            return stage
    return Stage.TOO_FEW


def _with_partial(gate: Gate, told: Congruence, leaders: _Leaders) -> Congruence:
    return replace(
        told,
        partial_self=_partial(gate, leaders.selfs, leaders.safety, leaders.team),
        partial_team=_partial(gate, leaders.team, leaders.safety, leaders.selfs),
        places=_places(leaders),
    )


def _partial(
    gate: Gate,
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    held: NDArray[np.float64],
) -> Figure | None:
    """Correlate a and b with ``held`` taken out of both; Fisher's interval, n - 4."""
    if min(np.ptp(a), np.ptp(b), np.ptp(held)) <= 0:
        return None
    ab, ah, bh = np.corrcoef([a, b, held])[[0, 0, 1], [1, 2, 2]].tolist()
    rest = (1 - ah**2) * (1 - bh**2)
    if rest <= 0:
        return None
    r = min(max((ab - ah * bh) / math.sqrt(rest), -1.0), 1.0)
    if abs(r) == 1:
        return None
    half = 1.959963984540054 / math.sqrt(a.size - 4)
    z = math.atanh(r)
    return figure(gate, r, Interval(math.tanh(z - half), math.tanh(z + half)))


def _with_surface(gate: Gate, told: Congruence, leaders: _Leaders) -> Congruence:
    centre = (told.scale.low + told.scale.high) / 2
    fitted = attempt(
        lambda: response_surface(leaders.selfs, leaders.team, leaders.safety, centre)
    )
    if fitted is None:
        return replace(told, stage=Stage.NOT_ESTIMABLE)
    return replace(
        told,
        one_sided=_is_one_sided(leaders),
        surface=_surface(gate, fitted, leaders),
        places=_places(leaders),
    )


def _surface(gate: Gate, fitted: ResponseSurface, leaders: _Leaders) -> Surface:
    def told(shape: Shape) -> Figure | None:
        return figure(gate, shape.estimate, shape.interval)

    return Surface(
        coefficients=tuple(gate.pooled(b) or 0.0 for b in fitted.coefficients.tolist()),
        r2=gate.pooled(fitted.r2),
        is_curved=fitted.quadratic_p <= SIGNIFICANT,
        a1=told(fitted.a1),
        a2=told(fitted.a2),
        a3=told(fitted.a3),
        a4=told(fitted.a4),
        a5=told(fitted.a5),
        hull=_hull(leaders),
    )


def _is_one_sided(leaders: _Leaders) -> bool:
    found = attempt(lambda: agreement_categories(leaders.selfs, leaders.shown, "z"))
    return (
        found is None or min(found.over, found.under) < ONE_SIDED * leaders.selfs.size
    )


def _places(leaders: _Leaders) -> tuple[Place, ...]:
    """Return the shown ratings of each leader, unlabelled and in no order of theirs."""
    pairs = zip(leaders.selfs.tolist(), leaders.shown.tolist(), strict=True)
    return tuple(
        Place(*at) for at in sorted((to_tenth(x), to_tenth(y)) for x, y in pairs)
    )


def _hull(leaders: _Leaders) -> tuple[Place, ...]:
    """Return the corners of the smallest area that holds all leaders."""
    from scipy.spatial import ConvexHull, QhullError

    points = np.column_stack([leaders.selfs, leaders.shown])
    try:
        corners = points[ConvexHull(points).vertices]
    except QhullError:
        return ()
    return tuple(Place(to_tenth(x), to_tenth(y)) for x, y in corners.tolist())
