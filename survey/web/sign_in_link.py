"""Sign in by a link in a mail: for leaders, never for HR and administrators."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from survey.clock import utcnow
from survey.db import reading, transaction
from survey.errors import LinkExpiredError, TooManyTriesError
from survey.forms.account import ForgottenForm
from survey.forms.fields import text
from survey.rate_limits import RateLimits
from survey.services import accounts, signing_in
from survey.web import access, wording
from survey.web.access import public

bp = Blueprint("sign_in_link", __name__, url_prefix="/account/link")
bp.context_processor(wording.helpers)


@bp.get("/")
@public
def ask() -> ResponseReturnValue:
    """Ask for the address to which a link goes."""
    return render_template("account/ask_for_link.html", form=ForgottenForm())


@bp.post("/")
@public
def send() -> ResponseReturnValue:
    """Ask for the mail; whether the address is known is not told."""
    form = ForgottenForm()
    if not form.validate():
        page = render_template("account/ask_for_link.html", form=form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    limits: RateLimits = current_app.extensions["rate_limits"]
    limits.count_link(text(form.email))
    with transaction() as session:
        accounts.ask_for_sign_in_link(session, text(form.email), now=utcnow())
    return render_template("account/sign_in_link_sent.html")


@bp.get("/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """Ask for one tap: a mail scanner that looks at the link does not use it up."""
    with reading() as session:
        if not signing_in.link_is_good(session, token, now=utcnow()):
            raise LinkExpiredError
    return render_template("account/use_link.html", form=FlaskForm())


@bp.post("/<token>")
@public
def use(token: str) -> ResponseReturnValue:
    """Sign in; the link is good for nothing afterwards."""
    with transaction() as session:
        begun = signing_in.sign_in_by_link(session, token, now=utcnow())
    return access.enter(begun, "")


@bp.errorhandler(LinkExpiredError)
def explain_link(error: LinkExpiredError) -> ResponseReturnValue:
    """Say that a link works once, and where a new one comes from."""
    page = render_template("account/sign_in_link_expired.html", problem=error)
    return page, error.status


@bp.errorhandler(TooManyTriesError)
def ask_again(error: TooManyTriesError) -> ResponseReturnValue:
    """Show the form once more, with what was wrong."""
    form = ForgottenForm()
    page = render_template("account/ask_for_link.html", form=form, problem=error)
    return page, error.status
