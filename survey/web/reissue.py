"""A key given anew: HR asks, and somebody else with an account agrees."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.clock import utcnow
from survey.db import reading, transaction
from survey.forms.reissue import ReissueForm
from survey.roles import Role
from survey.services import reissuing, watching
from survey.web import wording
from survey.web.access import for_role

bp = Blueprint("reissue", __name__, url_prefix="/reissue")
bp.context_processor(wording.helpers)

MAY_AGREE = (Role.HR, Role.ADMIN, Role.REPRESENTATIVE)


@bp.get("/")
@for_role(*MAY_AGREE)
def show_requests() -> ResponseReturnValue:
    """Show the requests that wait for somebody else's decision."""
    with reading() as session:
        found = reissuing.open_requests(session, g.account.account_id, now=utcnow())
    return render_template("reissue/requests.html", requests=found)


@bp.get("/cycles/<int:cycle_id>")
@for_role(Role.HR)
def choose(cycle_id: int) -> ResponseReturnValue:
    """Ask for the leader, then for the person whose key is lost."""
    with reading() as session:
        reissuing.require_keys(session, cycle_id, now=utcnow())
    return _page(cycle_id, _form(cycle_id))


@bp.post("/cycles/<int:cycle_id>")
@for_role(Role.HR)
def ask(cycle_id: int) -> ResponseReturnValue:
    """Keep the request until another person decides."""
    form = _form(cycle_id)
    if not form.validate():
        return _page(cycle_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as session:
        reissuing.ask(
            session,
            cycle_id,
            _leader_id(),
            int(form.person.data),
            now=utcnow(),
            account_id=g.account.account_id,
        )
    return _back()


@bp.post("/<uuid:request_id>/grant")
@for_role(*MAY_AGREE)
def grant(request_id: UUID) -> ResponseReturnValue:
    """Agree: the person may fetch a key once more."""
    with transaction() as session:
        reissuing.grant(
            session, request_id, now=utcnow(), account_id=g.account.account_id
        )
    return _back()


@bp.post("/<uuid:request_id>/decline")
@for_role(*MAY_AGREE)
def decline(request_id: UUID) -> ResponseReturnValue:
    """Refuse a request, or take one's own back."""
    with transaction() as session:
        reissuing.decline(
            session, request_id, now=utcnow(), account_id=g.account.account_id
        )
    return _back()


def _leader_id() -> int:
    """Return the chosen leader; 0 is nobody."""
    return request.values.get("leader", 0, type=int)


def _form(cycle_id: int) -> ReissueForm:
    with reading() as session:
        return ReissueForm(reissuing.raters(session, cycle_id, _leader_id()))


def _page(cycle_id: int, form: ReissueForm) -> str:
    with reading() as session:
        seen = watching.status(session, cycle_id, now=utcnow())
        leaders = reissuing.leaders(session, cycle_id)
    return render_template(
        "reissue/ask.html",
        cycle=seen,
        form=form,
        leaders=leaders,
        leader_id=_leader_id(),
    )


def _back() -> ResponseReturnValue:
    return redirect(url_for("reissue.show_requests"), HTTPStatus.SEE_OTHER)
