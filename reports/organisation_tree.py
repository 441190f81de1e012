"""The tree of the organisation's report: what may be shown of all teams together.

As in `reports.tree`, a figure that must not be shown is not in it. Pooled figures have
two significant digits; what is made from shown means has one decimal.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from questionnaires.model import Texts
from reports.tree import (
    FORMAT,
    Band,
    CountBand,
    CycleFacts,
    Hidden,
    InstrumentFacts,
    Mean,
    MethodFacts,
    NoData,
    ScaleFacts,
    ShownInterval,
    Standing,
    WhyMissing,
)


class WhyNoTeams(StrEnum):
    """Why teams are not compared; empty: they are."""

    NONE = ""
    TOO_FEW = "too_few"
    NO_SPREAD = "no_spread"
    ALL_ALIKE = "all_alike"


class Stage(StrEnum):
    """How far the number of leaders carries the look at agreement and safety."""

    TOO_FEW = "too_few"
    PARTIAL = "partial"
    EXPLORATORY = "exploratory"
    SURFACE = "surface"
    NOT_ESTIMABLE = "not_estimable"


@dataclass(frozen=True, slots=True)
class Figure:
    """A pooled figure and, where there is one, its interval."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """Who was asked and who answered.

    ``answers`` counts those of all teams and ``share`` is that of the invited, both
    ``None`` where too few teams or people stand behind them; ``answered`` is a band.
    """

    n_leaders: int
    n_leaders_shown: int
    n_leaders_rated_self: int
    invited: int | None
    answered: CountBand | Hidden | NoData
    answers: float | None
    share: float | None


@dataclass(frozen=True, slots=True)
class OrganisationItem:
    """One statement over all teams: scored so that more is more of the dimension.

    ``rest``: correlation with the other statements; ``alpha_without``: alpha of these;
    ``cannot_say``: share of those asked who could not judge it.
    """

    code: str
    texts: Texts
    reverse_keyed: bool
    mean: float | None
    rest: float | None
    alpha_without: float | None
    cannot_say: float | None


@dataclass(frozen=True, slots=True)
class Quality:
    """How far the statements hang together, teams differ and their people agree.

    ``team_reliability``: that of the mean of the team in the middle.
    ``above_chance``: share of teams that agree more than 95% of teams would by chance.
    ``..._skewed``: against raters who lean to the upper end; only on five points.
    """

    alpha: Figure | None
    alpha_within_teams: Figure | None
    omega: float | None
    icc1: Figure | None
    icc2: float | None
    team_reliability: float | None
    rwg_j_median: float | None
    rwg_star_j_median: float | None
    rwg_j_median_skewed: float | None
    rwg_star_j_median_skewed: float | None
    above_chance: float | None


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One team by its leader's name, with the mean shrunken to that of all teams."""

    leader: str
    answered: CountBand | Hidden | NoData
    mean: Mean | Band
    shrunken: float | None
    interval: ShownInterval | None
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Bin:
    """How many teams have a shrunken mean from ``low`` up to ``high``."""

    low: float
    high: float
    n_teams: int


@dataclass(frozen=True, slots=True)
class Teams:
    """How teams differ: by name where the promise allows it, else as a distribution."""

    n_teams: int
    why_missing: WhyNoTeams
    rows: tuple[TeamRow, ...]
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Categories:
    """Shares of leaders by one rule; ``None`` where one or two are told with others.

    ``merged`` then says that "in agreement" holds the missing category as well.
    """

    rule: str
    over: float | None
    in_agreement: float
    under: float | None


@dataclass(frozen=True, slots=True)
class SelfOther:
    """Leaders' own ratings beside those of their teams; the unit is the leader.

    ``gap`` is self minus team with its 95% interval, ``is_clear`` after Holm over the
    dimensions. ``without_self``: how much higher teams rate leaders who did not rate
    themselves.
    """

    n_leaders: int
    n_without_self: int
    mean_self: float
    mean_team: float
    gap: Figure | None
    is_clear: bool
    effect_size: Figure | None
    correlation: Figure | None
    categories: tuple[Categories, ...]
    without_self: Figure | None


@dataclass(frozen=True, slots=True)
class Change:
    """Change between two cycles over the teams that both show.

    ``n_picked`` leaders had a gap that matters; ``expected_gap`` is what chance alone
    would have left of it, ``observed_gap`` what was found.
    """

    n_teams: int
    before: float
    after: float
    change: Figure
    n_picked: int
    picked_gap: float | None
    expected_gap: float | None
    observed_gap: float | None


@dataclass(frozen=True, slots=True)
class OrganisationDimension:
    """One dimension over all teams.

    ``mean`` counts every answer alike, ``mean_of_teams`` every team; ``favourable`` is
    the share of scores in the upper quarter of the scale; ``keying``: statements that
    go against the others, perhaps never turned.
    """

    code: str
    title: Texts
    instrument: str
    scale: ScaleFacts
    n_items: int
    about_team: bool
    high_is_good: bool
    n_teams: int
    mean: float | None
    mean_of_teams: Figure | None
    favourable: Figure | None
    quality: Quality
    items: tuple[OrganisationItem, ...]
    keying: tuple[str, ...]
    why_missing: WhyMissing
    teams: Teams
    self_other: SelfOther | None
    change: Change | None


@dataclass(frozen=True, slots=True)
class Talk:
    """One leader whose gap on one dimension is worth a talk."""

    leader: str
    dimension: str
    gap: float
    shrunken: float | None


@dataclass(frozen=True, slots=True)
class Screen:
    """Which gaps stand out among all of them, false alarms kept to one in ten.

    ``n_leaders`` is 0 or a number from three on; ``few``: one or two stand out.
    """

    n_compared: int
    n_leaders: int
    few: bool
    rows: tuple[Talk, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One leader, unlabelled: self rating across, team's rating upwards."""

    self_score: float
    team: float


@dataclass(frozen=True, slots=True)
class Surface:
    """Safety over both views: a fitted surface and its shape.

    ``coefficients`` of 1, x, y, x2, xy, y2 around the middle of the scale, x the
    leader's rating; ``is_curved``: more than a plane. ``hull`` frames the leaders.
    """

    coefficients: tuple[float, ...]
    r2: float | None
    is_curved: bool
    a1: Figure | None
    a2: Figure | None
    a3: Figure | None
    a4: Figure | None
    a5: Figure | None
    hull: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Congruence:
    """Leaders' and teams' ratings against psychological safety.

    ``one_sided``: nearly all leaders differ in one direction. ``partial_self`` and
    ``partial_team``: correlation with safety, the other rating held still.
    """

    stage: Stage
    n_leaders: int
    safety: str
    scale: ScaleFacts
    one_sided: bool = False
    surface: Surface | None = None
    partial_self: Figure | None = None
    partial_team: Figure | None = None
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Straightlining:
    """Answers that give one value to every statement although some are turned.

    ``share`` of the answers; ``few``: fewer than k, not told. ``changes``: by
    dimension, how far the mean moves without them.
    """

    share: float | None
    few: bool
    changes: dict[str, float]


@dataclass(frozen=True, slots=True)
class OrganisationReport:
    """What all leaders and teams of one analysis show together.

    ``correlations`` between the scores of ``dimensions``, in their order; ``None``
    where there is no figure. ``before``: the name of the earlier cycle, if any.
    """

    cycle: CycleFacts
    instruments: tuple[InstrumentFacts, ...]
    response: Response
    dimensions: tuple[OrganisationDimension, ...]
    correlations: tuple[tuple[float | None, ...], ...]
    straightlining: Straightlining | None
    screen: Screen | None
    congruence: Congruence | None
    names_leaders: bool
    method: MethodFacts
    before: str = ""
    format: int = FORMAT

    def dimension(self, code: str) -> OrganisationDimension:
        """Return the dimension of this code; raises ``KeyError`` if there is none."""
        for result in self.dimensions:
            if result.code == code:
                return result
        raise KeyError(code)
