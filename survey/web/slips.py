"""What stands on a printed slip, in every language of the cycle."""

from __future__ import annotations

from dataclasses import dataclass

from survey.credentials.fingerprint import SHOWN
from survey.errors import N_
from survey.languages import format_date, translator
from survey.services.invitations import Slip
from survey.services.watching import CycleStatus

_WORDS = N_(
    "Your view on %(leader)s. Go to %(url)s and type the code above. Open until "
    "%(date)s. Check code %(check)s. Take any slip; nobody notes which one you take."
)


@dataclass(frozen=True, slots=True)
class SlipText:
    """The words of a slip in one language."""

    language: str
    words: str


@dataclass(frozen=True, slots=True)
class PrintedSlip:
    """One slip to cut out."""

    leader: str
    code: str
    texts: tuple[SlipText, ...]


def printed(slip: Slip, cycle: CycleStatus, base_url: str) -> PrintedSlip:
    """Return a slip with its words: whoever draws it may read any of the languages."""
    texts = tuple(
        SlipText(
            language,
            translator(language).gettext(_WORDS)
            % {
                "leader": slip.leader,
                "url": f"{base_url}/{language}/",
                "date": format_date(cycle.closes_at, language, cycle.time_zone),
                "check": cycle.fingerprint[:SHOWN],
            },
        )
        for language in cycle.languages
    )
    return PrintedSlip(slip.leader, slip.code, texts)
