"""The five facts that open a leader report: they fit on the first screen."""

from __future__ import annotations

from dataclasses import dataclass

from questionnaires.model import RaterGroup, When
from reports.render.sentences import chance_sentence, main_view, verdict_sentence
from reports.render.words import N_, Words
from reports.tree import (
    CountBand,
    DimensionResult,
    Focus,
    LeaderReport,
    Sentence,
    SentenceKind,
)

_WHY_WORK_ON = {
    When.LOW: N_("it is among your weakest ratings"),
    When.OVER: N_("you rate yourself higher than others do"),
    When.UNDER: N_("others see more of it than you do"),
    When.SPLIT: N_("views are far apart"),
}
_WHY_TEAM = _WHY_WORK_ON | {
    When.LOW: N_("the rating is low"),
    When.OVER: N_("your estimate is higher than the team’s rating"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One opening sentence under its label; ``dimension`` is the title it names."""

    label: str
    text: str
    dimension: str = ""


def opening(report: LeaderReport, words: Words) -> tuple[Line, ...]:
    """Return the five facts a leader must find at once."""
    return (
        *(_opening_line(report, sentence, words) for sentence in report.sentences),
        Line(words.gettext("How sure"), how_sure(report, words)),
        Line(words.gettext("What next"), next_step(report, words)),
    )


def _opening_line(report: LeaderReport, sentence: Sentence, words: Words) -> Line:
    result = report.dimension(sentence.dimension) if sentence.dimension else None
    dim = words.of(result.title) if result else ""
    match sentence.kind:
        case SentenceKind.STRENGTH | SentenceKind.NO_STRENGTH:
            label, text = words.gettext("A strength"), _strength(result, words)
        case SentenceKind.DIFFERENCE | SentenceKind.NO_DIFFERENCE:
            label = words.gettext("A difference")
            text = _difference(report, result, words)
        case _:
            label = words.gettext("To work on")
            text = _work_on(report, result, words)
    return Line(label, text, dim)


def _strength(result: DimensionResult | None, words: Words) -> str:
    if result is None:
        return words.gettext("The answers do not single out a strength.")
    template = N_("Your team rates {dim} {others}.")
    if result.gap.against is not RaterGroup.TEAM:
        template = N_("Others rate {dim} {others}.")
    others = words.mean(main_view(result).mean)
    return words.gettext(template, dim=words.of(result.title), others=others)


def _difference(
    report: LeaderReport, result: DimensionResult | None, words: Words
) -> str:
    if result is not None:
        return verdict_sentence(result, report.cycle.k, words)
    if all(d.self_score is None for d in report.dimensions):
        return words.gettext("There is no rating of your own to compare with.")
    return words.gettext(
        "On no dimension do the answers show a clear difference between your view and"
        " theirs."
    )


def _work_on(report: LeaderReport, result: DimensionResult | None, words: Words) -> str:
    if result is None:
        return words.gettext("No dimension stands out as the one to work on.")
    dim = words.of(result.title)
    because = _because(report, result, words)
    if not because:
        return words.gettext("Work on {dim}.", dim=dim)
    return words.gettext("Work on {dim}: {reasons}.", dim=dim, reasons=because)


def _because(report: LeaderReport, result: DimensionResult, words: Words) -> str:
    for focus in report.focus:
        if focus.dimension == result.code:
            return because_sentence(focus, result, words)
    return ""


def because_sentence(focus: Focus, result: DimensionResult, words: Words) -> str:
    """Say why this dimension was chosen, without a full stop."""
    reasons = _WHY_TEAM if result.about_team else _WHY_WORK_ON
    return "; ".join(words.gettext(reasons[when]) for when in focus.because)


def how_sure(report: LeaderReport, words: Words) -> str:
    """Say which differences in this report can be chance."""
    known = [d for d in report.dimensions if d.gap.margin is not None]
    own = [d for d in known if not d.about_team] or known
    if not own:
        return words.gettext("Too few answers to say how sure the figures are.")
    widest = max(own, key=lambda d: d.gap.margin or 0)
    answered = main_view(widest).answered
    if not isinstance(answered, CountBand):
        return words.gettext("Too few answers to say how sure the figures are.")
    return chance_sentence(answered, widest.gap.margin or 0, words)


def next_step(report: LeaderReport, words: Words) -> str:
    """Name one thing to do."""
    for focus in report.focus:
        if focus.suggestions:
            return words.of(focus.suggestions[0].texts)
    return words.gettext(
        "Choose one dimension yourself and ask your team what would help most."
    )
