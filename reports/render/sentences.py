"""What a leader reads about one dimension: a sentence for each finding."""

from __future__ import annotations

from collections.abc import Iterator

from questionnaires.model import RaterGroup
from reports.render.words import N_, Words
from reports.tree import (
    AllTeams,
    Band,
    Because,
    CountBand,
    DimensionResult,
    End,
    GroupView,
    Hidden,
    ItemResult,
    Mean,
    NoData,
    Spread,
    Standing,
    Third,
    Verdict,
)

_TEAM = {
    Verdict.SEEN_ALIKE: N_(
        "On {dim}, you and your team see it alike ({self} and {others})."
    ),
    Verdict.CLEARLY_HIGHER: N_(
        "On {dim}, you rate yourself {gap} points higher than your team does."
    ),
    Verdict.CLEARLY_LOWER: N_(
        "On {dim}, your team sees this behaviour more often than you do, by {gap}"
        " points."
    ),
    Verdict.PROBABLY_HIGHER: N_(
        "On {dim}, you probably rate yourself higher than your team does."
    ),
    Verdict.PROBABLY_LOWER: N_(
        "On {dim}, your team probably sees this more often than you do."
    ),
    Verdict.SLIGHTLY_HIGHER: N_(
        "On {dim}, you rate yourself slightly higher; the difference is small."
    ),
    Verdict.SLIGHTLY_LOWER: N_(
        "On {dim}, you rate yourself slightly lower; the difference is small."
    ),
    Verdict.MAY_BE_HIGHER: N_(
        "On {dim}, your view may be higher; too few answers to be sure."
    ),
    Verdict.MAY_BE_LOWER: N_(
        "On {dim}, your view may be lower; too few answers to be sure."
    ),
    Verdict.CANNOT_TELL: N_(
        "On {dim}, the answers cannot tell whether you and your team differ."
    ),
}
_RATERS = {
    Verdict.SEEN_ALIKE: N_(
        "On {dim}, you and the people who rated you see it alike ({self} and {others})."
    ),
    Verdict.CLEARLY_HIGHER: N_(
        "On {dim}, you rate yourself {gap} points higher than others rate you."
    ),
    Verdict.CLEARLY_LOWER: N_(
        "On {dim}, others see this behaviour more often than you do, by {gap} points."
    ),
    Verdict.PROBABLY_HIGHER: N_(
        "On {dim}, you probably rate yourself higher than others rate you."
    ),
    Verdict.PROBABLY_LOWER: N_(
        "On {dim}, others probably see this more often than you do."
    ),
    Verdict.CANNOT_TELL: N_(
        "On {dim}, the answers cannot tell whether you and the people who rated you"
        " differ."
    ),
}
_ABOUT_TEAM = {
    Verdict.CLEARLY_HIGHER: N_(
        "On {dim}, your estimate is {gap} points higher than your team’s rating."
    ),
    Verdict.CLEARLY_LOWER: N_(
        "On {dim}, your team’s rating is {gap} points higher than your estimate."
    ),
    Verdict.PROBABLY_HIGHER: N_(
        "On {dim}, your estimate is probably higher than your team’s rating."
    ),
    Verdict.PROBABLY_LOWER: N_(
        "On {dim}, your team’s rating is probably higher than your estimate."
    ),
    Verdict.SLIGHTLY_HIGHER: N_(
        "On {dim}, your estimate is slightly higher; the difference is small."
    ),
    Verdict.SLIGHTLY_LOWER: N_(
        "On {dim}, your estimate is slightly lower; the difference is small."
    ),
}
_DIRECTED = {
    Verdict.CLEARLY_HIGHER,
    Verdict.CLEARLY_LOWER,
    Verdict.PROBABLY_HIGHER,
    Verdict.PROBABLY_LOWER,
}
_FAVOURABLE = {
    Third.UNDER: N_("Under a third of the answers are favourable."),
    Third.MIDDLE: N_("A third to two thirds of the answers are favourable."),
    Third.OVER: N_("Two thirds or more of the answers are favourable."),
}
_HIDDEN_GROUP = {
    None: N_(
        "Fewer than {k} people answered. Their answers are not shown, to protect them."
    ),
    RaterGroup.TEAM: N_(
        "Fewer than {k} team members answered. Their answers are not shown, to protect"
        " them."
    ),
    RaterGroup.PEERS: N_(
        "Fewer than {k} peers answered. Their answers are not shown, to protect them."
    ),
}


def main_view(result: DimensionResult) -> GroupView:
    """Return the view the gap is measured against."""
    for view in result.views:
        if view.group == result.gap.against:
            return view
    return GroupView(result.gap.against, NoData(), NoData(), None, None, None)


def verdict_sentence(result: DimensionResult, k: int, words: Words) -> str:
    """Say the finding on one dimension, or why there is none."""
    dim = words.of(result.title)
    mean = main_view(result).mean
    if isinstance(mean, Hidden):
        return hidden_sentence(mean, dim, k, words)
    if isinstance(mean, NoData):
        return words.gettext("On {dim}, there are no answers.", dim=dim)
    if result.self_score is None:
        return words.gettext("On {dim}, there is no rating of your own.", dim=dim)
    fields = {
        "dim": dim,
        "self": words.number(result.self_score),
        "others": words.mean(mean),
        "gap": words.gap(result.gap.shown) if result.gap.shown else "",
    }
    return words.gettext(_template(result), **fields)


def hidden_sentence(cell: Hidden, dim: str, k: int, words: Words) -> str:
    """Say why a dimension is kept back."""
    match cell.because:
        case Because.TOO_FEW:
            return words.gettext(
                "Fewer than {k} answers on {dim}. Nothing is shown, to protect the"
                " people who answered.",
                k=words.number(k, "0"),
                dim=dim,
            )
        case Because.FEW_ITEMS:
            return single_statements_rule(words)
    return words.gettext(
        "The answers on {dim} are not shown: together with other figures they would"
        " give single answers away.",
        dim=dim,
    )


def single_statements_rule(words: Words) -> str:
    """Say from when on single statements are shown."""
    return words.gettext(
        "Single statements are shown from 8 answers on, to protect the people who"
        " answered."
    )


def _template(result: DimensionResult) -> str:
    verdict = result.gap.verdict
    if verdict is None or verdict is Verdict.NOT_ENOUGH_ANSWERS:
        return N_(
            "On {dim}, you rate {self} and others {others}; too few answers to say how"
            " sure the difference is."
        )
    if result.about_team and verdict in _ABOUT_TEAM:
        return _ABOUT_TEAM[verdict]
    if result.gap.against is not RaterGroup.TEAM and not result.about_team:
        return _RATERS.get(verdict, _TEAM[verdict])
    return _TEAM[verdict]


_BACKGROUND = {
    Standing.LOWER_QUARTER: N_(
        "The average of all teams is {mean}; your team’s rating probably lies in the "
        "lower quarter of them."
    ),
    Standing.MIDDLE_HALF: N_(
        "The average of all teams is {mean}; your team’s rating probably lies in the "
        "middle half of them."
    ),
    Standing.UPPER_QUARTER: N_(
        "The average of all teams is {mean}; your team’s rating probably lies in the "
        "upper quarter of them."
    ),
}


def further_sentences(result: DimensionResult, words: Words) -> tuple[str, ...]:
    """Say how sure the finding is and what else is known of this dimension."""
    return tuple(_further(result, words))


def _further(result: DimensionResult, words: Words) -> Iterator[str]:
    view = main_view(result)
    if isinstance(view.mean, Mean) and view.mean.end is not End.NONE:
        yield clipped_sentence(result, view.mean, words)
        if result.at_end and result.self_score is not None:
            yield _end_sentence(view.mean, words)
    if isinstance(view.mean, Band):
        yield words.gettext(
            "This rating is told as a band, to protect the people who answered."
        )
    if result.gap.margin is not None and isinstance(view.answered, CountBand):
        yield chance_sentence(view.answered, result.gap.margin, words)
    if result.gap.direction_holds and result.gap.verdict in _DIRECTED:
        yield words.gettext(
            "Even if everyone who did not answer thought otherwise, the direction would"
            " stay."
        )
    if view.spread is not None:
        yield _spread_sentence(result, view.spread, words)
    if view.favourable is not None:
        yield words.gettext(_FAVOURABLE[view.favourable])
    if result.all_teams is not None:
        yield _background_sentence(result.all_teams, words)


def _background_sentence(all_teams: AllTeams, words: Words) -> str:
    """Say what all teams give on average, and in which quarter this team lies."""
    mean = words.significant(all_teams.mean)
    if all_teams.standing is None:
        return words.gettext("The average of all teams is {mean}.", mean=mean)
    return words.gettext(_BACKGROUND[all_teams.standing], mean=mean)


def clipped_sentence(result: DimensionResult, mean: Mean, words: Words) -> str:
    """Say that near the ends of the scale no exact figure is shown."""
    template = N_(
        "Your team rates {dim} {others} (near the ends of the scale the exact figure is"
        " never shown, to protect the people who answered)."
    )
    if result.gap.against is not RaterGroup.TEAM:
        template = N_(
            "Others rate {dim} {others} (near the ends of the scale the exact figure is"
            " never shown, to protect the people who answered)."
        )
    dim, others = words.of(result.title), words.mean(mean)
    return words.gettext(template, dim=dim, others=others)


def _end_sentence(mean: Mean, words: Words) -> str:
    if mean.end is End.OR_ABOVE:
        return words.gettext(
            "This rating is at the upper end of the scale: only a lower rating of your"
            " own can show as a difference here."
        )
    return words.gettext(
        "This rating is at the lower end of the scale: only a higher rating of your own"
        " can show as a difference here."
    )


def chance_sentence(answered: CountBand, margin: float, words: Words) -> str:
    """Say which differences can be chance."""
    return words.gettext(
        "With {band} answers, differences below {moe} points can be chance.",
        band=words.count(answered),
        moe=words.number(margin),
    )


def _spread_sentence(result: DimensionResult, spread: Spread, words: Words) -> str:
    match spread:
        case Spread.ALIKE:
            return words.gettext("People largely see it the same way.")
        case Spread.SOMEWHAT:
            return words.gettext("Views differ somewhat.")
    if result.about_team:
        return words.gettext("Your team is split on this.")
    return words.gettext(
        "Team members differ widely on {dim}: some see it often, some rarely.",
        dim=words.of(result.title),
    )


def hidden_group_sentence(
    group: RaterGroup | None, cell: Hidden, k: int, words: Words
) -> str:
    """Say why a whole group is kept back."""
    if cell.because is Because.TOO_FEW:
        template = _HIDDEN_GROUP.get(group, _HIDDEN_GROUP[None])
        return words.gettext(template, k=words.number(k, "0"))
    return words.gettext(
        "{group}: not shown, because together with other figures single answers could"
        " be worked out.",
        group=words.group(group),
    )


def reverse_label(item: ItemResult, result: DimensionResult, words: Words) -> str:
    """Say which answers are good where the wording is turned round; else nothing."""
    if not item.reverse_keyed:
        return ""
    if not result.high_is_good:
        return words.gettext("(a high answer is good)")
    if "agree" in Words("en").anchor(result.scale.anchors, -1).lower():
        return words.gettext("(low agreement is good)")
    return words.gettext("(a low frequency is good)")
