"""What a code in a request opens, and the words and forms that go with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app, g, request
from flask_babel import gettext, refresh

from questionnaires.model import RaterGroup, minutes
from survey.clock import utcnow
from survey.db import reading
from survey.errors import (
    N_,
    MistypedCodeError,
    NoSuchSheetError,
    NotOpenYetError,
    ServerPathForbiddenError,
    StrangeLettersError,
)
from survey.forms.rating import RatingForm, rating_form
from survey.languages import LANGUAGES, format_date
from survey.lifecycle import Mode
from survey.promise import SERVER, PromiseSentence, sentences
from survey.services.visiting import Sheet, Visit, open_visit
from survey.tokens import CODE_LENGTH, letters_of_no_code, normalise_code

_MOST_TOLD = 5
"""Strange characters that a page repeats."""

I_ANSWER_AS = {
    RaterGroup.TEAM: N_("team member"),
    RaterGroup.PEERS: N_("peer"),
}


def carried() -> dict[str, Any]:
    """Return what travels from page to page: nothing is remembered in between."""
    return {
        "code": request.form.get("code", ""),
        "done": request.form.getlist("done"),
    }


def open_code() -> Visit:
    """Open the code; the page speaks a language that the questionnaires have."""
    code = request.form.get("code", "")
    require_code(normalise_code(code))
    current_app.extensions["rate_limits"].count_code(normalise_code(code))
    with reading() as session:
        visit = open_visit(session, current_app.extensions["vault"], code, now=utcnow())
    if g.language not in visit.languages:
        g.language = next(lang for lang in LANGUAGES if lang in visit.languages)
        refresh()
    return visit


def require_code(code: str) -> None:
    """Refuse what looks like no code: who mistyped learns where, not whether it exists.

    Raises
    ------
    StrangeLettersError
        If no code has one of the characters.
    MistypedCodeError
        If there are too few characters or too many; none at all is just unknown.
    """
    if strange := letters_of_no_code(code):
        raise StrangeLettersError(letters=" ".join(strange[:_MOST_TOLD]))
    if code and len(code) != CODE_LENGTH:
        raise MistypedCodeError(n_found=len(code))


def open_form() -> Visit:
    """Open the code once the form is open."""
    visit = open_code()
    require_open(visit)
    return visit


def require_open(visit: Visit) -> None:
    """Name the day on which the form opens, in the cycle's own time zone.

    Raises
    ------
    NotOpenYetError
        If that day has not come.
    """
    if not visit.is_open:
        opens = visit.opens_at.astimezone(ZoneInfo(visit.time_zone))
        raise NotOpenYetError(opens_on=opens.date().isoformat())


def plain_visit() -> Visit:
    """Open the code for answers that the server seals, where the cycle takes them."""
    visit = open_form()
    if not visit.server_path_allowed:
        raise ServerPathForbiddenError
    return visit


def has_activation_day(visit: Visit) -> bool:
    """Whether answer keys were given before the form opened."""
    return visit.promise.mode == Mode.ACTIVATION_DAY


def closing_day(visit: Visit) -> str:
    """Return the day on which the form closes, in the language of the page."""
    return format_date(visit.closes_at, g.language, visit.time_zone)


def minutes_for(visit: Visit, sheet: Sheet) -> int:
    """Return about how long a sheet takes."""
    asked = (i for i in visit.instruments if sheet.group in i.asked_groups)
    return minutes(asked, visit.form)


def sheet_of(visit: Visit) -> Sheet:
    """Return the sheet that the request asks for."""
    try:
        scope_id = UUID(request.form.get("scope", ""))
    except ValueError:
        raise NoSuchSheetError from None
    return visit.sheet(scope_id)


def form_of(visit: Visit, sheet: Sheet) -> type[RatingForm]:
    """Return the form of a sheet; direct reports say "my leader", others the name."""
    are_direct = sheet.group is RaterGroup.TEAM and visit.team_depth == 1
    leader = gettext("my leader") if are_direct else sheet.leader
    return rating_form(visit.instruments, visit.form, sheet.group, g.language, leader)


def promise_of(visit: Visit, path: str) -> list[PromiseSentence]:
    """Return the promise once, also where several leaders may be rated."""
    if len(visit.sheets) == 1:
        (sheet,) = visit.sheets
        return list(promised(visit, sheet, sheet.leader, path))
    said = (
        sentence
        for sheet in visit.sheets
        for sentence in promised(visit, sheet, gettext("each leader"), path)
        if sentence.id != "P17"
    )
    return list(dict.fromkeys(said))


def warnings_of(visit: Visit) -> dict[UUID, str]:
    """Return the sentence on small groups beside each of several leaders."""
    if len(visit.sheets) == 1:
        return {}
    return {
        sheet.scope_id: sentence.text
        for sheet in visit.sheets
        for sentence in promised(visit, sheet, sheet.leader, SERVER)
        if sentence.id == "P17"
    }


def promised(
    visit: Visit, sheet: Sheet, leader: str, path: str
) -> tuple[PromiseSentence, ...]:
    """Return what the rater of a sheet is promised on this path."""
    return sentences(
        visit.promise,
        g.language,
        leader=leader,
        group=sheet.group,
        n_invited=sheet.n_invited,
        path=path,
        together=sheet.together,
    )
