"""A poster for the notice board: what this is, how to take part, what is promised."""

from __future__ import annotations

from questionnaires.model import RaterGroup
from survey.errors import N_
from survey.languages import translator
from survey.paper.notice import Notice
from survey.paper.typesetting import qr, typeset
from survey.promise import SERVER, sentences

PROMISED = ("P3", "P4", "P8a", "P8b")
"""Sentences that hold on every way to answer; of the last two a cycle has one.

The poster is read by people with and without JavaScript, hence none of "anonymous".
"""

_TITLE = N_("How do our leaders help us to improve?")
_WHAT = N_(
    "%(organisation)s asks people about their leaders. Taking part is your choice. "
    "Survey %(cycle)s, open until %(date)s."
)
_STEPS = (
    N_("Draw any slip from the box. Nobody notes which one you take."),
    N_("Scan the QR code of your slip, or go to %(url)s and type the code."),
    N_("Choose what fits best and press “Send”. It takes a few minutes."),
)
_PROMISE = N_("What we promise")
_CHECK = N_(
    "Check code. It must be the same on this poster, on your slip and on the page. If "
    "it is not, do not answer and tell %(representative)s."
)
_QUESTIONS = N_("Questions: %(contact)s")
_EACH = N_("each leader")


def poster_pdf(notice: Notice, base_url: str) -> bytes:
    """Return one page in every language of the cycle; it holds no code of anybody."""
    facts = {
        "languages": [_words(notice, each, base_url) for each in notice.languages],
        "check": notice.check,
        "url": f"{base_url}/",
        "qr": qr(f"{base_url}/"),
    }
    return typeset("poster.typ", facts)


def _words(notice: Notice, language: str, base_url: str) -> dict[str, object]:
    fields = {
        "organisation": notice.organisation,
        "cycle": notice.cycle,
        "date": notice.closing_day(language),
        "url": f"{base_url}/{language}/",
        "representative": notice.representative,
        "contact": notice.contact,
    }

    def say(text: str) -> str:
        return translator(language).gettext(text) % fields

    return {
        "language": language,
        "title": say(_TITLE),
        "what": say(_WHAT),
        "steps": [say(step) for step in _STEPS],
        "promise": say(_PROMISE),
        "promised": _promised(notice, language),
        "check": say(_CHECK),
        "questions": say(_QUESTIONS),
    }


def _promised(notice: Notice, language: str) -> list[str]:
    """Return three sentences of the cycle's own promise, word for word."""
    said = sentences(
        notice.promise,
        language,
        leader=translator(language).gettext(_EACH),
        group=RaterGroup.TEAM,
        n_invited=notice.promise.k,
        path=SERVER,
    )
    return [sentence.text for sentence in said if sentence.id in PROMISED]
