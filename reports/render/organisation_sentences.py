"""What the organisation's report says in words, one plain sentence a figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.organisation_tree import (
    Congruence,
    Figure,
    OrganisationDimension,
    OrganisationReport,
    SelfOther,
    Stage,
    Straightlining,
    Surface,
    WhyNoTeams,
)
from reports.render.words import N_, Words

_RULES = {
    "difference": N_("by the difference (Atwater and Yammarino)"),
    "z": N_("by the z scores of both ratings"),
}
_NO_TEAMS = {
    WhyNoTeams.TOO_FEW: N_("Fewer than 10 teams are shown: too few to compare them."),
    WhyNoTeams.NO_SPREAD: N_(
        "The answers do not tell how far people of one team differ, so teams cannot be "
        "compared."
    ),
    WhyNoTeams.ALL_ALIKE: N_("The data show no dependable differences between teams."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One fact under its label; ``dimension`` is the title it names."""

    label: str
    text: str
    dimension: str = ""


def in_short(report: OrganisationReport, words: Words) -> Iterator[Line]:
    """Yield the facts that somebody with two minutes must find."""
    yield Line(words.gettext("Who answered"), who_answered(report, words))
    rated = [d for d in report.dimensions if d.mean is not None and d.high_is_good]
    same = [d for d in rated if d.instrument == rated[0].instrument]
    if len(same) > 1:
        low, *_, high = sorted(same, key=lambda d: d.mean or 0.0)
        if low.mean != high.mean:
            yield _extreme(words.gettext("Rated highest"), high, words)
            yield _extreme(words.gettext("Rated lowest"), low, words)
    yield _leaders_and_teams(report, words)


def who_answered(report: OrganisationReport, words: Words) -> str:
    """Say how many answered, and about how many leaders."""
    response = report.response
    shown = words.gettext(
        "{shown} of {n} leaders have {k} answers or more.",
        shown=words.number(response.n_leaders_shown, "#,##0"),
        n=words.number(response.n_leaders, "#,##0"),
        k=words.number(report.cycle.k, "0"),
    )
    if response.answers is None:
        return shown
    about = words.gettext(
        "About {answers} people answered.",
        answers=words.number(response.answers, "#,##0"),
    )
    if response.share is None:
        return f"{about} {shown}"
    of = words.gettext(
        "That is {share} of those asked.", share=words.percent(response.share)
    )
    return f"{about} {of} {shown}"


def _extreme(label: str, one: OrganisationDimension, words: Words) -> Line:
    title = words.of(one.title)
    text = words.gettext(
        "{dim}: {mean} on a scale to {high}.",
        dim=title,
        mean=words.significant(one.mean),
        high=words.number(one.scale.high, "0"),
    )
    return Line(label, text, title)


def _leaders_and_teams(report: OrganisationReport, words: Words) -> Line:
    label = words.gettext("Leaders and teams")
    compared = [d for d in report.dimensions if d.self_other is not None]
    if not compared:
        return Line(
            label, words.gettext("Too few leaders rated themselves to compare.")
        )
    clear = [d for d in compared if d.self_other and d.self_other.is_clear]
    if not clear:
        return Line(
            label,
            words.gettext("On no dimension do leaders and teams clearly differ."),
        )
    widest = max(clear, key=_width)
    return Line(label, gap_sentence(widest, words), words.of(widest.title))


def _width(one: OrganisationDimension) -> float:
    gap = one.self_other.gap if one.self_other else None
    return abs(gap.value) if gap else 0.0


def gap_sentence(one: OrganisationDimension, words: Words) -> str:
    """Say how leaders as a whole rate themselves beside their teams."""
    own = one.self_other
    if own is None or own.gap is None:
        return ""
    fields = {
        "dim": words.of(one.title),
        "gap": words.significant(abs(own.gap.value)),
        "interval": _positive(own.gap, words),
    }
    if not own.is_clear:
        return words.gettext("{dim}: no clear difference.", **fields)
    if own.gap.value > 0:
        text = N_(
            "{dim}: leaders rate themselves {gap} points higher than their teams do "
            "({interval})."
        )
    else:
        text = N_(
            "{dim}: leaders rate themselves {gap} points lower than their teams do "
            "({interval})."
        )
    return words.gettext(text, **fields)


def _positive(figure: Figure, words: Words) -> str:
    ends = sorted(abs(end) for end in (figure.low, figure.high) if end is not None)
    low, high = (words.significant(end) for end in ends)
    return words.gettext("{low} to {high}", low=low, high=high)


def between_teams(one: OrganisationDimension, words: Words) -> str:
    """Say how much of the differences lies between teams, and what a mean is worth."""
    quality = one.quality
    if quality.icc1 is None or quality.team_reliability is None:
        return words.why_missing(one.why_missing)
    return words.gettext(
        "About {share} of the differences between answers are differences between "
        "teams; the mean of the team in the middle is {reliability} reliable.",
        share=words.percent(quality.icc1.value),
        reliability=words.percent(quality.team_reliability),
    )


def hang_together(one: OrganisationDimension, words: Words) -> str:
    """Say how well the statements of a dimension hang together."""
    alpha = one.quality.alpha_within_teams
    if alpha is None:
        if one.n_items == 1:
            return words.gettext("One statement alone has no reliability of this kind.")
        return words.why_missing(one.why_missing)
    n = words.number(one.n_items, "0")
    if alpha.value >= GOOD_ALPHA:
        text = N_("The {n} statements hang together well (reliability {alpha}).")
    elif alpha.value >= FAIR_ALPHA:
        text = N_("The {n} statements hang together fairly (reliability {alpha}).")
    else:
        text = N_(
            "The {n} statements hang together poorly (reliability {alpha}): read them "
            "one by one."
        )
    return words.gettext(text, n=n, alpha=words.significant(alpha.value))


GOOD_ALPHA, FAIR_ALPHA = 0.8, 0.7


def no_teams(why: WhyNoTeams, words: Words) -> str:
    """Say why teams are not compared."""
    return words.gettext(_NO_TEAMS[why]) if why in _NO_TEAMS else ""


def rule(name: str, words: Words) -> str:
    """Name the rule by which leaders are sorted."""
    return words.gettext(_RULES[name])


def without_self(own: SelfOther, words: Words) -> str:
    """Say whether leaders who did not rate themselves are seen otherwise."""
    if own.without_self is None:
        return ""
    low, high = own.without_self.low or 0.0, own.without_self.high or 0.0
    if low <= 0 <= high:
        return words.gettext(
            "Teams of leaders who did not rate themselves give no clearly other rating."
        )
    fields = {"gap": words.significant(abs(own.without_self.value))}
    text = (
        N_("Teams rate leaders who did not rate themselves {gap} points higher.")
        if low > 0
        else N_("Teams rate leaders who did not rate themselves {gap} points lower.")
    )
    return words.gettext(text, **fields)


def change_sentence(one: OrganisationDimension, words: Words) -> str:
    """Say how teams' ratings changed since the cycle before."""
    change = one.change
    if change is None:
        return ""
    low, high = change.change.low or 0.0, change.change.high or 0.0
    fields = {
        "dim": words.of(one.title),
        "change": words.significant(abs(change.change.value)),
        "interval": _positive(change.change, words),
    }
    if low <= 0 <= high:
        return words.gettext("{dim}: no clear change.", **fields)
    text = (
        N_("{dim}: {change} points higher than before ({interval}).")
        if change.change.value > 0
        else N_("{dim}: {change} points lower than before ({interval}).")
    )
    return words.gettext(text, **fields)


def regression_sentence(one: OrganisationDimension, words: Words) -> str:
    """Say what chance alone would have left of large gaps, and what was found."""
    change = one.change
    if change is None or change.picked_gap is None:
        return ""
    return words.gettext(
        "{dim}: {n} leaders had a large gap, {before} points on average. Chance alone "
        "would leave {expected} of it; {observed} was found.",
        dim=words.of(one.title),
        n=words.number(change.n_picked, "0"),
        before=words.significant(change.picked_gap),
        expected=words.significant(change.expected_gap),
        observed=words.significant(change.observed_gap),
    )


def straightlining_sentence(found: Straightlining, words: Words) -> str:
    """Say how many gave one value throughout, and what they do to the means."""
    if found.share is None:
        return words.gettext(
            "A few answers give one value to every statement although some are turned; "
            "too few to tell how many."
        )
    share = words.gettext(
        "{share} of the answers give one value to every statement although some are "
        "turned. None is left out.",
        share=words.percent(found.share),
    )
    if not found.changes:
        return share
    widest = max(found.changes.values(), key=abs)
    moved = words.gettext(
        "Without them no mean would move by more than {change} points.",
        change=words.significant(abs(widest)),
    )
    return f"{share} {moved}"


def congruence_sentences(found: Congruence, words: Words) -> Sequence[str]:
    """Say what agreement has to do with safety, no more than the leaders carry."""
    match found.stage:
        case Stage.TOO_FEW:
            text = N_(
                "{n} leaders have all that this look needs: fewer than 20 are too few."
            )
        case Stage.NOT_ESTIMABLE:
            text = N_(
                "{n} leaders have all that this look needs, but their ratings are too "
                "much alike to tell the views apart."
            )
        case Stage.PARTIAL:
            text = N_(
                "{n} leaders: exploratory. Fewer than 50 carry no surface, so two "
                "correlations are told, each with the other view held still."
            )
        case Stage.EXPLORATORY:
            text = N_("{n} leaders: exploratory, because they are fewer than 100.")
        case _:
            text = N_("{n} leaders carry this look.")
    said = [words.gettext(text, n=words.number(found.n_leaders, "#,##0"))]
    if found.surface:
        said += _shape_sentences(found.surface, words)
    if found.one_sided:
        text = N_(
            "Nearly all leaders differ in one direction: the other side is a guess."
        )
        said.append(words.gettext(text))
    return said


def _shape_sentences(fitted: Surface, words: Words) -> Iterator[str]:
    if _is_above(fitted.a1):
        yield words.gettext("Where both rate higher, safety is higher.")
    if _is_above(fitted.a3):
        yield words.gettext(
            "Where leaders rate higher than their teams, safety is higher."
        )
    if _is_below(fitted.a3):
        yield words.gettext(
            "Where leaders rate higher than their teams, safety is lower."
        )
    if not fitted.is_curved:
        yield words.gettext(
            "Agreement itself adds nothing that these answers show: a plane fits as "
            "well."
        )
    elif _is_below(fitted.a4) and _may_follow_agreement(fitted):
        yield words.gettext("Safety is highest where leader and team agree.")


def _may_follow_agreement(fitted: Surface) -> bool:
    """Whether nothing speaks against a ridge on the line of agreement: a3, a5 are 0."""
    shapes = (fitted.a3, fitted.a5)
    return not any(_is_above(shape) or _is_below(shape) for shape in shapes)


def _is_above(figure: Figure | None) -> bool:
    return figure is not None and figure.low is not None and figure.low > 0


def _is_below(figure: Figure | None) -> bool:
    return figure is not None and figure.high is not None and figure.high < 0
