"""Take a code of an authenticator app, or a recovery code, each of them once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from survey.audit import record
from survey.errors import WrongCodeError
from survey.models.account import Account, RecoveryCode
from survey.one_time import secret_of, step_of
from survey.tokens import CODE_LENGTH, normalise_code
from survey.vault.pepper import Pepper


def app_secret(pepper: Pepper, salt: str) -> str:
    """Return the secret that the app keeps; the database alone does not hold it."""
    return secret_of(pepper.hide(f"second factor {salt}"))


def hide_code(pepper: Pepper, account_id: int, code: str) -> bytes:
    """Return the form in which a recovery code is kept."""
    return pepper.hide(f"recovery {account_id} {normalise_code(code)}")


def take_code(
    session: Session, pepper: Pepper, account: Account, code: str, *, now: datetime
) -> None:
    """Use a code up; of two who send the same one at once one is refused.

    Raises
    ------
    WrongCodeError
        If it is wrong, too old, or was used before.
    """
    if len(normalise_code(code)) == CODE_LENGTH:
        _take_recovery_code(session, pepper, account, code, now=now)
        return
    salt = account.one_time_secret
    step = step_of(app_secret(pepper, salt), code, now=now) if salt else None
    if step is None:
        raise WrongCodeError
    unused = update(Account).where(
        Account.id == account.id, Account.one_time_step < step
    )
    if session.scalar(unused.values(one_time_step=step).returning(Account.id)) is None:
        raise WrongCodeError


def _take_recovery_code(
    session: Session, pepper: Pepper, account: Account, code: str, *, now: datetime
) -> None:
    hidden = hide_code(pepper, account.id, code)
    used = delete(RecoveryCode).where(RecoveryCode.code_hash == hidden)
    if session.scalar(used.returning(RecoveryCode.code_hash)) is None:
        raise WrongCodeError
    record(session, "recovery_code_used", now=now, account_id=account.id)
