"""No more reminders: a page for people, one request for mail programs (RFC 8058)."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from survey.db import transaction
from survey.errors import LinkExpiredError
from survey.services.opting_out import stop_reminders
from survey.web.access import public

bp = Blueprint("opt_out", __name__, url_prefix="/<any(en, vi):language>/reminders")


@bp.get("/stop/<token>")
@public
def ask(token: str) -> ResponseReturnValue:
    """Ask before anything changes: programs that scan mails open links."""
    return render_template("entry/stop_reminders.html", token=token, is_done=False)


@bp.post("/stop/<token>")
@public
def stop(token: str) -> ResponseReturnValue:
    """Send no more reminders to whoever the link belongs to."""
    with transaction() as session:
        stop_reminders(session, current_app.extensions["vault"].pepper, token)
    return render_template("entry/stop_reminders.html", token=token, is_done=True)


@bp.errorhandler(LinkExpiredError)
def refuse(error: LinkExpiredError) -> ResponseReturnValue:
    """Say that the link is not whole."""
    page = render_template("entry/stop_reminders.html", is_done=False, token="")
    return page, error.status
