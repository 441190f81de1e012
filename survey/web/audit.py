"""The log of administrative acts, for HR and the representative to read and check."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from survey.db import reading
from survey.roles import Role
from survey.services import auditing
from survey.web import wording
from survey.web.access import for_role

bp = Blueprint("audit", __name__, url_prefix="/audit")
bp.context_processor(wording.helpers)

MAY_READ = (Role.HR, Role.REPRESENTATIVE)


@bp.get("/")
@for_role(*MAY_READ)
def show_log() -> ResponseReturnValue:
    """Show a page of the log, of one cycle or of everything."""
    cycle_id = request.args.get("cycle", type=int)
    page = request.args.get("page", 1, type=int)
    with reading() as session:
        log = auditing.log_page(session, cycle_id=cycle_id, page=page)
    return render_template("audit/log.html", log=log, cycle_id=cycle_id)


@bp.get("/check")
@for_role(*MAY_READ)
def check_log() -> ResponseReturnValue:
    """Look through the whole chain, and for a check code out of a mail."""
    wanted = request.args.get("head", "").strip()
    with reading() as session:
        chain = auditing.check_log(session, wanted)
    return render_template("audit/check.html", chain=chain, wanted=wanted)
