"""Sign in and out, set a password, choose the language of one's pages."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.clock import utcnow
from survey.config import Settings
from survey.db import reading, transaction
from survey.errors import LinkExpiredError, SignInError, SurveyError, TooManyTriesError
from survey.forms.account import ForgottenForm, PasswordForm, SignInForm
from survey.forms.fields import text
from survey.languages import LANGUAGES
from survey.passwords import CHEAP, Cost
from survey.rate_limits import RateLimits
from survey.roles import Role
from survey.services import accounts
from survey.web import access, wording
from survey.web.access import is_local, public, signed_in

bp = Blueprint("account", __name__, url_prefix="/account")
bp.context_processor(wording.helpers)

_HOMES = (
    (Role.HR, "hr.home"),
    (Role.LEADER, "leader.home"),
    (Role.ADMIN, "admin.list_accounts"),
    (Role.REPRESENTATIVE, "reissue.show_requests"),
)


@bp.get("/")
@signed_in
def home() -> ResponseReturnValue:
    """Lead everybody to what they do here."""
    for role, endpoint in _HOMES:
        if role in g.account.roles:
            return redirect(url_for(endpoint))
    return render_template("account/home.html")


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Ask for name and password."""
    form = SignInForm(next=request.args.get("next"))
    return render_template("account/sign_in.html", form=form)


@bp.post("/sign-in")
@public
def keep_sign_in() -> ResponseReturnValue:
    """Sign in and go on to where somebody wanted to go."""
    form = SignInForm()
    if not form.validate():
        page = render_template("account/sign_in.html", form=form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    name, password = text(form.email), form.password.data or ""
    _limits().count_sign_in(name)
    with transaction() as session:
        token = accounts.sign_in(session, name, password, now=utcnow())
    _limits().forgive(name)
    go_on = form.next.data or ""
    target = go_on if is_local(go_on) else url_for("account.home")
    return access.begin(redirect(target, HTTPStatus.SEE_OTHER), token)


@bp.errorhandler(SignInError)
@bp.errorhandler(TooManyTriesError)
def ask_again(error: SurveyError) -> ResponseReturnValue:
    """Show the form once more, with what was wrong."""
    forgotten = request.endpoint == "account.send_link"
    template = "account/forgotten.html" if forgotten else "account/sign_in.html"
    form = ForgottenForm() if forgotten else SignInForm()
    page = render_template(template, form=form, problem=error)
    return page, error.status


@bp.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End this sign-in."""
    return access.end(redirect(url_for("account.sign_in"), HTTPStatus.SEE_OTHER))


@bp.post("/language")
@signed_in
def choose_language() -> ResponseReturnValue:
    """Keep the language of this account, then show the same page in it."""
    language = request.form.get("language", "")
    if language in LANGUAGES:
        with transaction() as session:
            accounts.choose_language(session, g.account.account_id, language)
    back = request.form.get("back", "")
    target = back if is_local(back) else url_for("account.home")
    return redirect(target, HTTPStatus.SEE_OTHER)


@bp.get("/forgotten")
@public
def ask_for_link() -> ResponseReturnValue:
    """Ask for the address to which a password link goes."""
    return render_template("account/forgotten.html", form=ForgottenForm())


@bp.post("/forgotten")
@public
def send_link() -> ResponseReturnValue:
    """Ask for the mail; whether the address is known is not told."""
    form = ForgottenForm()
    if not form.validate():
        page = render_template("account/forgotten.html", form=form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    _limits().count_link(text(form.email))
    with transaction() as session:
        accounts.ask_for_password_link(session, text(form.email), now=utcnow())
    return render_template("account/link_sent.html")


@bp.get("/password/<token>")
@public
def new_password(token: str) -> ResponseReturnValue:
    """Ask for a new password; looking uses the link up no more than a mail scanner."""
    with reading() as session:
        if not accounts.password_link_is_good(session, token, now=utcnow()):
            raise LinkExpiredError
    return render_template("account/password.html", form=PasswordForm())


@bp.post("/password/<token>")
@public
def keep_password(token: str) -> ResponseReturnValue:
    """Set the password; every running sign-in of the account ends."""
    form = PasswordForm()
    if not form.validate():
        page = render_template("account/password.html", form=form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as session:
        accounts.set_password(
            session, token, form.password.data or "", now=utcnow(), cost=_cost()
        )
    return render_template("account/password_set.html")


@bp.errorhandler(LinkExpiredError)
def explain_link(error: LinkExpiredError) -> ResponseReturnValue:
    """Say that a link works once, and where a new one comes from."""
    return render_template("account/link_expired.html", problem=error), error.status


def _limits() -> RateLimits:
    limits: RateLimits = current_app.extensions["rate_limits"]
    return limits


def _cost() -> Cost:
    settings: Settings = current_app.extensions["settings"]
    return CHEAP if settings.cheap_passwords else Cost()
