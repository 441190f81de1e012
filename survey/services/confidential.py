"""Play the client in memory where there is no JavaScript: open a code, seal, keep."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.model import Form, Instrument, RaterGroup
from survey.credentials.fingerprint import SHOWN
from survey.errors import (
    AnswerRefusedError,
    NoSuchSheetError,
    ServerPathForbiddenError,
)
from survey.intake import (
    collect,
    find_invitation,
    instruments_of,
    misfit,
    open_cycle_of,
)
from survey.models.answer import SealedAnswer
from survey.models.cycle import Cycle, RosterMember, Scope
from survey.models.invitation import Collected, Invitation
from survey.models.people import Organisation
from survey.promise import PromiseFacts
from survey.tokens import normalise_code
from survey.vault.keys import public_key
from survey.vault.pepper import Vault
from survey.vault.sealing import seal


@dataclass(frozen=True, slots=True)
class Sheet:
    """One leader this code may rate."""

    scope_id: UUID
    leader: str
    group: RaterGroup
    n_invited: int
    roster: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """What a code opens; the same whether it was used or not."""

    cycle: str
    organisation: str
    is_made_up: bool
    languages: tuple[str, ...]
    closes_at: datetime
    time_zone: str
    talk_by: date | None
    contact: str
    privacy_notice: str
    fingerprint: str
    instruments: tuple[Instrument, ...]
    form: Form
    promise: PromiseFacts
    sheets: tuple[Sheet, ...]

    def sheet(self, scope_id: UUID) -> Sheet:
        """Return the sheet of a scope; raises ``NoSuchSheetError``."""
        for sheet in self.sheets:
            if sheet.scope_id == scope_id:
                return sheet
        raise NoSuchSheetError


@dataclass(frozen=True, slots=True)
class PlainComment:
    """What somebody wrote, and whether it may be shown whatever others wrote."""

    question: str
    text: str
    word_for_word: bool


@dataclass(frozen=True, slots=True)
class PlainAnswer:
    """One rater's answer before it is sealed."""

    points: dict[str, int]
    cannot_say: tuple[str, ...] = ()
    comments: tuple[PlainComment, ...] = ()
    path: str = "server"


def open_visit(session: Session, vault: Vault, code: str, *, now: datetime) -> Visit:
    """Return what a typed code opens. Reads only: opening counts as nothing."""
    invitation = find_invitation(session, vault.pepper, normalise_code(code))
    cycle = open_cycle_of(session, invitation, now)
    if not cycle.server_path_allowed:
        raise ServerPathForbiddenError
    organisation = session.scalars(select(Organisation)).one()
    return Visit(
        cycle=cycle.name,
        organisation=organisation.name,
        is_made_up=organisation.is_made_up,
        languages=tuple(cycle.languages),
        closes_at=cycle.closes_at,
        time_zone=cycle.time_zone,
        talk_by=cycle.talk_by,
        contact=cycle.contact,
        privacy_notice=organisation.privacy_notice,
        fingerprint=cycle.fingerprint[:SHOWN],
        instruments=instruments_of(cycle),
        form=Form(cycle.form),
        promise=PromiseFacts.from_json(cycle.promise),
        sheets=_sheets(session, invitation),
    )


def _sheets(session: Session, invitation: Invitation) -> tuple[Sheet, ...]:
    scopes = session.scalars(
        select(Scope)
        .join(Collected, Collected.scope_id == Scope.id)
        .where(Collected.invitation_id == invitation.id)
        .order_by(Scope.leader_id)
    )
    return tuple(
        Sheet(
            scope_id=scope.id,
            leader=scope.leader.name,
            group=RaterGroup(scope.group),
            n_invited=scope.n_invited,
            roster=tuple(
                session.scalars(
                    select(RosterMember.name)
                    .where(RosterMember.scope_id == scope.id)
                    .order_by(RosterMember.name)
                )
            ),
        )
        for scope in scopes
    )


def keep_confidential_answer(
    session: Session,
    vault: Vault,
    code: str,
    scope_id: UUID,
    answer: PlainAnswer,
    *,
    now: datetime,
) -> bool:
    """Seal one answer in memory and keep it; False if the first answer stands.

    The flag and the sealed answer are written in one transaction and share no key: what
    names the answer is random.
    """
    invitation = find_invitation(session, vault.pepper, normalise_code(code))
    cycle = open_cycle_of(session, invitation, now)
    if not cycle.server_path_allowed:
        raise ServerPathForbiddenError
    if session.get(Collected, (invitation.id, scope_id)) is None:
        raise NoSuchSheetError
    scope = session.get_one(Scope, scope_id)
    _check(cycle, answer)
    text = json.dumps(asdict(answer), ensure_ascii=False, separators=(",", ":"))
    sealed = seal(text.encode(), public_key(scope.box_key or b""), scope_id)
    if not collect(session, invitation, scope_id):
        return False
    spent = secrets.token_bytes(32)
    session.add(SealedAnswer(spent=spent, scope_id=scope_id, sealed=sealed))
    session.flush()
    return True


def _check(cycle: Cycle, answer: PlainAnswer) -> None:
    """Refuse what the questionnaires do not ask; the form offers nothing else."""
    questions = [comment.question for comment in answer.comments]
    if found := misfit(cycle, answer.points, answer.cannot_say, questions):
        raise AnswerRefusedError(found=found)
