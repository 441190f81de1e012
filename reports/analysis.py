"""All answers of one analysis turned into every report, once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from questionnaires.model import Form, Instrument, RaterGroup
from reports.answers import Answers
from reports.disclosure import Gate
from reports.organisation import Compared, Whole, organisation_report
from reports.organisation_tree import OrganisationReport
from reports.policy import Policy
from reports.pooled import (
    ANONYMOUS,
    Scored,
    organisation_groups,
    pool,
    reliability_of,
    score_all,
    spread_inside_teams,
)
from reports.published import published, shrunken, standings
from reports.report import Context, Rated, build_report
from reports.seen import SeenDimension, see
from reports.tree import AllTeams, CycleFacts, InstrumentFacts, LeaderReport
from reports.views import LeaderRows, Rules, Sds

Seen = tuple[SeenDimension, ...]
Background = Mapping[str, Mapping[str, AllTeams]]
"""By leader and dimension, what all teams give as a background."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """Every report of one analysis; leaders by the key their answers carry."""

    leaders: Mapping[str, LeaderReport]
    organisation: OrganisationReport


class SharedCodesError(ValueError):
    """Two questionnaires of one analysis use the same code."""


def _require_unique_codes(instruments: Sequence[Instrument]) -> None:
    """Refuse questionnaires that cannot be told apart in one report."""
    items = [item.code for i in instruments for item in i.items]
    dimensions = [dimension.code for i in instruments for dimension in i.dimensions]
    for kind, codes in (("item", items), ("dimension", dimensions)):
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise SharedCodesError(
                f"the questionnaires share {kind} codes: {', '.join(twice)}"
            )


def _leader_rows(
    answers: Answers, leaders: Sequence[str], names: Mapping[str, str]
) -> Iterator[tuple[str, LeaderRows]]:
    """Yield where each leader's answers stand, in the order of ``leaders``."""
    rows: dict[str, dict[RaterGroup, list[int]]] = defaultdict(dict)
    for row in np.flatnonzero(answers.answered).tolist():
        groups = rows[answers.leaders[row]]
        groups.setdefault(answers.groups[row], []).append(row)
    for leader in leaders:
        yield (
            leader,
            LeaderRows(
                name=names.get(leader, leader),
                rows={g: np.array(r, dtype=np.intp) for g, r in rows[leader].items()},
                unread=_of_leader(answers.unread, leader),
                invited=_of_leader(answers.invited, leader),
            ),
        )


def _of_leader(
    counts: Mapping[tuple[str, RaterGroup], int], leader: str
) -> dict[RaterGroup, int]:
    scopes = {group: counts.get((leader, group)) for group in RaterGroup}
    return {group: n for group, n in scopes.items() if n is not None}


def _sds(gate: Gate, answers: Answers, scored: Sequence[Scored]) -> Sds:
    """Return the spread inside teams for each set of raters a view may show."""
    sets: dict[RaterGroup | None, tuple[RaterGroup, ...]] = {
        **{group: (group,) for group in ANONYMOUS},
        None: ANONYMOUS,
    }
    return {
        (one.dimension.code, name): spread_inside_teams(
            one, pool(gate, answers, one, groups)
        )
        for one in scored
        for name, groups in sets.items()
    }


def _reliability(
    gate: Gate, answers: Answers, scored: Sequence[Scored]
) -> dict[str, float]:
    return {
        one.dimension.code: reliability_of(
            one, pool(gate, answers, one, organisation_groups(one))
        )
        for one in scored
    }


def _facts(instrument: Instrument, sha256: Mapping[str, str]) -> InstrumentFacts:
    return InstrumentFacts(
        code=instrument.code,
        version=instrument.version,
        title=dict(instrument.title),
        credit=instrument.credit,
        sha256=sha256.get(instrument.code, ""),
    )


def _compare(
    scored: Scored, place: int, seen: Mapping[str, Seen], sds: Sds, seed: int
) -> Compared:
    """Compare teams on one dimension by their shown means."""
    shown = published(scored, seen, place, sds)
    pulled = shrunken(shown)
    placed = standings(shown, pulled, np.random.default_rng([seed, place]))
    return Compared(shown, pulled, placed)


def _background(context: Context, compared: Sequence[Compared]) -> Background:
    """Return the mean of all teams, and by leader where their team lies."""
    gate, means = context.rules.gate, {}
    for one in compared:
        scored = one.shown.scored
        groups = organisation_groups(scored)
        pooled = pool(gate, context.answers, scored, groups)
        if pooled.may_be_printed:
            mean = gate.pooled(float(scored.scores[pooled.rows].mean()))
            means[scored.dimension.code] = mean
    return {
        key: {
            code: AllTeams(mean, one.standings.get(key))
            for one in compared
            for code in [one.shown.scored.dimension.code]
            if (mean := means.get(code)) is not None
        }
        for key in {key for one in compared for key in one.shown.leaders}
    }


def analyse(  # noqa: PLR0913 - what a report must be told, most of it optional
    answers: Answers,
    instruments: Sequence[Instrument],
    *,
    form: Form,
    policy: Policy,
    cycle: CycleFacts,
    code_version: str,
    seed: int,
    names: Mapping[str, str] | None = None,
    sha256: Mapping[str, str] | None = None,
    reissued: Mapping[str, int] | None = None,
    leaders: Sequence[str] | None = None,
    earlier: Mapping[str, LeaderReport] | None = None,
    before: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Analysis:
    """Make every leader's report and the organisation's.

    Parameters
    ----------
    answers
        Of all raters; every item of ``form`` has a column.
    names, reissued
        Display name and number of replaced keys by leader.
    sha256
        Hash of the questionnaire's text by its code.
    leaders
        Who gets a report, even without any answer; by default everybody rated.
    earlier, before
        Reports of the cycle before by the same keys of leaders, and its name.
    progress
        Called with the number of leaders done and of all.

    Raises
    ------
    SharedCodesError
        If two questionnaires share a code of an item or a dimension.
    """
    _require_unique_codes(instruments)
    scored = score_all(answers, instruments, form)
    context = Context(
        rules=Rules(
            gate=Gate(policy),
            sds=_sds(Gate(policy), answers, scored),
            reliability=_reliability(Gate(policy), answers, scored),
        ),
        answers=answers,
        questions=tuple(q for i in instruments for q in i.questions),
        scored=scored,
        cycle=replace(
            cycle, k=policy.k, form=str(form), open_analysis=policy.open_analysis
        ),
        facts=tuple(_facts(i, sha256 or {}) for i in instruments),
        code_version=code_version,
        seed=seed,
    )
    keys = list(dict.fromkeys([*(leaders or ()), *answers.leaders.tolist()]))
    rows = dict(_leader_rows(answers, keys, names or {}))
    seen = {
        key: tuple(see(context.rules, rows[key], one) for one in scored) for key in keys
    }
    compared = [
        _compare(one, place, seen, context.rules.sds, seed)
        for place, one in enumerate(scored)
    ]
    background = _background(context, compared)
    reports: dict[str, LeaderReport] = {}
    for key in keys:
        rated = Rated(
            rows[key], seen[key], background.get(key, {}), (reissued or {}).get(key, 0)
        )
        reports[key] = build_report(context, rated)
        if progress is not None:
            progress(len(reports), len(keys))
    whole = Whole(instruments, compared, reports, names or {}, earlier or {}, before)
    return Analysis(reports, organisation_report(context, whole))
