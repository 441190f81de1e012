"""Work and letters that gave up: what it means, and another try."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from survey.clock import utcnow
from survey.db import reading, transaction
from survey.roles import Role
from survey.services import mending
from survey.web import wording
from survey.web.access import for_role

bp = Blueprint("jobs", __name__, url_prefix="/jobs")
bp.context_processor(wording.helpers)


def _with_accounts() -> bool:
    """Whether this account keeps accounts, and so sees letters about them."""
    return Role.ADMIN in g.account.roles


@bp.get("/")
@for_role(Role.HR, Role.ADMIN)
def show_failed() -> ResponseReturnValue:
    """Show what gave up, what it means for people, and what to do."""
    with reading() as session:
        work = mending.failed_work(session)
        mails = mending.failed_mails(session, with_accounts=_with_accounts())
    return render_template(
        "jobs/failed.html", work=work, mails=mails, kinds=wording.LETTERS
    )


@bp.post("/<int:job_id>/again")
@for_role(Role.HR, Role.ADMIN)
def try_again(job_id: int) -> ResponseReturnValue:
    """Let one job wait once more."""
    with transaction() as session:
        mending.try_again(
            session, job_id, now=utcnow(), account_id=g.account.account_id
        )
    return _back()


@bp.post("/mails/<int:mail_id>/again")
@for_role(Role.HR, Role.ADMIN)
def send_again(mail_id: int) -> ResponseReturnValue:
    """Send one letter once more."""
    with transaction() as session:
        mending.send_again(
            session, mail_id, now=utcnow(), with_accounts=_with_accounts()
        )
    return _back()


@bp.post("/mails/again")
@for_role(Role.HR, Role.ADMIN)
def send_all_again() -> ResponseReturnValue:
    """Send every letter once more that could not be sent."""
    with transaction() as session:
        mending.send_all_again(session, now=utcnow(), with_accounts=_with_accounts())
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(url_for("jobs.show_failed"), HTTPStatus.SEE_OTHER)
