"""One leader's report: views, gaps, items and comments put together as a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from questionnaires.model import Question, RaterGroup, Referent
from reports import findings
from reports.answers import Answers
from reports.comments import told_comments
from reports.disclosure import (
    direction_holds,
    is_at_end,
    shown_gap,
    shown_gap_interval,
    to_tenth,
)
from reports.gaps import PRACTICAL_SHARE, verdict
from reports.items import item_results, why_items_hidden
from reports.multiplicity import holm
from reports.pooled import ANONYMOUS, Scored
from reports.results import Interval
from reports.seen import SeenDimension
from reports.tree import (
    AllTeams,
    CountBand,
    CycleFacts,
    DimensionResult,
    Gap,
    GroupFacts,
    InstrumentFacts,
    LeaderReport,
    MethodFacts,
    NoData,
    ScaleFacts,
    Verdict,
)
from reports.views import LeaderRows, Rules, named_view


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """What all reports of one analysis share."""

    rules: Rules
    answers: Answers
    questions: tuple[Question, ...]
    scored: tuple[Scored, ...]
    cycle: CycleFacts
    facts: tuple[InstrumentFacts, ...]
    code_version: str
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class Rated:
    """One leader with their answers measured.

    ``all_teams``: by dimension, the background that all teams give; ``reissued``: how
    many keys were replaced.
    """

    leader: LeaderRows
    seen: tuple[SeenDimension, ...]
    all_teams: Mapping[str, AllTeams]
    reissued: int

    @property
    def has_figures(self) -> bool:
        """Whether any mean is shown."""
        return any(view.cell is not None for d in self.seen for view in d.measured)


def _verdict(dimension: SeenDimension, p: float) -> Verdict | None:
    """Name the gap by its exact interval and its p among this leader's dimensions."""
    if dimension.basis.cell is None:
        return Verdict.NOT_ENOUGH_ANSWERS
    exact, distance = dimension.basis.exact, dimension.distance
    if exact is None or distance is None:
        return None
    half = exact.interval.half_width
    practical = PRACTICAL_SHARE * dimension.scored.ends.reach
    return verdict(distance, Interval(distance - half, distance + half), p, practical)


def _gap(dimension: SeenDimension, p: float) -> Gap:
    basis, own, ends = dimension.basis, dimension.self_score, dimension.scored.ends
    named = _verdict(dimension, p)
    group, cell, margin = basis.view.group, basis.cell, basis.margin
    if cell is None or own is None:
        return Gap(group, named, None, None, margin, False)
    counts = (basis.n, basis.rater_set.invited(basis.n))
    return Gap(
        against=group,
        verdict=named,
        shown=shown_gap(own, cell),
        interval=None
        if margin is None
        else shown_gap_interval(own, cell, margin, ends),
        margin=margin,
        direction_holds=direction_holds(own, cell, counts, ends),
    )


def _result(
    context: Context, rated: Rated, dimension: SeenDimension, p: float
) -> DimensionResult:
    scored, basis = dimension.scored, dimension.basis
    instrument, asked = scored.instrument, scored.dimension
    scale = instrument.response_scale
    items = item_results(context.rules.gate, scored, basis.rater_set)
    views = [measured.view for measured in dimension.measured]
    own = dimension.self_score
    return DimensionResult(
        code=asked.code,
        instrument=instrument.code,
        title=dict(asked.title),
        description=dict(asked.description),
        scale=ScaleFacts(scale.low, scale.high, dict(scale.anchors)),
        n_items=len(scored.items),
        about_team=instrument.referent is Referent.TEAM,
        high_is_good=asked.high_is_good,
        self_score=None if own is None else to_tenth(own),
        views=(*views, *named_view(rated.leader, scored)),
        gap=_gap(dimension, p),
        items=items,
        items_hidden=why_items_hidden(items),
        at_end=basis.cell is not None and is_at_end(basis.cell),
        all_teams=rated.all_teams.get(asked.code),
    )


def _group_facts(
    context: Context, leader: LeaderRows, *, has_figures: bool
) -> tuple[GroupFacts, ...]:
    """Tell who was asked and how many answered; a named rater stands with figures."""
    facts = [
        GroupFacts(
            group,
            leader.invited.get(group),
            context.rules.gate.count(leader.n_answered(group)),
        )
        for group in ANONYMOUS
        if leader.has(group)
    ]
    manager = RaterGroup.MANAGER
    if has_figures and leader.has(manager):
        n = leader.n_answered(manager)
        answered = CountBand(n, n) if n else NoData()
        facts.append(GroupFacts(manager, leader.invited.get(manager), answered))
    return tuple(facts)


def _method(context: Context, measured: Sequence[SeenDimension]) -> MethodFacts:
    codes = [d.scored.dimension.code for d in measured]
    return MethodFacts(
        code_version=context.code_version,
        seed=context.seed,
        reliability={code: context.rules.reliability[code] for code in codes},
        interval_from={d.scored.dimension.code: d.basis.source for d in measured},
    )


def _results(context: Context, rated: Rated) -> tuple[DimensionResult, ...]:
    """Tell every dimension, verdicts weighed together; none without a shown mean."""
    if not rated.has_figures:
        return ()
    adjusted = holm([one.p for one in rated.seen])
    return tuple(
        _result(context, rated, one, float(p))
        for one, p in zip(rated.seen, adjusted, strict=True)
    )


def build_report(context: Context, rated: Rated) -> LeaderReport:
    """Build what one leader reads; without a shown mean it holds no figure at all."""
    leader, has_figures = rated.leader, rated.has_figures
    dimensions = _results(context, rated)
    chosen = findings.focus(
        dimensions,
        {s.dimension.code: s.dimension.suggestions for s in context.scored},
    )
    placed = findings.placements(dimensions)
    anonymous = np.concatenate([leader.of(group) for group in ANONYMOUS])
    return LeaderReport(
        leader=leader.name,
        cycle=context.cycle,
        instruments=context.facts,
        groups=_group_facts(context, leader, has_figures=has_figures),
        confidential=context.rules.gate.count(
            int(context.answers.confidential[anonymous].sum())
        ),
        reissued=rated.reissued,
        has_figures=has_figures,
        dimensions=dimensions,
        sentences=findings.sentences(dimensions, placed, chosen) if has_figures else (),
        placements=placed,
        focus=chosen,
        comments=told_comments(
            context.rules.gate, context.answers, leader, context.questions, context.seed
        ),
        method=_method(context, rated.seen if has_figures else ()),
    )
