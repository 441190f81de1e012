"""Leaders' own ratings beside those of their teams; the unit is the leader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.disclosure import Gate, nearest, to_tenth
from reports.effects import hedges_g
from reports.gaps import (
    PRACTICAL_SHARE,
    SIGNIFICANT,
    AgreementCategories,
    agreement_categories,
)
from reports.inference import (
    Comparison,
    correlation_with_interval,
    paired_test,
    welch_test,
)
from reports.means import t_p
from reports.multiplicity import benjamini_hochberg, holm
from reports.organisation_tree import Categories, Figure, Screen, SelfOther, Talk
from reports.published import TEAMS_TO_SHRINK, Published
from reports.quality import attempt, figure
from reports.shrinkage import Shrunken, empirical_bayes_two_stage

LEADERS_TO_COMPARE = 3
LEADERS_TO_CORRELATE = 8
LEADERS_TO_CATEGORISE = 20
RULES = ("difference", "z")
FALSE_ALARMS = 0.10
"""Share of false alarms among the gaps that stand out, at most, on average."""


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Leaders of one dimension who have both ratings, as shown."""

    teams: Published
    has_both: NDArray[np.bool_]

    @classmethod
    def of(cls, teams: Published) -> _Pairs:
        return cls(teams, ~np.isnan(teams.selfs))

    @property
    def selfs(self) -> NDArray[np.float64]:
        return self.teams.selfs[self.has_both]

    @property
    def others(self) -> NDArray[np.float64]:
        return self.teams.middles[self.has_both]

    def test(self) -> Comparison | None:
        """Test the mean gap over leaders, ``None`` on fewer than three."""
        if self.selfs.size < LEADERS_TO_COMPARE:
            return None
        return attempt(lambda: paired_test(self.selfs, self.others))


def self_other(gate: Gate, dimensions: Sequence[Published]) -> list[SelfOther | None]:
    """Compare both views on every dimension, significance adjusted over them (Holm)."""
    pairs = [_Pairs.of(teams) for teams in dimensions]
    tests = [one.test() for one in pairs]
    adjusted = holm([np.nan if test is None else test.p for test in tests])
    return [
        _told(gate, one, test, is_clear=bool(p <= SIGNIFICANT))
        for one, test, p in zip(pairs, tests, adjusted.tolist(), strict=True)
    ]


def _told(
    gate: Gate, pairs: _Pairs, test: Comparison | None, *, is_clear: bool
) -> SelfOther | None:
    n = pairs.selfs.size
    mean_self = gate.pooled(float(pairs.selfs.mean())) if n else None
    mean_team = gate.pooled(float(pairs.others.mean())) if n else None
    if n < LEADERS_TO_COMPARE or mean_self is None or mean_team is None:
        return None
    gaps = pairs.selfs - pairs.others
    effect = attempt(lambda: hedges_g(gaps, 0.0))
    return SelfOther(
        n_leaders=n,
        n_without_self=int((~pairs.has_both).sum()),
        mean_self=mean_self,
        mean_team=mean_team,
        gap=None if test is None else figure(gate, test.difference, test.interval),
        is_clear=is_clear,
        effect_size=None
        if effect is None
        else figure(gate, effect.estimate, effect.interval),
        correlation=_correlation(gate, pairs),
        categories=_categories(gate, pairs),
        without_self=_without_self(gate, pairs),
    )


def _correlation(gate: Gate, pairs: _Pairs) -> Figure | None:
    if pairs.selfs.size < LEADERS_TO_CORRELATE:
        return None
    found = attempt(lambda: correlation_with_interval(pairs.selfs, pairs.others))
    return None if found is None else figure(gate, found.estimate, found.interval)


def _categories(gate: Gate, pairs: _Pairs) -> tuple[Categories, ...]:
    if pairs.selfs.size < LEADERS_TO_CATEGORISE:
        return ()
    return tuple(told for rule in RULES if (told := _sorted_by(gate, pairs, rule)))


def _sorted_by(gate: Gate, pairs: _Pairs, rule: str) -> Categories | None:
    found = attempt(lambda: agreement_categories(pairs.selfs, pairs.others, rule))
    return None if found is None else _shares(gate, rule, found)


def _shares(gate: Gate, rule: str, found: AgreementCategories) -> Categories:
    """Tell the shares; one or two leaders are told with those in agreement."""
    over, under, within = found.over, found.under, found.in_agreement
    n = over + under + within
    shows_over, shows_under = gate.leaders_in_cell(over), gate.leaders_in_cell(under)
    within += (0 if shows_over else over) + (0 if shows_under else under)
    return Categories(
        rule=rule,
        over=gate.pooled(over / n) if shows_over else None,
        in_agreement=gate.pooled(within / n) or 0.0,
        under=gate.pooled(under / n) if shows_under else None,
    )


def _without_self(gate: Gate, pairs: _Pairs) -> Figure | None:
    """Compare how teams rate leaders with and without a rating of their own."""
    missing = pairs.teams.middles[~pairs.has_both]
    if missing.size < LEADERS_TO_COMPARE:
        return None
    test = attempt(lambda: welch_test(missing, pairs.others))
    return None if test is None else figure(gate, test.difference, test.interval)


def _own_p(teams: Published) -> NDArray[np.float64]:
    """Return each leader's p of the shown gap; ``nan`` without a rating or a spread."""
    if teams.sd is None:
        return np.full(len(teams.leaders), np.nan)
    errors = teams.sd.sd / np.sqrt(teams.sizes)
    df = teams.sd.df
    places = zip(teams.selfs.tolist(), teams.cells, errors.tolist(), strict=True)
    p = [
        np.nan if np.isnan(own) else t_p((own - nearest(own, cell)) / error, df)
        for own, cell, error in places
    ]
    return np.array(p, dtype=float)


def _shrunken_gaps(teams: Published) -> Shrunken | None:
    variances, pairs = teams.error_variances, _Pairs.of(teams)
    if variances is None or pairs.selfs.size < TEAMS_TO_SHRINK:
        return None
    return empirical_bayes_two_stage(teams.selfs - teams.middles, variances)


def screen(
    gate: Gate, dimensions: Sequence[Published], names: Mapping[str, str]
) -> Screen | None:
    """Find the gaps worth a talk: beyond chance among all, and large enough to matter.

    Leaders are named, in alphabetical order, only where the promise allows it.
    """
    p = [_own_p(teams) for teams in dimensions]
    adjusted = benjamini_hochberg(np.concatenate(p)) if p else np.empty(0)
    n_compared = int((~np.isnan(adjusted)).sum())
    if not n_compared:
        return None
    starts = np.cumsum([0, *(one.size for one in p)])
    found = [
        talk
        for teams, start, stop in zip(dimensions, starts, starts[1:], strict=False)
        for talk in _talks(teams, adjusted[start:stop], names)
    ]
    n = len({talk.leader for talk in found})
    is_told = gate.leaders_in_cell(n)
    named = gate.policy.names_leaders or gate.policy.open_analysis
    return Screen(
        n_compared=n_compared,
        n_leaders=n if is_told or named else 0,
        few=not is_told and not named,
        rows=tuple(sorted(found, key=lambda t: t.leader.casefold())) if named else (),
    )


def _talks(
    teams: Published, adjusted: NDArray[np.float64], names: Mapping[str, str]
) -> list[Talk]:
    gaps = teams.selfs - teams.middles
    large = np.abs(gaps) >= PRACTICAL_SHARE * teams.ends.reach - 1e-9
    pulled = _shrunken_gaps(teams)
    return [
        Talk(
            leader=names.get(teams.leaders[place], teams.leaders[place]),
            dimension=teams.scored.dimension.code,
            gap=to_tenth(float(gaps[place])),
            shrunken=None
            if pulled is None
            else to_tenth(float(pulled.estimates[place])),
        )
        for place in np.flatnonzero((adjusted <= FALSE_ALARMS) & large).tolist()
    ]
