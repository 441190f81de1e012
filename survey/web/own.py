"""One's own account: password, second factor, where one is signed in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import segno
from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from markupsafe import Markup

from survey.clock import utcnow
from survey.config import Settings
from survey.db import reading, transaction
from survey.errors import (
    SecondFactorNeededError,
    SurveyError,
    TooManyTriesError,
    WrongCodeError,
    WrongPasswordError,
)
from survey.forms.account import ChangePasswordForm, CodeForm
from survey.forms.fields import text
from survey.passwords import CHEAP, Cost
from survey.rate_limits import RateLimits
from survey.services import accounts, securing, signing_in
from survey.web import access, wording
from survey.web.access import must_have_second_factor, signed_in, token_of_request

bp = Blueprint("own", __name__, url_prefix="/account/own")
bp.context_processor(wording.helpers)


@bp.get("/")
@signed_in
def show_account() -> ResponseReturnValue:
    """Show what protects this account and where it is signed in."""
    return _page()


@bp.post("/password")
@signed_in
def change_password() -> ResponseReturnValue:
    """Change the password; every other sign-in ends."""
    form = ChangePasswordForm()
    if not form.validate():
        return _page(password_form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    _limits().count_sign_in(g.account.email)
    with transaction() as session:
        accounts.change_password(
            session,
            g.account.account_id,
            form.present.data or "",
            form.password.data or "",
            token=token_of_request(),
            now=utcnow(),
            cost=_cost(),
        )
    return _back()


@bp.post("/second-factor")
@signed_in
def begin_setting_up() -> ResponseReturnValue:
    """Draw a new secret and show it."""
    with transaction() as session:
        securing.begin_setting_up(session, g.account.account_id)
    return redirect(url_for("own.show_secret"), HTTPStatus.SEE_OTHER)


@bp.get("/second-factor/new")
@signed_in
def show_secret() -> ResponseReturnValue:
    """Show the secret as a picture for the app, and as text."""
    return _secret_page(CodeForm())


@bp.post("/second-factor/new")
@signed_in
def confirm() -> ResponseReturnValue:
    """Switch the second step on once the app shows the right code."""
    form = CodeForm()
    if not form.validate():
        return _secret_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    _limits().count_one_time_code(g.account.account_id)
    with transaction() as session:
        codes = securing.confirm(
            session,
            _pepper(),
            g.account.account_id,
            text(form.code),
            token=token_of_request(),
            now=utcnow(),
        )
    return render_template("own/recovery_codes.html", codes=codes)


@bp.post("/second-factor/codes")
@signed_in
def renew_codes() -> ResponseReturnValue:
    """Show ten new recovery codes, once."""
    form = CodeForm()
    if not form.validate():
        return _page(code_form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    _limits().count_one_time_code(g.account.account_id)
    with transaction() as session:
        codes = securing.renew_codes(
            session, _pepper(), g.account.account_id, text(form.code), now=utcnow()
        )
    return render_template("own/recovery_codes.html", codes=codes)


@bp.post("/second-factor/off")
@signed_in
def switch_off() -> ResponseReturnValue:
    """Switch the second step off, unless these roles must have it."""
    if must_have_second_factor(g.account):
        raise SecondFactorNeededError
    form = CodeForm()
    if not form.validate():
        return _page(code_form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    _limits().count_one_time_code(g.account.account_id)
    with transaction() as session:
        securing.switch_off(
            session, _pepper(), g.account.account_id, text(form.code), now=utcnow()
        )
    return _back()


@bp.post("/sign-ins/end")
@signed_in
def end_sign_in() -> ResponseReturnValue:
    """End one sign-in, or all the others."""
    key = request.form.get("key", "")
    with transaction() as session:
        if key == "others":
            signing_in.end_others(session, g.account.account_id, token_of_request())
        else:
            signing_in.end_one(session, g.account.account_id, key)
    return _back()


@bp.errorhandler(WrongPasswordError)
@bp.errorhandler(WrongCodeError)
@bp.errorhandler(TooManyTriesError)
def ask_again(error: SurveyError) -> ResponseReturnValue:
    """Show the page once more, with what was wrong."""
    setting_up = request.endpoint == "own.confirm"
    page = _secret_page(CodeForm(), error) if setting_up else _page(problem=error)
    return page, error.status


def _page(
    *,
    password_form: FlaskForm | None = None,
    code_form: FlaskForm | None = None,
    problem: SurveyError | None = None,
) -> str:
    now, mine = utcnow(), g.account.account_id
    with reading() as session:
        seen = accounts.get_account(session, mine)
        running = signing_in.running(session, mine, token_of_request(), now=now)
        n_codes = securing.n_codes_left(session, mine)
    return render_template(
        "own/account.html",
        seen=seen,
        running=running,
        n_codes=n_codes,
        form=password_form or code_form,
        password_form=password_form or ChangePasswordForm(formdata=None),
        code_form=code_form or CodeForm(formdata=None),
        must_have=must_have_second_factor(g.account),
        must_set_up=access.needs_second_factor(g.account),
        problem=problem,
    )


def _secret_page(form: CodeForm, problem: SurveyError | None = None) -> str:
    with reading() as session:
        draft = securing.draft(session, _pepper(), g.account.account_id)
    picture = segno.make_qr(draft.address).svg_inline(
        scale=5, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    return render_template(
        "own/second_factor.html",
        form=form,
        picture=Markup(picture),  # noqa: S704  # made of squares
        secret=draft.secret,
        problem=problem,
    )


def _pepper() -> Any:
    return current_app.extensions["vault"].pepper


def _back() -> ResponseReturnValue:
    return redirect(url_for("own.show_account"), HTTPStatus.SEE_OTHER)


def _limits() -> RateLimits:
    limits: RateLimits = current_app.extensions["rate_limits"]
    return limits


def _cost() -> Cost:
    settings: Settings = current_app.extensions["settings"]
    return CHEAP if settings.cheap_passwords else Cost()
