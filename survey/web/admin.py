"""What administrators do: accounts and their roles; no results."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.clock import utcnow
from survey.db import reading, transaction
from survey.forms.account import AccountForm, RolesForm
from survey.forms.fields import chosen, text
from survey.roles import Role
from survey.services import accounts, securing
from survey.services.accounts import AccountSeen
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
    with transaction() as session:
        accounts.invite(
            session,
            text(form.email),
            text(form.name),
            frozenset(Role(role) for role in chosen(form.roles)),
            now=utcnow(),
            language=form.language.data,
            by=g.account.account_id,
        )
    return _back()


@bp.get("/accounts/<int:account_id>")
@for_role(Role.ADMIN)
def show_account(account_id: int) -> ResponseReturnValue:
    """Show one account with its roles."""
    with reading() as session:
        seen = accounts.get_account(session, account_id)
    form = RolesForm(data={"roles": sorted(seen.roles), "is_active": seen.is_active})
    return _account_page(seen, form)


@bp.post("/accounts/<int:account_id>")
@for_role(Role.ADMIN)
def change_roles(account_id: int) -> ResponseReturnValue:
    """Give an account other roles or switch it off; its sign-ins end."""
    form = RolesForm()
    if not form.validate():
        with reading() as session:
            seen = accounts.get_account(session, account_id)
        return _account_page(seen, form), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as session:
        accounts.change_roles(
            session,
            account_id,
            frozenset(Role(role) for role in chosen(form.roles)),
            is_active=bool(form.is_active.data),
            now=utcnow(),
            by=g.account.account_id,
        )
    return _back()


@bp.post("/accounts/<int:account_id>/second-factor")
@for_role(Role.ADMIN)
def reset_second_factor(account_id: int) -> ResponseReturnValue:
    """Take the second step off somebody who lost app and recovery codes."""
    with transaction() as session:
        securing.reset(session, account_id, now=utcnow(), by=g.account.account_id)
    return redirect(
        url_for("admin.show_account", account_id=account_id), HTTPStatus.SEE_OTHER
    )


@bp.post("/accounts/link")
@for_role(Role.ADMIN)
def send_link() -> ResponseReturnValue:
    """Mail somebody a link to set a new password."""
    email = request.form.get("email", "")
    with transaction() as session:
        accounts.ask_for_password_link(session, email, now=utcnow())
    return render_template("admin/link_sent.html", email=email)


def _account_page(seen: AccountSeen, form: RolesForm) -> str:
    return render_template("admin/account.html", seen=seen, form=form)


def _back() -> ResponseReturnValue:
    return redirect(url_for("admin.list_accounts"), HTTPStatus.SEE_OTHER)
