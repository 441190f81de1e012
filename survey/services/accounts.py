"""Sign in, roles, and passwords."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from survey.audit import record
from survey.errors import LinkExpiredError, PasswordTooShortError, SignInError
from survey.jobs import enqueue
from survey.mail_queue import PASSWORD
from survey.models.account import Account, AccountRole, PasswordLink, SignIn
from survey.models.base import insert_once
from survey.models.job import JobKind
from survey.models.mail import Mail, MailState
from survey.passwords import SHORTEST, Cost, hash_password, is_password
from survey.roles import Role

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)


@cache
def _nobodys_hash() -> str:
    """Stand in for the hash of an unknown account, so that it costs the same time."""
    return hash_password(secrets.token_urlsafe())


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The account behind a request."""

    account_id: int
    person_id: int | None
    name: str
    email: str
    language: str
    roles: frozenset[Role]
    is_fading: bool = False
    """Whether the idle end should be pushed back: at most once a minute."""


def sign_in(session: Session, email: str, password: str, *, now: datetime) -> str:
    """Return the token of a new sign-in.

    Raises
    ------
    SignInError
        If name or password is wrong or the account is switched off; which of them is
        not told, nor by the time it takes.
    """
    account = session.scalar(
        select(Account).where(Account.email == email.strip().lower())
    )
    hashed = (account and account.password_hash) or _nobodys_hash()
    if not is_password(password, hashed) or account is None or not account.is_active:
        raise SignInError
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            token_hash=_hash(token),
            account_id=account.id,
            idle_until=now + IDLE,
            ends_at=now + LONGEST,
        )
    )
    record(session, "signed_in", now=now, account_id=account.id)
    return token


def signed_in(session: Session, token: str, *, now: datetime) -> SignedIn | None:
    """Return the account of a sign-in that is still good."""
    found = session.execute(
        select(Account, SignIn.idle_until)
        .join(SignIn, SignIn.account_id == Account.id)
        .where(
            SignIn.token_hash == _hash(token),
            SignIn.idle_until > now,
            SignIn.ends_at > now,
            Account.is_active,
        )
    ).one_or_none()
    if found is None:
        return None
    account, idle_until = found
    return SignedIn(
        account_id=account.id,
        person_id=account.person_id,
        name=account.name,
        email=account.email,
        language=account.language,
        roles=frozenset(Role(kept.role) for kept in account.roles),
        is_fading=idle_until < now + IDLE - timedelta(minutes=1),
    )


def stay_signed_in(session: Session, token: str, *, now: datetime) -> None:
    """Push the idle end back."""
    session.execute(
        update(SignIn)
        .where(SignIn.token_hash == _hash(token), SignIn.idle_until > now)
        .values(idle_until=now + IDLE)
    )


def sign_out(session: Session, token: str) -> None:
    """End a sign-in."""
    session.execute(delete(SignIn).where(SignIn.token_hash == _hash(token)))


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
    present = {kept.role for kept in account.roles}
    account.roles.extend(AccountRole(role=role) for role in roles - present)
    if password is not None:
        account.password_hash = _checked_hash(password, cost)
    session.flush()
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


def list_accounts(session: Session) -> list[SignedIn]:
    """Return every active account with its roles, by name."""
    accounts = session.scalars(
        select(Account).where(Account.is_active).order_by(Account.name)
    )
    return [
        SignedIn(
            account_id=account.id,
            person_id=account.person_id,
            name=account.name,
            email=account.email,
            language=account.language,
            roles=frozenset(Role(kept.role) for kept in account.roles),
        )
        for account in accounts
    ]


def ask_for_password_link(session: Session, email: str, *, now: datetime) -> None:
    """Ask for a mail with a password link; whether the address is known is not told."""
    account = session.scalar(
        select(Account).where(Account.email == email.strip().lower(), Account.is_active)
    )
    if account is None:
        return
    insert_once(
        session,
        Mail,
        account_id=account.id,
        kind=PASSWORD,
        state=MailState.WAITING,
        attempts=0,
        message_id="",
        last_error="",
    )
    mail_id = session.scalar(
        select(Mail.id)
        .where(Mail.account_id == account.id, Mail.state == MailState.WAITING)
        .order_by(Mail.id.desc())
        .limit(1)
    )
    enqueue(session, JobKind.SEND_MAIL, mail_id or 0, due_at=now)


def password_link_is_good(session: Session, token: str, *, now: datetime) -> bool:
    """Whether a password link may still be used."""
    link = session.get(PasswordLink, _hash(token))
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
    link = session.get(PasswordLink, _hash(token))
    if link is None or link.expires_at <= now:
        raise LinkExpiredError
    account = session.get_one(Account, link.account_id)
    account.password_hash = _checked_hash(password, cost)
    mine = account.id
    session.execute(delete(PasswordLink).where(PasswordLink.account_id == mine))
    session.execute(delete(SignIn).where(SignIn.account_id == mine))
    record(session, "password_set", now=now, account_id=mine)


def _checked_hash(password: str, cost: Cost) -> str:
    if len(password) < SHORTEST:
        raise PasswordTooShortError(shortest=SHORTEST)
    return hash_password(password, cost)


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
