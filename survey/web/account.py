"""Sign in and out, the second step, set a password, choose one's language."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from survey.clock import utcnow
from survey.config import Settings
from survey.db import reading, transaction
from survey.errors import (
    LinkExpiredError,
    SignInError,
    SurveyError,
    TooManyTriesError,
    WrongCodeError,
)
from survey.forms.account import CodeForm, ForgottenForm, PasswordForm, SignInForm
from survey.forms.fields import text
from survey.languages import LANGUAGES
from survey.passwords import CHEAP, Cost
from survey.rate_limits import RateLimits
from survey.roles import Role
from survey.services import accounts, signing_in
from survey.sign_ins import Begun
from survey.web import access, wording
from survey.web.access import is_local, public, signed_in

bp = Blueprint("account", __name__, url_prefix="/account")
bp.context_processor(wording.helpers)

_HOMES = (
    (Role.HR, "hr.home"),
    (Role.LEADER, "leader.home"),
    (Role.ADMIN, "admin.list_accounts"),
    (Role.REPRESENTATIVE, "representative.list_cycles"),
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
        begun = signing_in.sign_in(session, name, password, now=utcnow())
    _limits().forgive(name)
    return access.enter(begun, form.next.data or "")


@bp.get("/code")
@public
def ask_for_code() -> ResponseReturnValue:
    """Ask whoever showed a password or a link for the second step."""
    form = CodeForm(next=request.args.get("next"))
    return render_template("account/code.html", form=form)


@bp.post("/code")
@public
def take_code() -> ResponseReturnValue:
    """Finish signing in, under a new token."""
    form = CodeForm()
    if not form.validate():
        page = render_template("account/code.html", form=form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    now, waiting = utcnow(), access.token_of_request()
    with reading() as session:
        account_id = signing_in.waiting_account(session, waiting, now=now)
    if account_id is None:
        return redirect(url_for("account.sign_in"), HTTPStatus.SEE_OTHER)
    _limits().count_one_time_code(account_id)
    pepper = current_app.extensions["vault"].pepper
    with transaction() as session:
        token = signing_in.finish_with_code(
            session, pepper, waiting, text(form.code), now=now
        )
    return access.enter(Begun(token, waits_for_code=False), form.next.data or "")


@bp.errorhandler(SignInError)
@bp.errorhandler(TooManyTriesError)
@bp.errorhandler(WrongCodeError)
def ask_again(error: SurveyError) -> ResponseReturnValue:
    """Show the form once more, with what was wrong."""
    template, form = _FORMS.get(request.endpoint or "", _FORMS["account.keep_sign_in"])
    return render_template(template, form=form(), problem=error), error.status


_FORMS: dict[str, tuple[str, type[FlaskForm]]] = {
    "account.keep_sign_in": ("account/sign_in.html", SignInForm),
    "account.take_code": ("account/code.html", CodeForm),
    "account.send_link": ("account/forgotten.html", ForgottenForm),
}


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
