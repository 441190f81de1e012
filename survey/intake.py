"""What every way of sending an answer shares: the invitation, and using it once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine, delete, func, inspect, select, update
from sqlalchemy.orm import Session

from questionnaires.loader import load
from questionnaires.model import Form, Instrument, RaterGroup
from survey.credentials.fingerprint import Directory, directory_line
from survey.errors import (
    CycleClosedError,
    NotOpenYetError,
    UnknownCodeError,
    VaultFolderError,
)
from survey.lifecycle import CycleState, issue_is_open
from survey.models.cycle import Cycle, RosterMember, Scope
from survey.models.invitation import (
    Collected,
    Invitation,
    InvitationKind,
    InvitationSecret,
)
from survey.models.people import Channel
from survey.tokens import new_code
from survey.transitions import get_cycle
from survey.vault.pepper import Pepper


def require_pepper(engine: Engine, folder: Path) -> None:
    """Refuse an empty vault beside a database whose codes were hidden under another.

    Made anew without a word, a pepper would turn every code into an unknown one: a
    vault that is not mounted looks like one that was never made.

    Raises
    ------
    VaultFolderError
        If the pepper is gone while invitations wait.
    """
    if Pepper.file(folder).exists():
        return
    if not inspect(engine).has_table(InvitationSecret.__tablename__):
        return
    with engine.connect() as connection:
        if connection.scalar(select(InvitationSecret.invitation_id).limit(1)) is None:
            return
    engine.dispose()  # nobody will use it any more
    raise VaultFolderError(
        f"the vault {folder} is empty, but people hold codes that were made under "
        "another one: put the folder back as it was, or set HANSEI_VAULT to where it "
        "is. If it is lost for good, make a new key with 32 random bytes in the file "
        f"{Pepper.file(folder)}, start again and abandon the running cycles: their "
        "codes and answers are lost"
    )


def find_invitation(session: Session, pepper: Pepper, secret: str) -> Invitation:
    """Return the invitation of a link's secret or a normalised code.

    Raises
    ------
    UnknownCodeError
        If there is none; whether it was used is never told here.
    """
    kept = session.get(InvitationSecret, pepper.hide(secret))
    invitation = kept and session.get(Invitation, kept.invitation_id)
    if not invitation:
        raise UnknownCodeError
    return invitation


def open_cycle_of(session: Session, invitation: Invitation, now: datetime) -> Cycle:
    """Return the invitation's cycle; refuses before it opens and after it closed."""
    cycle = get_cycle(session, invitation.cycle_id)
    state = cycle.state_at(now)
    if state in {CycleState.LAUNCHING, CycleState.LAUNCHED}:
        raise NotOpenYetError(opens_on=cycle.day_of(cycle.opens_at).isoformat())
    if state is not CycleState.OPEN:
        raise CycleClosedError
    return cycle


def visited_cycle_of(session: Session, invitation: Invitation, now: datetime) -> Cycle:
    """Return the invitation's cycle once answer keys are given or the form is open."""
    cycle = get_cycle(session, invitation.cycle_id)
    state = cycle.state_at(now)
    if issue_is_open(state, cycle.activates_at, now=now):
        return cycle
    if state in {CycleState.LAUNCHING, CycleState.LAUNCHED}:
        opens = cycle.activates_at or cycle.opens_at
        raise NotOpenYetError(opens_on=cycle.day_of(opens).isoformat())
    raise CycleClosedError


def hold_open(session: Session, cycle_id: int) -> None:
    """Let nobody close the cycle before this transaction ends; others may answer."""
    mine = select(Cycle.id).where(Cycle.id == cycle_id)
    session.scalar(mine.with_for_update(read=True))


def directory_of(session: Session, cycle_id: int) -> Directory:
    """Return the public commitment to the keys and rosters of a cycle's scopes."""
    scopes = session.scalars(
        select(Scope).where(Scope.cycle_id == cycle_id, Scope.sign_key.is_not(None))
    )
    return Directory.of(cycle_id, (line_of(scope) for scope in scopes))


def line_of(scope: Scope) -> str:
    """Return the line of one scope in the directory."""
    return directory_line(
        scope.id.hex, scope.sign_key or b"", scope.box_key or b"", scope.roster_hash
    )


def instruments_of(cycle: Cycle) -> tuple[Instrument, ...]:
    """Return the instruments from the texts the cycle keeps."""
    return tuple(_parsed(kept.sha256, kept.text) for kept in cycle.instruments)


@lru_cache(maxsize=64)
def _parsed(sha256: str, text: str) -> Instrument:
    """Read a text once: every page of a cycle asks for it."""
    return load(text, name=sha256)


def misfit(
    scope: Scope,
    points: Mapping[str, int],
    cannot_say: Iterable[str] = (),
    questions: Iterable[str] = (),
) -> str:
    """Return what of an answer the scope is not asked; empty if it fits.

    The forms offer nothing else; what a browser sealed nobody could look at before.
    """
    form, group = Form(scope.cycle.form), RaterGroup(scope.group)
    instruments = [i for i in instruments_of(scope.cycle) if group in i.asked_groups]
    scales = {
        item.code: instrument.response_scale
        for instrument in instruments
        for dimension in instrument.dimensions
        for item in dimension.asked(form)
    }
    for code, point in points.items():
        if code not in scales or not scales[code].low <= point <= scales[code].high:
            return f"{code} = {point}"
    if wrong := next((c for c in cannot_say if c not in scales or c in points), ""):
        return wrong
    left = {question.code for i in instruments for question in i.questions}
    for code in questions:
        if code not in left:
            return code
        left.remove(code)  # whoever writes twice would pass for two people
    return ""


def collect(
    session: Session,
    invitation: Invitation,
    scope_id: UUID,
    *,
    blinded_hash: bytes | None = None,
) -> bool:
    """Use an invitation for a scope; False if it was used before.

    Of two simultaneous uses exactly one wins, by the condition in the statement.
    """
    if invitation.kind == InvitationKind.SLIP and _slips_are_used_up(session, scope_id):
        return False
    free = update(Collected).where(
        Collected.invitation_id == invitation.id,
        Collected.scope_id == scope_id,
        Collected.is_collected.is_(False),
    )
    used = free.values(is_collected=True, blinded_hash=blinded_hash)
    return session.scalar(used.returning(Collected.scope_id)) is not None


def _slips_are_used_up(session: Session, scope_id: UUID) -> bool:
    """Spare slips never raise a scope's answers above its members without e-mail."""
    session.scalar(select(Scope.id).where(Scope.id == scope_id).with_for_update())
    members = (
        select(func.count())
        .select_from(RosterMember)
        .where(RosterMember.scope_id == scope_id, RosterMember.channel == Channel.SLIP)
    )
    used = (
        select(func.count())
        .select_from(Collected)
        .join(Invitation, Invitation.id == Collected.invitation_id)
        .where(
            Collected.scope_id == scope_id,
            Collected.is_collected,
            Invitation.kind == InvitationKind.SLIP,
        )
    )
    return (session.scalar(used) or 0) >= (session.scalar(members) or 0)


def replace_code(
    session: Session, pepper: Pepper, invitation_id: int, *, kind: str
) -> str:
    """Return a fresh code in place of the one of the same mail or slip."""
    session.execute(
        delete(InvitationSecret).where(
            InvitationSecret.invitation_id == invitation_id,
            InvitationSecret.kind == kind,
        )
    )
    code = new_code()
    session.add(
        InvitationSecret(hmac=pepper.hide(code), invitation_id=invitation_id, kind=kind)
    )
    session.flush()
    return code
