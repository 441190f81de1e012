"""Accounts and their roles, invitations, passwords and the links to set them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from survey.audit import record
from survey.errors import (
    LinkExpiredError,
    NotFoundError,
    OwnAccountError,
    PasswordTooShortError,
    WrongPasswordError,
)
from survey.mail_queue import PASSWORD, SIGN_IN, WELCOME, queue_account_mail
from survey.models.account import Account, AccountRole, PasswordLink, SignInLink
from survey.passwords import SHORTEST, Cost, hash_password, is_password
from survey.roles import Role
from survey.sign_ins import end_sign_ins
from survey.tokens import hash_token


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """One account as an administrator sees it."""

    id: int
    name: str
    email: str
    language: str
    roles: frozenset[Role]
    is_active: bool
    has_password: bool
    has_second_factor: bool


def create_account(
    session: Session,
    email: str,
    name: str,
    roles: frozenset[Role],
    *,
    now: datetime,
    password: str | None = None,
    language: str = "en",
    cost: Cost = Cost(),  # noqa: B008  # frozen
    by: int | None = None,
) -> Account:
    """Make an account, or give an existing one these roles as well."""
    address = email.strip().lower()
    account = session.scalar(select(Account).where(Account.email == address))
    if account is None:
        account = Account(email=address, name=name, language=language)
        session.add(account)
    missing = roles - {kept.role for kept in account.roles}
    account.roles.extend(AccountRole(role=role) for role in sorted(missing))
    if password is not None:
        account.password_hash = _checked_hash(password, cost)
    session.flush()
    if missing or password is not None:
        end_sign_ins(session, account.id)
    record(
        session,
        "account_made",
        now=now,
        account_id=by,
        account=account.id,
        roles=", ".join(sorted(roles)),
    )
    return account


def choose_language(session: Session, account_id: int, language: str) -> None:
    """Keep the language in which somebody reads pages and mails of their account."""
    session.execute(
        update(Account).where(Account.id == account_id).values(language=language)
    )


def invite(
    session: Session,
    email: str,
    name: str,
    roles: frozenset[Role],
    *,
    now: datetime,
    language: str,
    by: int,
) -> None:
    """Make an account, or give one more roles, and mail a link that opens it."""
    account = create_account(
        session, email, name, roles, now=now, language=language, by=by
    )
    if account.password_hash is None:
        queue_account_mail(session, account.id, WELCOME, now=now)


def list_accounts(session: Session) -> list[AccountSeen]:
    """Return every account, those that are switched off last."""
    order = Account.is_active.desc(), Account.name, Account.id
    return [
        _seen(account) for account in session.scalars(select(Account).order_by(*order))
    ]


def get_account(session: Session, account_id: int) -> AccountSeen:
    """Return one account; raises ``NotFoundError``."""
    return _seen(_get(session, account_id))


def change_roles(
    session: Session,
    account_id: int,
    roles: frozenset[Role],
    *,
    is_active: bool,
    now: datetime,
    by: int,
) -> None:
    """Give an account exactly these roles, or switch it off; its sign-ins end.

    Raises
    ------
    OwnAccountError
        If administrators would lock themselves out: one must always be left.
    """
    account = _get(session, account_id)
    if account_id == by and not (is_active and Role.ADMIN in roles):
        raise OwnAccountError
    if roles == _seen(account).roles and is_active == account.is_active:
        return
    account.roles = [kept for kept in account.roles if kept.role in roles]
    missing = roles - {kept.role for kept in account.roles}
    account.roles.extend(AccountRole(role=role) for role in sorted(missing))
    account.is_active = is_active
    session.flush()
    _end_everything(session, account_id)
    record(
        session,
        "roles_changed" if is_active else "account_off",
        now=now,
        account_id=by,
        account=account.id,
        roles=", ".join(sorted(roles)),
    )


def ask_for_password_link(session: Session, email: str, *, now: datetime) -> None:
    """Ask for a mail with a password link; whether the address is known is not told."""
    account = _active(session, email)
    if account is not None:
        queue_account_mail(session, account.id, PASSWORD, now=now)


def ask_for_sign_in_link(session: Session, email: str, *, now: datetime) -> None:
    """Ask for a mail by which a leader signs in; whether there is one is not told."""
    account = _active(session, email)
    if account is not None and account.may_use_sign_in_link:
        queue_account_mail(session, account.id, SIGN_IN, now=now)


def password_link_is_good(session: Session, token: str, *, now: datetime) -> bool:
    """Whether a password link may still be used."""
    link = session.get(PasswordLink, hash_token(token))
    return link is not None and link.expires_at > now


def set_password(
    session: Session,
    token: str,
    password: str,
    *,
    now: datetime,
    cost: Cost = Cost(),  # noqa: B008  # frozen
) -> None:
    """Set a password by its link; the link and every running sign-in end.

    Raises
    ------
    LinkExpiredError
        If the link was used or is too old.
    PasswordTooShortError
        If the password has too few characters.
    """
    link = session.get(PasswordLink, hash_token(token))
    if link is None or link.expires_at <= now:
        raise LinkExpiredError
    account = session.get_one(Account, link.account_id)
    account.password_hash = _checked_hash(password, cost)
    mine = account.id
    _end_everything(session, mine)
    record(session, "password_set", now=now, account_id=mine)


def change_password(
    session: Session,
    account_id: int,
    present: str,
    new: str,
    *,
    token: str,
    now: datetime,
    cost: Cost = Cost(),  # noqa: B008  # frozen
) -> None:
    """Change one's own password; every sign-in but that of ``token`` ends.

    Raises
    ------
    WrongPasswordError
        If the present one is wrong, so that a borrowed browser cannot do it.
    """
    account = _get(session, account_id)
    hashed = account.password_hash
    if hashed is None or not is_password(present, hashed):
        raise WrongPasswordError
    account.password_hash = _checked_hash(new, cost)
    _end_everything(session, account_id, but=token)
    record(session, "password_set", now=now, account_id=account_id)


def _end_everything(session: Session, account_id: int, *, but: str = "") -> None:
    """End sign-ins and the links that would begin others."""
    for table in (PasswordLink, SignInLink):
        session.execute(delete(table).where(table.account_id == account_id))
    end_sign_ins(session, account_id, but=but)


def _get(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id)
    if account is None:
        raise NotFoundError
    return account


def _active(session: Session, email: str) -> Account | None:
    mine = Account.email == email.strip().lower(), Account.is_active
    return session.scalar(select(Account).where(*mine))


def _seen(account: Account) -> AccountSeen:
    return AccountSeen(
        id=account.id,
        name=account.name,
        email=account.email,
        language=account.language,
        roles=frozenset(Role(kept.role) for kept in account.roles),
        is_active=account.is_active,
        has_password=account.password_hash is not None,
        has_second_factor=account.one_time_secret is not None,
    )


def _checked_hash(password: str, cost: Cost) -> str:
    if len(password) < SHORTEST:
        raise PasswordTooShortError(shortest=SHORTEST)
    return hash_password(password, cost)
