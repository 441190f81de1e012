"""What HR prints for people without e-mail: slips to draw, a poster to hang up."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, current_app, g, render_template
from flask.typing import ResponseReturnValue

from survey.clock import utcnow
from survey.db import reading, transaction
from survey.forms.slips import SlipsForm
from survey.paper.poster import poster_pdf
from survey.paper.slips import slips_pdf
from survey.roles import Role
from survey.services import invitations, watching
from survey.web import wording
from survey.web.access import for_role

bp = Blueprint("paper", __name__, url_prefix="/hr/cycles/<int:cycle_id>")
bp.context_processor(wording.helpers)


@bp.get("/slips")
@for_role(Role.HR)
def show_slips(cycle_id: int) -> ResponseReturnValue:
    """Say what printing slips does before it is done."""
    return _slips_page(cycle_id, SlipsForm())


@bp.post("/slips")
@for_role(Role.HR)
def print_slips(cycle_id: int) -> ResponseReturnValue:
    """Give every slip a new code and hand them out as a file, this once."""
    form = SlipsForm()
    if not form.validate():
        return _slips_page(cycle_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as session:
        stacks = invitations.print_slips(
            session,
            current_app.extensions["vault"],
            cycle_id,
            spare_percent=form.spares.data or 0,
            now=utcnow(),
            account_id=g.account.account_id,
        )
        notice = invitations.notice(session, cycle_id, now=utcnow())
    return _pdf(slips_pdf(stacks, notice, _base_url()), f"slips-{cycle_id}.pdf")


@bp.get("/poster.pdf")
@for_role(Role.HR)
def poster(cycle_id: int) -> ResponseReturnValue:
    """Hand out the poster that says how to take part."""
    with reading() as session:
        notice = invitations.notice(session, cycle_id, now=utcnow())
    return _pdf(poster_pdf(notice, _base_url()), f"poster-{cycle_id}.pdf")


def _slips_page(cycle_id: int, form: SlipsForm) -> str:
    with reading() as session:
        seen = watching.status(session, cycle_id, now=utcnow())
        n_slips = invitations.count_slips(session, cycle_id)
    return render_template("hr/slips.html", cycle=seen, n_slips=n_slips, form=form)


def _base_url() -> str:
    base_url: str = current_app.extensions["settings"].base_url
    return base_url


def _pdf(content: bytes, name: str) -> Response:
    disposition = f"attachment; filename={name}"
    return Response(
        content,
        mimetype="application/pdf",
        headers={"Content-Disposition": disposition},
    )
