"""Slips to cut out: a QR code, a typed code and a few words in every language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from questionnaires.model import RaterGroup
from survey.errors import N_
from survey.languages import translator
from survey.paper.notice import Notice
from survey.paper.typesetting import qr, typeset
from survey.tokens import printed_code

_WORDS = N_(
    "Your view on %(leader)s. Scan the QR code, or go to %(url)s and type the code "
    "above. Open until %(date)s. Check code %(check)s. Take any slip; nobody notes "
    "which one you take."
)
_GROUPS = {RaterGroup.TEAM: N_("team member"), RaterGroup.PEERS: N_("peer")}


@dataclass(frozen=True, slots=True)
class Stack:
    """The slips of one scope, for one box; ``codes`` stand in random order."""

    leader: str
    group: RaterGroup
    codes: tuple[str, ...]


def slips_pdf(stacks: Sequence[Stack], notice: Notice, base_url: str) -> bytes:
    """Return the slips, eight a page; every stack begins on a page of its own."""
    printed = [_stack(stack, notice, base_url) for stack in stacks]
    return typeset("slips.typ", {"stacks": printed})


def _stack(stack: Stack, notice: Notice, base_url: str) -> dict[str, object]:
    groups = [
        translator(language).gettext(_GROUPS[stack.group])
        for language in notice.languages
    ]
    return {
        "leader": stack.leader,
        "group": " · ".join(groups),
        "words": [_words(stack, notice, each, base_url) for each in notice.languages],
        "slips": [
            {
                "code": printed_code(code),
                "qr": qr(f"{base_url}/s#{notice.check}.{code}"),
            }
            for code in stack.codes
        ],
    }


def _words(
    stack: Stack, notice: Notice, language: str, base_url: str
) -> dict[str, str]:
    words = translator(language).gettext(_WORDS) % {
        "leader": stack.leader,
        "url": f"{base_url}/{language}/",
        "date": notice.closing_day(language),
        "check": notice.check,
    }
    return {"language": language, "words": words}
