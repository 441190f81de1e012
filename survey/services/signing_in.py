"""Sign in by password or link; the second factor; one's sign-ins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from secrets import token_urlsafe

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from survey.errors import LinkExpiredError, SignInError
from survey.models.account import Account, SignIn, SignInLink
from survey.passwords import hash_password, is_password
from survey.roles import Role
from survey.second_factor import take_code
from survey.sign_ins import IDLE, Begun, begin, begin_fully, end_sign_ins
from survey.tokens import hash_token
from survey.vault.pepper import Pepper


@cache
def _nobodys_hash() -> str:
    """Stand in for the hash of an unknown account, so that it costs the same time."""
    return hash_password(token_urlsafe())


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The account behind a request."""

    account_id: int
    person_id: int | None
    name: str
    email: str
    language: str
    roles: frozenset[Role]
    has_second_factor: bool
    is_fading: bool
    """Whether the idle end should be pushed back: at most once a minute."""


@dataclass(frozen=True, slots=True)
class Running:
    """One sign-in of an account: ``key`` names it and opens nothing."""

    key: str
    began_at: datetime
    seen_on: date
    is_this: bool


def sign_in(session: Session, email: str, password: str, *, now: datetime) -> Begun:
    """Return the token of a new sign-in, which may still wait for a code.

    Raises
    ------
    SignInError
        If name or password is wrong or the account is switched off; which of them is
        not told, nor by the time it takes.
    """
    account = _account_of(session, email)
    hashed = (account and account.password_hash) or _nobodys_hash()
    if not is_password(password, hashed) or account is None or not account.is_active:
        raise SignInError
    return begin(session, account, now=now)


def sign_in_by_link(session: Session, token: str, *, now: datetime) -> Begun:
    """Use a sign-in link up; of two who try at once one is refused.

    Raises
    ------
    LinkExpiredError
        If it was used, is too old, or the account may no longer sign in so.
    """
    used = delete(SignInLink).where(
        SignInLink.token_hash == hash_token(token), SignInLink.expires_at > now
    )
    account_id = session.scalar(used.returning(SignInLink.account_id))
    account = session.get(Account, account_id) if account_id else None
    if account is None or not account.may_use_sign_in_link:
        raise LinkExpiredError
    session.execute(delete(SignInLink).where(SignInLink.account_id == account.id))
    return begin(session, account, now=now)


def link_is_good(session: Session, token: str, *, now: datetime) -> bool:
    """Whether a sign-in link may still be used; looking does not use it up."""
    link = session.get(SignInLink, hash_token(token))
    return link is not None and link.expires_at > now


def waiting_account(session: Session, token: str, *, now: datetime) -> int | None:
    """Return whose sign-in waits for a code."""
    return session.scalar(
        select(SignIn.account_id).where(
            SignIn.token_hash == hash_token(token),
            SignIn.waits_for_code,
            SignIn.ends_at > now,
        )
    )


def finish_with_code(
    session: Session, pepper: Pepper, token: str, code: str, *, now: datetime
) -> str:
    """Return the token of the full sign-in; the waiting one ends.

    Raises
    ------
    LinkExpiredError
        If nothing waits: it took too long.
    WrongCodeError
        If the code is wrong or was used before.
    """
    account_id = waiting_account(session, token, now=now)
    account = session.get(Account, account_id) if account_id else None
    if account is None or not account.is_active:
        raise SignInError
    take_code(session, pepper, account, code, now=now)
    sign_out(session, token)
    return begin_fully(session, account, now=now)


def signed_in(session: Session, token: str, *, now: datetime) -> SignedIn | None:
    """Return the account of a sign-in that is still good and waits for nothing."""
    found = session.execute(
        select(Account, SignIn.idle_until)
        .join(SignIn, SignIn.account_id == Account.id)
        .where(
            SignIn.token_hash == hash_token(token),
            SignIn.idle_until > now,
            SignIn.ends_at > now,
            SignIn.waits_for_code.is_(False),
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
        has_second_factor=account.one_time_secret is not None,
        is_fading=idle_until < now + IDLE - timedelta(minutes=1),
    )


def stay_signed_in(session: Session, token: str, *, now: datetime) -> None:
    """Push the idle end back, and note the day."""
    session.execute(
        update(SignIn)
        .where(SignIn.token_hash == hash_token(token), SignIn.idle_until > now)
        .values(idle_until=now + IDLE, seen_on=now.date())
    )


def sign_out(session: Session, token: str) -> None:
    """End a sign-in."""
    session.execute(delete(SignIn).where(SignIn.token_hash == hash_token(token)))


def running(
    session: Session, account_id: int, token: str, *, now: datetime
) -> list[Running]:
    """Return the sign-ins of an account that are still good, the newest first."""
    mine = select(SignIn).where(
        SignIn.account_id == account_id,
        SignIn.idle_until > now,
        SignIn.ends_at > now,
        SignIn.waits_for_code.is_(False),
    )
    return [
        Running(
            key=kept.token_hash.hex(),
            began_at=kept.began_at,
            seen_on=kept.seen_on,
            is_this=kept.token_hash == hash_token(token),
        )
        for kept in session.scalars(mine.order_by(SignIn.began_at.desc()))
    ]


def end_one(session: Session, account_id: int, key: str) -> None:
    """End one sign-in of this account; a key of somebody else's ends nothing."""
    kept = {
        hashed.hex(): hashed
        for hashed in session.scalars(
            select(SignIn.token_hash).where(SignIn.account_id == account_id)
        )
    }
    session.execute(delete(SignIn).where(SignIn.token_hash == kept.get(key)))


def end_others(session: Session, account_id: int, token: str) -> None:
    """End every sign-in of this account but the one of ``token``."""
    end_sign_ins(session, account_id, but=token)


def _account_of(session: Session, email: str) -> Account | None:
    return session.scalar(select(Account).where(Account.email == email.strip().lower()))
