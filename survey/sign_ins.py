"""Begin a sign-in and end others: what several ways of signing in share."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete
from sqlalchemy.orm import Session

from survey.audit import record
from survey.models.account import Account, SignIn
from survey.roles import Role
from survey.tokens import hash_token

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
TO_TYPE_A_CODE = timedelta(minutes=10)


class Begun(NamedTuple):
    """A sign-in that began; with a second factor it waits for the code."""

    token: str
    waits_for_code: bool


def begin(session: Session, account: Account, *, now: datetime) -> Begun:
    """Begin a sign-in of somebody who showed a password or a link."""
    if account.one_time_secret is None:
        return Begun(begin_fully(session, account, now=now), waits_for_code=False)
    lives = TO_TYPE_A_CODE
    token = _keep(session, account, now, idle=lives, longest=lives, waits=True)
    return Begun(token, waits_for_code=True)


def begin_fully(session: Session, account: Account, *, now: datetime) -> str:
    """Begin a sign-in to which nothing is missing.

    It is written down, but not of people who are only leaders: when they come tells
    when they rate themselves.
    """
    if {kept.role for kept in account.roles} - {Role.LEADER}:
        record(session, "signed_in", now=now, account_id=account.id)
    return _keep(session, account, now, idle=IDLE, longest=LONGEST, waits=False)


def _keep(
    session: Session,
    account: Account,
    now: datetime,
    *,
    idle: timedelta,
    longest: timedelta,
    waits: bool,
) -> str:
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            token_hash=hash_token(token),
            account_id=account.id,
            idle_until=now + idle,
            ends_at=now + longest,
            began_at=now,
            seen_on=now.date(),
            waits_for_code=waits,
        )
    )
    session.flush()
    return token


def end_sign_ins(session: Session, account_id: int, *, but: str = "") -> None:
    """End every sign-in of an account, except the one of the token ``but``."""
    session.execute(
        delete(SignIn).where(
            SignIn.account_id == account_id, SignIn.token_hash != hash_token(but)
        )
    )
