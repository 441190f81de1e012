"""The way of somebody who was asked: code, start, form, thanks.

Two forms lead on from the start page. In one the browser seals the answers and sends
them by itself; the other, for people without JavaScript, posts them to be sealed here.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext, refresh
from markupsafe import Markup, escape

from questionnaires.model import RaterGroup, minutes
from survey.clock import utcnow
from survey.credentials.fingerprint import SHOWN
from survey.db import reading, transaction
from survey.errors import (
    N_,
    NoSuchSheetError,
    ServerPathForbiddenError,
    SurveyError,
    UnknownCodeError,
)
from survey.forms.rating import RatingForm, rating_form
from survey.languages import LANGUAGES, format_date
from survey.promise import BROWSER, DETAILS, SERVER, PromiseSentence, sentences
from survey.services.confidential import (
    PlainAnswer,
    PlainComment,
    keep_confidential_answer,
)
from survey.services.visiting import Sheet, Visit, open_visit, path_of
from survey.sizes import BUCKET
from survey.tokens import normalise_code
from survey.web.access import public
from survey.web.headers import carry_client
from survey.web.wording import say

bp = Blueprint("entry", __name__)

_IN = "/<any(en, vi):language>"

_I_ANSWER_AS = {
    RaterGroup.TEAM: N_("team member"),
    RaterGroup.PEERS: N_("peer"),
}


@bp.url_value_preprocessor
def read_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take the language from the address; no cookie and no answer remembers it."""
    if values and "language" in values:
        g.language = values.pop("language")


@bp.url_defaults
def keep_language(endpoint: str, values: dict[str, Any]) -> None:
    """Stay in the language of the page."""
    if current_app.url_map.is_endpoint_expecting(endpoint, "language"):
        values.setdefault("language", g.get("language") or str(get_locale()))


@bp.app_context_processor
def name_language() -> dict[str, str]:
    """Tell every page its language."""
    return {"language": str(get_locale())}


@bp.app_template_filter("emphasis")
def emphasis(text: str) -> Markup:
    """Turn ``*word*`` in a questionnaire's text into emphasis."""
    pieces = str(escape(text)).split("*")
    marked = (f"<em>{p}</em>" if n % 2 else p for n, p in enumerate(pieces))
    return Markup("").join(Markup(piece) for piece in marked)  # noqa: S704  # escaped


@bp.get("/")
@public
def choose_language() -> ResponseReturnValue:
    """Lead to the page in the browser's language."""
    answer = redirect(url_for("entry.code"))
    answer.vary.add("Accept-Language")
    return answer


@bp.get("/s")
@bp.get(f"{_IN}/s")
@public
def link() -> ResponseReturnValue:
    """Ask for the code; in a browser with a script the link's own opens the page."""
    carry_client()
    return render_template("entry/code.html", has_client=True)


@bp.get(f"{_IN}/")
@public
def code() -> ResponseReturnValue:
    """Ask for the code of a mail or slip."""
    return render_template("entry/code.html")


@bp.get(f"{_IN}/<any(start, seal, sent, form, send, decline):_step>")
@public
def begin_anew(_step: str) -> ResponseReturnValue:
    """Lead somebody who reloads or types an address back to the code."""
    return redirect(url_for("entry.code"))


@bp.post(f"{_IN}/start")
@public
def start() -> ResponseReturnValue:
    """Say what is asked, by whom, and what is promised."""
    visit = _visit()
    sheets = {sheet.group: sheet for sheet in visit.sheets}.values()
    forms = [_form_class(visit, sheet) for sheet in sheets]
    carry_client()
    return render_template(
        "entry/start.html",
        visit=visit,
        closes=_closes(visit),
        answer_as=_I_ANSWER_AS,
        minutes=max(_minutes(visit, sheet) for sheet in sheets),
        n_items=max(len(form.codes) for form in forms),
        n_questions=max(len(form.questions) for form in forms),
        promises={path: _promise(visit, path) for path in (BROWSER, SERVER)},
        detail_ids=DETAILS,
        warnings=_warnings(visit),
        check_code=visit.fingerprint[:SHOWN],
        **_carried(),
    )


@bp.post(f"{_IN}/decline")
@public
def decline() -> ResponseReturnValue:
    """Say that nothing happens to somebody who does not take part."""
    visit = _visit()
    return render_template(
        "entry/decline.html", visit=visit, closes=_closes(visit), **_carried()
    )


@bp.post(f"{_IN}/seal")
@public
def seal() -> ResponseReturnValue:
    """Show the statements to a browser that seals what is chosen."""
    visit = _visit()
    sheet = _sheet(visit)
    with reading() as session:
        path = path_of(session, visit, sheet)
    carry_client()
    said = _sentences(visit, sheet, sheet.leader, BROWSER)
    return render_template(
        "entry/seal.html",
        visit=visit,
        sheet=sheet,
        form=_form_class(visit, sheet)(formdata=None),
        path=path,
        bucket=BUCKET,
        closes=_closes(visit),
        promise={s.id: s.text for s in said},
        **_carried(),
    )


@bp.post(f"{_IN}/sent")
@public
def sent() -> ResponseReturnValue:
    """Thank somebody whose browser has sent an answer; no answer comes along."""
    visit = _visit()
    is_first = request.form.get("first") == "1"
    return _thanks(visit, _sheet(visit), is_first=is_first, is_sealed=True)


@bp.post(f"{_IN}/form")
@public
def form() -> ResponseReturnValue:
    """Show the statements, with the answers that were chosen in another language."""
    visit = _plain_visit()
    sheet = _sheet(visit)
    return _form_page(visit, sheet, _form_class(visit, sheet)())


@bp.post(f"{_IN}/send")
@public
def send() -> ResponseReturnValue:
    """Keep the answer; the first one stands. Skipped items are named once."""
    visit = _plain_visit()
    sheet = _sheet(visit)
    answers = _form_class(visit, sheet)()
    if not answers.may_be_sent():
        return _form_page(visit, sheet, answers, sending=True)
    with transaction() as session:
        is_first = keep_confidential_answer(
            session,
            current_app.extensions["vault"],
            request.form["code"],
            sheet.scope_id,
            _plain(answers),
            now=utcnow(),
        )
    return _thanks(visit, sheet, is_first=is_first, is_sealed=False)


@bp.errorhandler(UnknownCodeError)
def explain_unknown_code(error: UnknownCodeError) -> ResponseReturnValue:
    """Ask for the code again, with what is wrong beside it."""
    page = render_template(
        "entry/code.html", problem=say(error.text, error.fields), **_carried()
    )
    return page, error.status


@bp.errorhandler(SurveyError)
def explain_refusal(error: SurveyError) -> ResponseReturnValue:
    """Say why the form is not there."""
    page = render_template(
        "entry/refusal.html", text=say(error.text, error.fields), **_carried()
    )
    return page, error.status


def _carried() -> dict[str, Any]:
    """Return what travels from page to page: nothing is remembered in between."""
    return {
        "code": request.form.get("code", ""),
        "done": request.form.getlist("done"),
    }


def _visit() -> Visit:
    """Open the code; the page speaks a language that the questionnaires have."""
    code = request.form.get("code", "")
    current_app.extensions["rate_limits"].count_code(normalise_code(code))
    with reading() as session:
        visit = open_visit(session, current_app.extensions["vault"], code, now=utcnow())
    if g.language not in visit.languages:
        g.language = next(lang for lang in LANGUAGES if lang in visit.languages)
        refresh()
    return visit


def _plain_visit() -> Visit:
    """Open the code for answers that the server seals, where the cycle takes them."""
    visit = _visit()
    if not visit.server_path_allowed:
        raise ServerPathForbiddenError
    return visit


def _closes(visit: Visit) -> str:
    return format_date(visit.closes_at, g.language, visit.time_zone)


def _minutes(visit: Visit, sheet: Sheet) -> int:
    asked = (i for i in visit.instruments if sheet.group in i.asked_groups)
    return minutes(asked, visit.form)


def _sheet(visit: Visit) -> Sheet:
    try:
        scope_id = UUID(request.form.get("scope", ""))
    except ValueError:
        raise NoSuchSheetError from None
    return visit.sheet(scope_id)


def _form_class(visit: Visit, sheet: Sheet) -> type[RatingForm]:
    """Return the form of a sheet; a team says "my leader", others read the name."""
    is_team = sheet.group is RaterGroup.TEAM
    leader = gettext("my leader") if is_team else sheet.leader
    return rating_form(visit.instruments, visit.form, sheet.group, g.language, leader)


def _form_page(
    visit: Visit, sheet: Sheet, answers: RatingForm, *, sending: bool = False
) -> ResponseReturnValue:
    said = _sentences(visit, sheet, sheet.leader, SERVER)
    promise = {s.id: s.text for s in said}
    page = render_template(
        "entry/form.html",
        visit=visit,
        sheet=sheet,
        form=answers,
        skipped=answers.skipped() if sending else (),
        promise=promise,
        **_carried(),
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if answers.errors else HTTPStatus.OK


def _thanks(
    visit: Visit, sheet: Sheet, *, is_first: bool, is_sealed: bool
) -> ResponseReturnValue:
    """Thank, and lead to the next leader by the same way."""
    carried = _carried()
    carried["done"].append(str(sheet.scope_id))
    left = [s for s in visit.sheets if str(s.scope_id) not in carried["done"]]
    return render_template(
        "entry/thanks.html",
        visit=visit,
        sheet=sheet,
        is_first=is_first,
        is_sealed=is_sealed,
        next_sheet=left[0] if left else None,
        closes=_closes(visit),
        talk_by=visit.talk_by and format_date(visit.talk_by, g.language),
        **carried,
    )


def _plain(answers: RatingForm) -> PlainAnswer:
    comments = (
        PlainComment(c.question, c.text, c.word_for_word) for c in answers.comments()
    )
    return PlainAnswer(answers.points(), answers.cannot_say(), tuple(comments))


def _promise(visit: Visit, path: str) -> list[PromiseSentence]:
    """Return the promise once, also where several leaders may be rated."""
    if len(visit.sheets) == 1:
        (sheet,) = visit.sheets
        return list(_sentences(visit, sheet, sheet.leader, path))
    said = (
        sentence
        for sheet in visit.sheets
        for sentence in _sentences(visit, sheet, gettext("each leader"), path)
        if sentence.id != "P17"
    )
    return list(dict.fromkeys(said))


def _warnings(visit: Visit) -> dict[UUID, str]:
    """Return the sentence on small groups beside each of several leaders."""
    if len(visit.sheets) == 1:
        return {}
    return {
        sheet.scope_id: sentence.text
        for sheet in visit.sheets
        for sentence in _sentences(visit, sheet, sheet.leader, SERVER)
        if sentence.id == "P17"
    }


def _sentences(
    visit: Visit, sheet: Sheet, leader: str, path: str
) -> tuple[PromiseSentence, ...]:
    return sentences(
        visit.promise,
        g.language,
        leader=leader,
        group=sheet.group,
        n_invited=sheet.n_invited,
        path=path,
    )
