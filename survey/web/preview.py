"""The pages of raters before the launch: real templates, and nothing behind them."""

from __future__ import annotations

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import refresh

from survey.clock import utcnow
from survey.db import reading
from survey.forms.rating import RatingForm
from survey.promise import BROWSER
from survey.promise_texts import DETAILS
from survey.roles import Role
from survey.services.visiting import Visit, preview_visit
from survey.web import wording
from survey.web.access import for_role
from survey.web.visit import (
    I_ANSWER_AS,
    closing_day,
    form_of,
    has_activation_day,
    minutes_for,
    promise_of,
    promised,
)

bp = Blueprint("preview", __name__, url_prefix="/hr/cycles")
bp.context_processor(wording.helpers)

_AT = "/<int:cycle_id>/preview/<any(en, vi):shown>"


@bp.get(f"{_AT}/start")
@for_role(Role.HR)
def start(cycle_id: int, shown: str) -> ResponseReturnValue:
    """Show the page on which a rater reads what is asked and promised."""
    visit = _visit(cycle_id, shown)
    (sheet,) = visit.sheets
    form = _form(visit)
    return render_template(
        "preview/start.html",
        cycle_id=cycle_id,
        visit=visit,
        closes=closing_day(visit),
        answer_as=I_ANSWER_AS,
        minutes=minutes_for(visit, sheet),
        n_items=len(form.codes),
        n_questions=len(form.questions),
        promises={BROWSER: promise_of(visit, BROWSER)},
        detail_ids=DETAILS,
        check_code="…",
        has_activation_day=has_activation_day(visit),
    )


@bp.get(f"{_AT}/form")
@for_role(Role.HR)
def form(cycle_id: int, shown: str) -> ResponseReturnValue:
    """Show the statements of a rater, which lead nowhere."""
    visit = _visit(cycle_id, shown)
    (sheet,) = visit.sheets
    said = promised(visit, sheet, sheet.leader, BROWSER)
    return render_template(
        "preview/form.html",
        cycle_id=cycle_id,
        visit=visit,
        sheet=sheet,
        form=_form(visit),
        promise={s.id: s.text for s in said},
    )


def _visit(cycle_id: int, language: str) -> Visit:
    """Return what a rater would open, in this language instead of the account's."""
    g.language = language
    refresh()
    with reading() as session:
        return preview_visit(session, cycle_id, now=utcnow())


def _form(visit: Visit) -> RatingForm:
    return form_of(visit, visit.sheets[0])(formdata=None)
