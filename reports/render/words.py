"""Shown figures in one language: "4.5 or above", "3,4", "clearly higher"."""

from __future__ import annotations

from datetime import date
from gettext import NullTranslations, translation
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal

from questionnaires.model import RaterGroup, Texts, name_leader
from reports.organisation_tree import Figure
from reports.tree import (
    Band,
    CountBand,
    End,
    Hidden,
    Mean,
    NoData,
    Quadrant,
    ShownGap,
    ShownInterval,
    Spread,
    Standing,
    Third,
    Verdict,
    WhyMissing,
)

CATALOGUES = Path(__file__).parent / "translations"
SOURCE_LANGUAGE = "en"
NUMBERS_AND_DATES = {"en": "en_GB"}
"""Regions whose habits a language follows here, where it is not its default."""

N_ = str
"""Marks a text for translation; it is looked up where it is said."""

_VERDICTS = {
    Verdict.NOT_ENOUGH_ANSWERS: N_("not enough answers to show"),
    Verdict.SEEN_ALIKE: N_("seen alike"),
    Verdict.CLEARLY_HIGHER: N_("clearly higher"),
    Verdict.CLEARLY_LOWER: N_("clearly lower"),
    Verdict.PROBABLY_HIGHER: N_("probably higher"),
    Verdict.PROBABLY_LOWER: N_("probably lower"),
    Verdict.SLIGHTLY_HIGHER: N_("slightly higher"),
    Verdict.SLIGHTLY_LOWER: N_("slightly lower"),
    Verdict.MAY_BE_HIGHER: N_("may be higher"),
    Verdict.MAY_BE_LOWER: N_("may be lower"),
    Verdict.CANNOT_TELL: N_("cannot tell"),
}
_THIRDS = {
    Third.UNDER: N_("under a third"),
    Third.MIDDLE: N_("a third to two thirds"),
    Third.OVER: N_("two thirds or more"),
}
_SPREADS = {
    Spread.ALIKE: N_("people largely see it the same way"),
    Spread.SOMEWHAT: N_("views differ somewhat"),
    Spread.SPLIT: N_("your team is split on this"),
}
_QUADRANTS = {
    Quadrant.SHARED_STRENGTH: N_("Shared strength"),
    Quadrant.SHARED_FOCUS: N_("Shared focus"),
    Quadrant.HIDDEN_STRENGTH: N_("Hidden strength"),
    Quadrant.BLIND_SPOT: N_("Blind spot"),
    Quadrant.OPEN: N_("Cannot tell yet"),
}
_STANDINGS = {
    Standing.LOWER_QUARTER: N_("lower quarter"),
    Standing.MIDDLE_HALF: N_("middle half"),
    Standing.UPPER_QUARTER: N_("upper quarter"),
}
_GROUPS = {
    None: N_("All raters"),
    RaterGroup.SELF: N_("You"),
    RaterGroup.TEAM: N_("Your team"),
    RaterGroup.PEERS: N_("Your peers"),
    RaterGroup.MANAGER: N_("Your own manager"),
}
_MISSING = {
    WhyMissing.NONE: "",
    WhyMissing.TOO_FEW: N_("fewer than 8 teams or 50 people"),
    WhyMissing.NOT_ESTIMABLE: N_("these answers do not carry every figure"),
}
_GAP = {
    (False, False): N_("{gap} lower"),
    (True, False): N_("{gap} higher"),
    (False, True): N_("at least {gap} lower"),
    (True, True): N_("at least {gap} higher"),
}


class Words:
    """Everything a renderer says in one language; unknown languages read English."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._translation: NullTranslations = translation(
            "messages", CATALOGUES, [language], fallback=True
        )
        try:
            self._locale = Locale.parse(NUMBERS_AND_DATES.get(language, language))
        except (UnknownLocaleError, ValueError):
            self._locale = Locale.parse(NUMBERS_AND_DATES[SOURCE_LANGUAGE])

    def gettext(self, text: str, /, **fields: object) -> str:
        """Translate ``text`` and fill in its fields."""
        return self._translation.gettext(text).format(**fields)

    def of(self, texts: Texts) -> str:
        """Choose this language among given texts, else English, else any."""
        for language in (self.language, SOURCE_LANGUAGE, *texts):
            if language in texts:
                return texts[language]
        return ""

    def statement(self, texts: Texts) -> str:
        """Write a statement that is not about one leader."""
        return name_leader(self.of(texts), self.gettext("the leader"))

    def anchor(self, anchors: dict[str, tuple[str, ...]], place: int) -> str:
        """Return the label of one scale point; ``place`` counts from 0 or from -1."""
        labels = anchors.get(self.language) or anchors.get(SOURCE_LANGUAGE) or ()
        return labels[place] if labels else ""

    def number(self, value: float, pattern: str = "0.0") -> str:
        """Write a number as the language does."""
        return format_decimal(value, pattern, self._locale)

    def significant(self, value: float | None) -> str:
        """Write two significant digits; a dash where there is no figure."""
        return "–" if value is None else self.number(value, "@@")

    def percent(self, share: float | None) -> str:
        """Write a share in percent with two significant digits; a dash without one."""
        if share is None:
            return "–"
        return f"{self.number(100 * share, '@@') if share else '0'}%"

    def figure(self, figure: Figure | None) -> str:
        """Write a pooled figure with its interval; a dash where there is none."""
        if figure is None:
            return "–"
        value = self.significant(figure.value)
        return value if figure.low is None else f"{value} ({self._ends(figure)})"

    def percent_figure(self, figure: Figure | None) -> str:
        """Write a share with its interval in percent."""
        if figure is None:
            return "–"
        low, high = self.percent(figure.low), self.percent(figure.high)
        ends = self.gettext("{low} to {high}", low=low, high=high)
        return f"{self.percent(figure.value)} ({ends})"

    def _ends(self, figure: Figure) -> str:
        low, high = self.significant(figure.low), self.significant(figure.high)
        return self.gettext("{low} to {high}", low=low, high=high)

    def standing(self, standing: Standing | None) -> str:
        """Say where a team's rating lies among all teams; a dash where it is unsure."""
        return "–" if standing is None else self.gettext(_STANDINGS[standing])

    def date(self, day: str) -> str:
        """Write an ISO date in full; what is no date stays as it is."""
        try:
            return format_date(date.fromisoformat(day), "long", self._locale)
        except ValueError:
            return day

    def mean(self, cell: Mean | Band | Hidden | NoData) -> str:
        """Write a rating, or why there is none."""
        match cell:
            case Mean(value, end):
                return self._with_end(self.number(value), end)
            case Band(low, high):
                return self._band(low, high)
        return self.absence(cell)

    def _with_end(self, figure: str, end: End) -> str:
        match end:
            case End.OR_ABOVE:
                return self.gettext("{figure} or above", figure=figure)
            case End.OR_BELOW:
                return self.gettext("{figure} or below", figure=figure)
        return figure

    def _band(self, low: float | None, high: float | None) -> str:
        if low is None and high is not None:
            return self._with_end(self.number(high, "0.#"), End.OR_BELOW)
        if high is None and low is not None:
            return self._with_end(self.number(low, "0.#"), End.OR_ABOVE)
        ends = (low, high)
        return "–".join(self.number(end, "0.#") for end in ends if end is not None)

    def absence(self, cell: Hidden | NoData) -> str:
        """Say that figures are kept back, or that there are none: not the same."""
        if isinstance(cell, Hidden):
            return self.gettext("hidden to protect raters")
        return self.gettext("no answers")

    def count(self, cell: CountBand | Hidden | NoData) -> str:
        """Write how many answered, in bands."""
        if not isinstance(cell, CountBand):
            return self.absence(cell)
        low = self.number(cell.low, "0")
        if cell.high is None:
            return self.gettext("{number} or more", number=low)
        if cell.high == cell.low:
            return low
        return f"{low}–{self.number(cell.high, '0')}"

    def interval(self, interval: ShownInterval) -> str:
        """Write both ends, or the one that is shown."""
        if interval.low is None or interval.high is None:
            end = End.OR_BELOW if interval.low is None else End.OR_ABOVE
            figure = interval.high if interval.low is None else interval.low
            return "" if figure is None else self._with_end(self.number(figure), end)
        low, high = self.number(interval.low), self.number(interval.high)
        return self.gettext("{low} to {high}", low=low, high=high)

    def gap(self, gap: ShownGap) -> str:
        """Write how far both views are apart, without saying who rates higher."""
        if gap.at_least and gap.value == 0:
            return self.gettext("about the same")
        figure = self.number(abs(gap.value))
        if gap.at_least:
            return self.gettext("at least {gap}", gap=figure)
        return figure

    def difference(self, gap: ShownGap) -> str:
        """Write how far and in which direction the leader's view differs."""
        if gap.value == 0:
            alike, none = N_("about the same"), N_("the same")
            return self.gettext(alike if gap.at_least else none)
        figure = self.number(abs(gap.value))
        return self.gettext(_GAP[gap.value > 0, gap.at_least], gap=figure)

    def verdict(self, verdict: Verdict | None) -> str:
        """Say the verdict in a word or two."""
        if verdict is None:
            return self.gettext("too few answers to say how sure")
        return self.gettext(_VERDICTS[verdict])

    def third(self, third: Third) -> str:
        """Say how large a share is."""
        return self.gettext(_THIRDS[third])

    def spread(self, spread: Spread) -> str:
        """Say how far people agree."""
        return self.gettext(_SPREADS[spread])

    def quadrant(self, quadrant: Quadrant) -> str:
        """Name the place of a dimension where both views meet."""
        return self.gettext(_QUADRANTS[quadrant])

    def group(self, group: RaterGroup | None) -> str:
        """Name a group as the leader knows it; ``None``: all raters."""
        return self.gettext(_GROUPS[group])

    def why_missing(self, why: WhyMissing) -> str:
        """Say why a pooled figure is missing; nothing where none is."""
        return self.gettext(_MISSING[why]) if _MISSING[why] else ""
