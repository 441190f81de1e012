"""The way of somebody who was asked: code, start, form, thanks.

Two forms lead on from the start page. In one the browser seals the answers and sends
them by itself; the other, for people without JavaScript, posts them to be sealed here.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

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
from flask_babel import get_locale
from markupsafe import Markup, escape

from survey.clock import utcnow
from survey.credentials.fingerprint import SHOWN
from survey.db import reading, transaction
from survey.errors import (
    SurveyError,
    UnknownCodeError,
)
from survey.forms.rating import RatingForm
from survey.languages import format_date
from survey.promise import BROWSER, SERVER
from survey.promise_texts import DETAILS
from survey.services.confidential import (
    PlainAnswer,
    PlainComment,
    keep_confidential_answer,
)
from survey.services.visiting import Sheet, Visit, path_of
from survey.sizes import BUCKET
from survey.web.access import public
from survey.web.headers import carry_client
from survey.web.visit import (
    I_ANSWER_AS,
    carried,
    closing_day,
    form_of,
    has_activation_day,
    minutes_for,
    open_code,
    open_form,
    plain_visit,
    promise_of,
    promised,
    require_open,
    sheet_of,
    warnings_of,
)
from survey.web.wording import say

bp = Blueprint("entry", __name__)

_IN = "/<any(en, vi):language>"


@bp.app_url_value_preprocessor
def read_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take the language from the address; no cookie and no answer remembers it."""
    if values and "language" in values:
        g.language = values.pop("language")


@bp.app_url_defaults
def keep_language(endpoint: str, values: dict[str, Any]) -> None:
    """Stay in the language of the page."""
    if current_app.url_map.is_endpoint_expecting(endpoint, "language"):
        values.setdefault("language", g.get("language") or str(get_locale()))


@bp.app_context_processor
def name_language() -> dict[str, str]:
    """Tell every page its language."""
    return {"language": str(get_locale())}


@bp.before_request
def stay_on_the_tablet() -> None:
    """Keep to a shared tablet's pages once somebody began there."""
    posted = request.form.get("kiosk") == "1"
    g.is_kiosk = posted or request.endpoint == "entry.kiosk"
    if g.is_kiosk:
        carry_client()


@bp.context_processor
def name_tablet() -> dict[str, bool]:
    """Tell the pages whether this is a shared tablet."""
    return {"is_kiosk": g.is_kiosk}


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
    carry_client()
    return render_template("entry/code.html")


@bp.get("/kiosk", strict_slashes=False)
@public
def choose_kiosk() -> ResponseReturnValue:
    """Lead a shared tablet to the page in its own language."""
    answer = redirect(url_for("entry.kiosk"))
    answer.vary.add("Accept-Language")
    return answer


@bp.get(f"{_IN}/kiosk")
@public
def kiosk() -> ResponseReturnValue:
    """Ask for a code on a tablet that many people use; every person begins here."""
    return render_template("entry/code.html", is_start=True)


@bp.get(f"{_IN}/<any(start, seal, sent, form, send, decline):_step>")
@public
def begin_anew(_step: str) -> ResponseReturnValue:
    """Lead somebody who reloads or types an address back to the code."""
    return redirect(url_for("entry.code"))


@bp.post(f"{_IN}/start")
@public
def start() -> ResponseReturnValue:
    """Say what is asked, by whom, and what is promised."""
    visit = open_code()
    if not visit.is_open:
        return _keys_page(visit)
    sheets = {sheet.group: sheet for sheet in visit.sheets}.values()
    forms = [form_of(visit, sheet) for sheet in sheets]
    carry_client()
    return render_template(
        "entry/start.html",
        visit=visit,
        closes=closing_day(visit),
        answer_as=I_ANSWER_AS,
        minutes=max(minutes_for(visit, sheet) for sheet in sheets),
        n_items=max(len(form.codes) for form in forms),
        n_questions=max(len(form.questions) for form in forms),
        promises={path: promise_of(visit, path) for path in (BROWSER, SERVER)},
        detail_ids=DETAILS,
        warnings=warnings_of(visit),
        check_code=visit.fingerprint[:SHOWN],
        has_activation_day=has_activation_day(visit),
        **carried(),
    )


@bp.post(f"{_IN}/decline")
@public
def decline() -> ResponseReturnValue:
    """Say that nothing happens to somebody who does not take part."""
    visit = open_code()
    return render_template(
        "entry/decline.html", visit=visit, closes=closing_day(visit), **carried()
    )


@bp.post(f"{_IN}/seal")
@public
def seal() -> ResponseReturnValue:
    """Show the statements to a browser that seals what is chosen."""
    visit = open_form()
    sheet = sheet_of(visit)
    with reading() as session:
        path = path_of(session, visit, sheet)
    carry_client()
    said = promised(visit, sheet, sheet.leader, BROWSER)
    return render_template(
        "entry/seal.html",
        visit=visit,
        sheet=sheet,
        form=form_of(visit, sheet)(formdata=None),
        has_activation_day=has_activation_day(visit),
        path=path,
        bucket=BUCKET,
        closes=closing_day(visit),
        promise={s.id: s.text for s in said},
        **carried(),
    )


@bp.post(f"{_IN}/sent")
@public
def sent() -> ResponseReturnValue:
    """Thank somebody whose browser has sent an answer; no answer comes along."""
    visit = open_code()
    is_first = request.form.get("first") == "1"
    return _thanks(visit, sheet_of(visit), is_first=is_first, is_sealed=True)


@bp.post(f"{_IN}/form")
@public
def form() -> ResponseReturnValue:
    """Show the statements, with the answers that were chosen in another language."""
    visit = plain_visit()
    sheet = sheet_of(visit)
    return _form_page(visit, sheet, form_of(visit, sheet)())


@bp.post(f"{_IN}/send")
@public
def send() -> ResponseReturnValue:
    """Keep the answer; the first one stands. Skipped items are named once."""
    visit = plain_visit()
    sheet = sheet_of(visit)
    answers = form_of(visit, sheet)()
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
    carry_client()
    page = render_template(
        "entry/code.html", problem=say(error.text, error.fields), **carried()
    )
    return page, error.status


@bp.errorhandler(SurveyError)
def explain_refusal(error: SurveyError) -> ResponseReturnValue:
    """Say why the form is not there."""
    page = render_template(
        "entry/refusal.html", text=say(error.text, error.fields), **carried()
    )
    return page, error.status


def _keys_page(visit: Visit) -> ResponseReturnValue:
    """Offer answer keys before the form opens: the activation day has come.

    Never on a shared tablet: it forgets every key when the next person comes.
    """
    if g.is_kiosk:
        require_open(visit)
    with reading() as session:
        paths = [path_of(session, visit, sheet) for sheet in visit.sheets]
    carry_client()
    return render_template(
        "entry/keys.html",
        visit=visit,
        sheets=list(zip(visit.sheets, paths, strict=True)),
        opens=format_date(visit.opens_at, g.language, visit.time_zone),
        closes=closing_day(visit),
        promise=promise_of(visit, BROWSER),
        detail_ids=DETAILS,
        check_code=visit.fingerprint[:SHOWN],
        **carried(),
    )


def _form_page(
    visit: Visit, sheet: Sheet, answers: RatingForm, *, sending: bool = False
) -> ResponseReturnValue:
    said = promised(visit, sheet, sheet.leader, SERVER)
    promise = {s.id: s.text for s in said}
    page = render_template(
        "entry/form.html",
        visit=visit,
        sheet=sheet,
        form=answers,
        skipped=answers.skipped() if sending else (),
        promise=promise,
        **carried(),
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if answers.errors else HTTPStatus.OK


def _thanks(
    visit: Visit, sheet: Sheet, *, is_first: bool, is_sealed: bool
) -> ResponseReturnValue:
    """Thank, and lead to the next leader by the same way."""
    kept = carried()
    kept["done"].append(str(sheet.scope_id))
    left = [s for s in visit.sheets if str(s.scope_id) not in kept["done"]]
    return render_template(
        "entry/thanks.html",
        visit=visit,
        sheet=sheet,
        is_first=is_first,
        is_sealed=is_sealed,
        next_sheet=left[0] if left else None,
        closes=closing_day(visit),
        talk_by=visit.talk_by and format_date(visit.talk_by, g.language),
        **kept,
    )


def _plain(answers: RatingForm) -> PlainAnswer:
    comments = (
        PlainComment(c.question, c.text, c.word_for_word) for c in answers.comments()
    )
    return PlainAnswer(answers.points(), answers.cannot_say(), tuple(comments))
