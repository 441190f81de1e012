"""Play the client in memory where there is no JavaScript: seal and keep."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from survey.errors import (
    AnswerRefusedError,
    NoSuchSheetError,
    ServerPathForbiddenError,
)
from survey.intake import (
    collect,
    find_invitation,
    hold_open,
    misfit,
    open_cycle_of,
)
from survey.models.answer import SealedAnswer
from survey.models.cycle import Scope
from survey.models.invitation import Collected
from survey.tokens import normalise_code
from survey.vault.keys import public_key
from survey.vault.pepper import Vault
from survey.vault.sealing import seal


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
    hold_open(session, invitation.cycle_id)
    cycle = open_cycle_of(session, invitation, now)
    if not cycle.server_path_allowed:
        raise ServerPathForbiddenError
    if session.get(Collected, (invitation.id, scope_id)) is None:
        raise NoSuchSheetError
    scope = session.get_one(Scope, scope_id)
    _check(scope, answer)
    text = json.dumps(asdict(answer), ensure_ascii=False, separators=(",", ":"))
    sealed = seal(text.encode(), public_key(scope.box_key or b""), scope_id)
    if not collect(session, invitation, scope_id):
        return False
    spent = secrets.token_bytes(32)
    session.add(SealedAnswer(spent=spent, scope_id=scope_id, sealed=sealed))
    session.flush()
    return True


def _check(scope: Scope, answer: PlainAnswer) -> None:
    """Refuse what the questionnaires do not ask; the form offers nothing else."""
    questions = [comment.question for comment in answer.comments]
    if found := misfit(scope, answer.points, answer.cannot_say, questions):
        raise AnswerRefusedError(found=found)
