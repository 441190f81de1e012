"""Open a scope's box in memory: at closing for reports, at release for kept rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.answers import Comment
from survey.errors import LostVaultError
from survey.intake import misfit
from survey.models.answer import SealedAnswer
from survey.models.cycle import Scope
from survey.vault.keys import box_key, public_bytes
from survey.vault.pepper import Vault
from survey.vault.sealing import unseal


@dataclass(frozen=True, slots=True)
class Opened:
    """One answer as its sender sealed it; nobody could look at it before."""

    points: dict[str, int]
    cannot_say: list[str]
    comments: list[Comment]
    path: Literal["server", "browser"]


_OPENED = TypeAdapter(Opened)


def open_box(session: Session, vault: Vault, scope: Scope) -> Iterator[Opened | None]:
    """Unseal a scope's answers in the order of their random names.

    One that nobody could have given by the form is ``None``, to be counted and set
    aside, so that it cannot hold up the reports of all others.

    Raises
    ------
    LostVaultError
        If the key is gone or another one.
    """
    key = box_key(vault.folder, scope.cycle_id, scope.id)
    if public_bytes(key.public_key()) != scope.box_key:
        raise LostVaultError(folder=str(vault.folder))
    sealed = session.scalars(
        select(SealedAnswer.sealed)
        .where(SealedAnswer.scope_id == scope.id)
        .order_by(SealedAnswer.spent)
    )
    for ciphertext in sealed:
        yield _read(ciphertext, key, scope)


def _read(
    ciphertext: bytes, key: EllipticCurvePrivateKey, scope: Scope
) -> Opened | None:
    try:
        answer = _OPENED.validate_json(unseal(ciphertext, key, scope.id), strict=True)
    except (InvalidTag, ValueError):
        return None
    questions = [comment.question for comment in answer.comments]
    if misfit(scope, answer.points, answer.cannot_say, questions):
        return None
    return answer
