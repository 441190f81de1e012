"""Sign one blinded credential per invitation and scope, seeing neither."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy.orm import Session

from survey.credentials.blind_rsa import require_blinded, sign_blinded
from survey.errors import AlreadyUsedError, NoSuchSheetError
from survey.intake import collect, directory_of, find_invitation, visited_cycle_of
from survey.models.cycle import Scope
from survey.models.invitation import Collected, Invitation
from survey.tokens import normalise_code
from survey.vault.keys import sign_key
from survey.vault.pepper import Vault


@dataclass(frozen=True, slots=True)
class Admitted:
    """Whose turn was written down; commit before signing."""

    cycle_id: int
    scope_id: UUID
    blinded: bytes


def admit(
    session: Session,
    vault: Vault,
    code: str,
    scope_id: UUID,
    blinded: bytes,
    *,
    now: datetime,
) -> Admitted:
    """Write down that this invitation collects a credential for this scope.

    The same blinded message may come again, after a lost reply: RSA then gives the same
    signature. Another one may not.

    Raises
    ------
    AlreadyUsedError
        If the invitation was used for this scope in any other way, or all slips of the
        scope were.
    """
    invitation = find_invitation(session, vault.pepper, normalise_code(code))
    cycle = visited_cycle_of(session, invitation, now)
    kept = session.get(Collected, (invitation.id, scope_id))
    if kept is None:
        raise NoSuchSheetError
    require_blinded(blinded, session.get_one(Scope, scope_id).sign_key or b"")
    mark = sha256(blinded).digest()
    if not collect(session, invitation, scope_id, blinded_hash=mark):
        _require_same(session, invitation, scope_id, mark)
    return Admitted(cycle.id, scope_id, blinded)


def _require_same(
    session: Session, invitation: Invitation, scope_id: UUID, mark: bytes
) -> None:
    kept = session.get(Collected, (invitation.id, scope_id), populate_existing=True)
    if kept is None or kept.blinded_hash != mark:
        raise AlreadyUsedError


def sign(vault: Vault, admitted: Admitted) -> bytes:
    """Sign the blinded message of somebody admitted, 256 bytes."""
    key = sign_key(vault.folder, admitted.cycle_id, admitted.scope_id)
    return sign_blinded(key, admitted.blinded)


def directory(session: Session, vault: Vault, code: str) -> tuple[str, ...]:
    """Return every line that the fingerprint of this code's cycle covers."""
    invitation = find_invitation(session, vault.pepper, normalise_code(code))
    return directory_of(session, invitation.cycle_id).lines
