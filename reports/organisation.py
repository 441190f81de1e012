"""The organisation's report: what all teams show together, put together as a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from questionnaires.model import Form, Instrument, RaterGroup, Referent
from reports.change import change
from reports.congruence import congruence
from reports.organisation_tree import (
    OrganisationDimension,
    OrganisationReport,
    Quality,
    Response,
    SelfOther,
)
from reports.pooled import ANONYMOUS, Pool, organisation_groups, pool
from reports.published import Published
from reports.quality import (
    Measures,
    favourable,
    items,
    keying,
    mean_of_teams,
    quality,
)
from reports.report import Context
from reports.self_other import screen, self_other
from reports.shrinkage import Shrunken
from reports.straightlining import flagged, straightlining
from reports.teams import teams
from reports.tree import (
    LeaderReport,
    MethodFacts,
    ScaleFacts,
    Standing,
    WhyMissing,
)

RATERS_TO_CORRELATE = 50
NO_QUALITY = Quality(*(None,) * 11)


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """One dimension as its shown means compare the teams."""

    shown: Published
    shrunken: Shrunken | None
    standings: Mapping[str, Standing | None]


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """All that an organisation's report is made of, besides what leaders share.

    ``reports``: of the leaders, by key; ``earlier``: those of the cycle before, and
    ``before`` its name; ``names`` of the leaders by key.
    """

    instruments: Sequence[Instrument]
    compared: Sequence[Compared]
    reports: Mapping[str, LeaderReport]
    names: Mapping[str, str]
    earlier: Mapping[str, LeaderReport]
    before: str


def _pools(context: Context) -> list[Measures]:
    gate, answers = context.rules.gate, context.answers
    return [
        Measures(gate, one, pool(gate, answers, one, organisation_groups(one)))
        for one in context.scored
    ]


def _may_be_printed(context: Context, pooled: Pool) -> bool:
    is_open = context.rules.gate.policy.open_analysis and pooled.rows.size > 0
    return pooled.may_be_printed or is_open


def _all_rows(context: Context, measures: Sequence[Measures]) -> NDArray[np.intp]:
    """Return all raters who enter any pooled figure; none if no pool may be printed."""
    pools = [one.pooled for one in measures]
    if not any(_may_be_printed(context, one) for one in pools):
        return np.empty(0, dtype=np.intp)
    return np.unique(np.concatenate([one.rows for one in pools]))


def _response(context: Context, whole: Whole, measures: Sequence[Measures]) -> Response:
    answers, gate = context.answers, context.rules.gate
    anonymous = np.isin(answers.groups.astype(str), ANONYMOUS)
    n = int((answers.answered & anonymous).sum()) + sum(answers.unread.values())
    invited = [v for (_, group), v in answers.invited.items() if group in ANONYMOUS]
    asked = {
        scope
        for scope in zip(answers.leaders.tolist(), answers.groups.tolist(), strict=True)
        if scope[1] in ANONYMOUS
    }
    is_told = any(_may_be_printed(context, one.pooled) for one in measures)
    is_known = bool(invited) and asked <= set(answers.invited)
    total = sum(invited) if is_known else None
    return Response(
        n_leaders=len(whole.reports),
        n_leaders_shown=sum(one.has_figures for one in whole.reports.values()),
        n_leaders_rated_self=_n_selfs(context),
        invited=total,
        answered=gate.count(n),
        answers=gate.pooled(n) if is_told else None,
        share=gate.pooled(min(n / total, 1.0)) if is_told and total else None,
    )


def _n_selfs(context: Context) -> int:
    answers = context.answers
    own = answers.answered & (answers.groups.astype(str) == RaterGroup.SELF)
    return len(set(answers.leaders[own].tolist()))


def _dimension(
    context: Context,
    whole: Whole,
    measures: Measures,
    compared: Compared,
    own: SelfOther | None,
) -> OrganisationDimension:
    scored, gate = measures.scored, context.rules.gate
    instrument, asked = scored.instrument, scored.dimension
    scale = instrument.response_scale
    is_told = _may_be_printed(context, measures.pooled)
    told = quality(measures, context.seed) if is_told else NO_QUALITY
    shown = compared.shown
    return OrganisationDimension(
        code=asked.code,
        title=dict(asked.title),
        instrument=instrument.code,
        scale=ScaleFacts(scale.low, scale.high, dict(scale.anchors)),
        n_items=len(scored.items),
        about_team=instrument.referent is Referent.TEAM,
        high_is_good=asked.high_is_good,
        n_teams=int(measures.pooled.sizes.size),
        mean=gate.pooled(float(measures.scores.mean())) if is_told else None,
        mean_of_teams=mean_of_teams(measures) if is_told else None,
        favourable=favourable(measures) if is_told else None,
        quality=told,
        items=items(measures) if is_told else (),
        keying=keying(measures) if is_told else (),
        why_missing=_why_missing(told, is_told=is_told),
        teams=teams(gate, shown, compared.shrunken, compared.standings, whole.names),
        self_other=own,
        change=change(gate, shown, whole.earlier, context.cycle.form),
    )


def _why_missing(told: Quality, *, is_told: bool) -> WhyMissing:
    if not is_told:
        return WhyMissing.TOO_FEW
    needed = (told.alpha, told.alpha_within_teams, told.icc1, told.icc2)
    return WhyMissing.NOT_ESTIMABLE if None in needed else WhyMissing.NONE


def _correlations(
    context: Context, measures: Sequence[Measures]
) -> tuple[tuple[float | None, ...], ...]:
    """Return how the dimensions go together over raters, each pair on its own."""
    told = [_may_be_printed(context, one.pooled) for one in measures]
    scores = []
    for one, is_told in zip(measures, told, strict=True):
        column = np.full(one.scored.scores.size, np.nan)
        if is_told:
            column[one.pooled.rows] = one.scores
        scores.append(column)
    gate = context.rules.gate
    fewest = 3 if gate.policy.open_analysis else RATERS_TO_CORRELATE

    def between(a: NDArray[np.float64], b: NDArray[np.float64]) -> float | None:
        both = ~np.isnan(a) & ~np.isnan(b)
        if both.sum() < fewest or min(np.ptp(a[both]), np.ptp(b[both])) <= 0:
            return None
        return gate.pooled(float(np.corrcoef(a[both], b[both])[0, 1]))

    return tuple(
        tuple(None if a is b else between(a, b) for b in scores) for a in scores
    )


def organisation_report(context: Context, whole: Whole) -> OrganisationReport:
    """Build what HR and top management read; every figure stands behind the gate."""
    gate, answers, form = context.rules.gate, context.answers, Form(context.cycle.form)
    measures = _pools(context)
    shown = [one.shown for one in whole.compared]
    own = self_other(gate, shown)
    rows = _all_rows(context, measures)
    marks = flagged(answers, whole.instruments, form)
    rng = np.random.default_rng(context.seed)
    return OrganisationReport(
        cycle=context.cycle,
        instruments=context.facts,
        response=_response(context, whole, measures),
        dimensions=tuple(
            _dimension(context, whole, *parts)
            for parts in zip(measures, whole.compared, own, strict=True)
        ),
        correlations=_correlations(context, measures),
        straightlining=straightlining(gate, marks, rows, measures)
        if marks is not None and rows.size
        else None,
        screen=screen(gate, shown, whole.names),
        congruence=congruence(gate, answers, shown, rows, rng) if rows.size else None,
        names_leaders=gate.policy.names_leaders or gate.policy.open_analysis,
        method=MethodFacts(
            code_version=context.code_version,
            seed=context.seed,
            reliability=dict(context.rules.reliability),
            interval_from={},
        ),
        before=whole.before,
    )
