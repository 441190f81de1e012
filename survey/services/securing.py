"""Set a second factor up, switch it off, reset it for somebody else."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from survey.audit import record
from survey.errors import NotFoundError, OwnAccountError, WrongCodeError
from survey.models.account import Account, RecoveryCode
from survey.models.base import insert_once
from survey.one_time import address_of, step_of
from survey.second_factor import app_secret, hide_code, take_code
from survey.sign_ins import end_sign_ins
from survey.tokens import new_code, printed_code
from survey.vault.pepper import Pepper

N_RECOVERY_CODES = 10


class Draft(NamedTuple):
    """What an app must learn: a secret to type, or an address to read as a picture."""

    secret: str
    address: str


def begin_setting_up(session: Session, account_id: int) -> None:
    """Draw a new secret; until it is confirmed nothing changes."""
    account = session.get_one(Account, account_id)
    account.one_time_draft = secrets.token_hex(16)


def draft(session: Session, pepper: Pepper, account_id: int) -> Draft:
    """Return what the app must learn; raises ``NotFoundError`` if nothing was begun."""
    account = session.get_one(Account, account_id)
    if account.one_time_draft is None:
        raise NotFoundError
    secret = app_secret(pepper, account.one_time_draft)
    return Draft(secret, address_of(secret, account.email))


def confirm(
    session: Session,
    pepper: Pepper,
    account_id: int,
    code: str,
    *,
    token: str,
    now: datetime,
) -> list[str]:
    """Switch the second factor on, end the other sign-ins; return recovery codes.

    Raises
    ------
    WrongCodeError
        If the app shows another code: nothing changes.
    """
    account = session.get_one(Account, account_id)
    known = draft(session, pepper, account_id)
    step = step_of(known.secret, code, now=now)
    if step is None:
        raise WrongCodeError
    account.one_time_secret, account.one_time_draft = account.one_time_draft, None
    account.one_time_step = step
    record(session, "second_factor_on", now=now, account_id=account_id)
    end_sign_ins(session, account_id, but=token)
    return _new_codes(session, pepper, account_id)


def renew_codes(
    session: Session, pepper: Pepper, account_id: int, code: str, *, now: datetime
) -> list[str]:
    """Return ten new recovery codes for a code of the app; the old ones are void."""
    account = session.get_one(Account, account_id)
    take_code(session, pepper, account, code, now=now)
    record(session, "recovery_codes_made", now=now, account_id=account_id)
    return _new_codes(session, pepper, account_id)


def switch_off(
    session: Session, pepper: Pepper, account_id: int, code: str, *, now: datetime
) -> None:
    """Do without a second factor; needs a code, so that a borrowed browser cannot."""
    account = session.get_one(Account, account_id)
    take_code(session, pepper, account, code, now=now)
    _forget(session, account)
    record(session, "second_factor_off", now=now, account_id=account_id)


def reset(
    session: Session, account_id: int, *, now: datetime, by: int | None = None
) -> None:
    """Take the second factor off somebody who lost app and codes; sign-ins end.

    Raises
    ------
    OwnAccountError
        If somebody wants to do it for themselves.
    """
    account = session.get(Account, account_id)
    if account is None:
        raise NotFoundError
    if by == account_id:
        raise OwnAccountError
    _forget(session, account)
    end_sign_ins(session, account_id)
    record(session, "second_factor_reset", now=now, account_id=by, account=account_id)


def reset_by_email(session: Session, email: str, *, now: datetime) -> None:
    """Reset from the command line; raises ``NotFoundError``."""
    wanted = select(Account.id).where(Account.email == email.strip().lower())
    reset(session, session.scalar(wanted) or 0, now=now)


def n_codes_left(session: Session, account_id: int) -> int:
    """Return how many recovery codes were not used yet."""
    mine = select(func.count()).where(RecoveryCode.account_id == account_id)
    return session.scalar(mine) or 0


def _new_codes(session: Session, pepper: Pepper, account_id: int) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = [new_code() for _ in range(N_RECOVERY_CODES)]
    for code in codes:
        hidden = hide_code(pepper, account_id, code)
        insert_once(session, RecoveryCode, code_hash=hidden, account_id=account_id)
    return [printed_code(code) for code in codes]


def _forget(session: Session, account: Account) -> None:
    account.one_time_secret = account.one_time_draft = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
