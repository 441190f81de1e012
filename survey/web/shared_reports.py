"""Leaders' reports for those whom the promise named as readers at launch."""

from __future__ import annotations

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from reports.render.html import leader_fragment
from survey.clock import utcnow
from survey.db import reading
from survey.roles import Role
from survey.services.reading import shared_report, shared_reports
from survey.web.access import for_role

bp = Blueprint("shared", __name__, url_prefix="/reports")

READERS = {Role.HR: "hr", Role.ORGANISATION_READER: "organisation"}
"""As whom the promise names somebody with this role."""


@bp.get("/<int:cycle_id>")
@for_role(*READERS)
def list_reports(cycle_id: int) -> ResponseReturnValue:
    """Name the leaders of a released cycle whose reports this account may read."""
    with reading() as session:
        found = shared_reports(session, cycle_id, _named(), now=utcnow())
    return render_template("hr/shared_reports.html", shared=found, cycle_id=cycle_id)


@bp.get("/<int:cycle_id>/<int:leader_id>")
@for_role(*READERS)
def show_report(cycle_id: int, leader_id: int) -> ResponseReturnValue:
    """Show one leader's report as the leader reads it."""
    with reading() as session:
        tree = shared_report(session, cycle_id, leader_id, _named(), now=utcnow())
    fragment = leader_fragment(tree, str(get_locale()))
    return render_template(
        "hr/shared_report.html", report=tree, fragment=fragment, cycle_id=cycle_id
    )


def _named() -> frozenset[str]:
    """Return as whom the promise may name this account."""
    return frozenset(name for role, name in READERS.items() if role in g.account.roles)
