"""What administrators do: accounts and their roles; no results."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.clock import utcnow
from survey.db import reading, transaction
from survey.forms.account import AccountForm
from survey.forms.fields import chosen, text
from survey.roles import Role
from survey.services import accounts
from survey.web import wording
from survey.web.access import for_role

bp = Blueprint("admin", __name__, url_prefix="/admin")
bp.context_processor(wording.helpers)


@bp.get("/")
@for_role(Role.ADMIN)
def list_accounts() -> ResponseReturnValue:
    """Show who may sign in, and as what."""
    with reading() as session:
        found = accounts.list_accounts(session)
    return render_template("admin/accounts.html", accounts=found, roles=wording.ROLES)


@bp.get("/accounts/new")
@for_role(Role.ADMIN)
def new_account() -> ResponseReturnValue:
    """Ask for name, address and roles."""
    return render_template("admin/new_account.html", form=AccountForm())


@bp.post("/accounts/new")
@for_role(Role.ADMIN)
def create_account() -> ResponseReturnValue:
    """Make the account, and mail a link to set its password."""
    form = AccountForm()
    if not form.validate():
        page = render_template("admin/new_account.html", form=form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    now = utcnow()
    with transaction() as session:
        accounts.create_account(
            session,
            text(form.email),
            text(form.name),
            frozenset(Role(role) for role in chosen(form.roles)),
            now=now,
            language=form.language.data,
            by=g.account.account_id,
        )
        accounts.ask_for_password_link(session, text(form.email), now=now)
    return redirect(url_for("admin.list_accounts"), HTTPStatus.SEE_OTHER)


@bp.post("/accounts/link")
@for_role(Role.ADMIN)
def send_link() -> ResponseReturnValue:
    """Mail somebody a link to set a new password."""
    email = request.form.get("email", "")
    with transaction() as session:
        accounts.ask_for_password_link(session, email, now=utcnow())
    return render_template("admin/link_sent.html", email=email)
