"""Steps that HR takes in a running cycle: extend, close early, hold a report."""

from __future__ import annotations

from http import HTTPStatus
from zoneinfo import ZoneInfo

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.clock import utcnow
from survey.db import reading, transaction
from survey.errors import StepRefusedError
from survey.forms.cycle import AbandonForm
from survey.forms.steps import ExtendForm, HoldForm
from survey.lifecycle import CycleState
from survey.roles import Role
from survey.services import steering, watching
from survey.services.watching import CycleStatus
from survey.web import wording
from survey.web.access import for_role
from survey.web.errors import show_refusal

bp = Blueprint("steps", __name__, url_prefix="/hr/cycles/<int:cycle_id>")
bp.context_processor(wording.helpers)

MAY_HOLD = frozenset({CycleState.LAUNCHED, CycleState.OPEN, CycleState.CLOSED})


@bp.get("/extend")
@for_role(Role.HR)
def ask_to_extend(cycle_id: int) -> ResponseReturnValue:
    """Say what a later closing date means, and ask for it."""
    with reading() as session:
        steering.require_open(session, cycle_id, now=utcnow())
    return _extend_page(_status(cycle_id), ExtendForm())


@bp.post("/extend")
@for_role(Role.HR)
def extend(cycle_id: int) -> ResponseReturnValue:
    """Let the form close later; who was asked is told."""
    seen, form = _status(cycle_id), ExtendForm()
    if not form.validate() or form.closes_at.data is None:
        return _extend_page(seen, form), HTTPStatus.UNPROCESSABLE_ENTITY
    closes_at = form.closes_at.data.replace(tzinfo=ZoneInfo(seen.time_zone))
    with transaction() as session:
        steering.extend(
            session,
            cycle_id,
            closes_at,
            now=utcnow(),
            account_id=g.account.account_id,
        )
    return _back_to(cycle_id)


def _extend_page(seen: CycleStatus, form: ExtendForm) -> str:
    return render_template("steps/extend.html", cycle=seen, form=form)


@bp.get("/close")
@for_role(Role.HR)
def ask_to_close(cycle_id: int) -> ResponseReturnValue:
    """Say what closing early does, and ask for the cycle's name."""
    seen = _status(cycle_id)
    return _closing_page(seen, AbandonForm(seen.name))


@bp.post("/close")
@for_role(Role.HR)
def close_early(cycle_id: int) -> ResponseReturnValue:
    """Let the form close at the first fixed hour that lies a day away."""
    seen = _status(cycle_id)
    form = AbandonForm(seen.name)
    if not form.validate():
        return _closing_page(seen, form), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as session:
        steering.close_early(
            session, cycle_id, now=utcnow(), account_id=g.account.account_id
        )
    return _back_to(cycle_id)


def _closing_page(seen: CycleStatus, form: AbandonForm) -> str:
    with reading() as session:
        planned = steering.early_closing(session, seen.id, now=utcnow())
    return render_template("steps/close.html", cycle=seen, form=form, planned=planned)


@bp.get("/holds")
@for_role(Role.HR)
def show_holds(cycle_id: int) -> ResponseReturnValue:
    """Show who reads later than the others, and ask for one more."""
    return _holds_page(cycle_id, _hold_form(cycle_id))


@bp.post("/holds")
@for_role(Role.HR)
def hold(cycle_id: int) -> ResponseReturnValue:
    """Delay when one leader may open the report."""
    form = _hold_form(cycle_id)
    if not form.validate() or form.until.data is None:
        return _holds_page(cycle_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    zone = ZoneInfo(_status(cycle_id).time_zone)
    with transaction() as session:
        steering.hold(
            session,
            cycle_id,
            int(form.leader.data),
            form.until.data.replace(tzinfo=zone),
            steering.HoldReason(form.reason.data),
            now=utcnow(),
            account_id=g.account.account_id,
        )
    return _back_to_holds(cycle_id)


@bp.post("/holds/<int:leader_id>/end")
@for_role(Role.HR)
def end_hold(cycle_id: int, leader_id: int) -> ResponseReturnValue:
    """Take a hold back before the release."""
    with transaction() as session:
        steering.end_hold(
            session,
            cycle_id,
            leader_id,
            now=utcnow(),
            account_id=g.account.account_id,
        )
    return _back_to_holds(cycle_id)


@bp.errorhandler(StepRefusedError)
def explain(error: StepRefusedError) -> ResponseReturnValue:
    """Say why beside the field where there is one, else on a page of its own."""
    cycle_id = (request.view_args or {})["cycle_id"]
    said = [wording.say(error.text, error.fields)]
    if request.endpoint == "steps.extend":
        form = ExtendForm()
        form.closes_at.errors = said
        return _extend_page(_status(cycle_id), form), error.status
    if request.endpoint == "steps.hold":
        held = _hold_form(cycle_id)
        held.until.errors = said
        return _holds_page(cycle_id, held), error.status
    return show_refusal(error)


def _hold_form(cycle_id: int) -> HoldForm:
    with reading() as session:
        found = steering.leaders_with_holds(session, cycle_id)
    return HoldForm({one.leader_id: one.leader for one in found})


def _holds_page(cycle_id: int, form: HoldForm) -> str:
    seen = _status(cycle_id)
    with reading() as session:
        found = steering.leaders_with_holds(session, cycle_id)
    return render_template(
        "steps/holds.html",
        cycle=seen,
        form=form,
        holds=[one for one in found if one.until],
        may_hold=seen.state in MAY_HOLD,
    )


def _status(cycle_id: int) -> CycleStatus:
    with reading() as session:
        return watching.status(session, cycle_id, now=utcnow())


def _back_to(cycle_id: int) -> ResponseReturnValue:
    target = url_for("hr.show_cycle", cycle_id=cycle_id)
    return redirect(target, HTTPStatus.SEE_OTHER)


def _back_to_holds(cycle_id: int) -> ResponseReturnValue:
    target = url_for("steps.show_holds", cycle_id=cycle_id)
    return redirect(target, HTTPStatus.SEE_OTHER)
