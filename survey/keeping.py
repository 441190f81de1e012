"""At release: keep single ratings for research where the promise says so, or none."""

from __future__ import annotations

from enum import StrEnum
from random import SystemRandom
from secrets import token_bytes

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from questionnaires.model import Form, RaterGroup
from survey.errors import LostVaultError
from survey.intake import instruments_of
from survey.lifecycle import Retention, may_keep_rows
from survey.models.cycle import Cycle, RosterMember, Scope
from survey.models.kept import KeptRow
from survey.opening import Opened, open_box
from survey.vault.pepper import Vault

KEY_BYTES = 16
Row = dict[str, int | None]
"""Item code -> point, or ``None``: cannot say. What was left out is absent."""


class Keeping(StrEnum):
    """What became of the rows; each is an act of the log."""

    KEPT = "rows_kept"
    TOO_FEW = "rows_too_few"
    NO_KEYS = "rows_without_keys"


def keeps_rows(cycle: Cycle) -> bool:
    """Whether raters were promised that rows are kept; a later setting counts not."""
    return cycle.promise.get("retention") == Retention.ROWS


def keep_rows(session: Session, vault: Vault, cycle: Cycle) -> Keeping:
    """Write a cycle's ratings in random order, or none if they are too few.

    Counts alone decide. They are read for this moment only, and lie in no table before
    the transaction that publishes.
    """
    try:
        boxes = _boxes(session, vault, cycle)
    except LostVaultError:
        return Keeping.NO_KEYS
    rows = [row for box in boxes for row in box]
    n_people = len(rows) // max(_most_of_one_person(session, cycle.id), 1)
    if not may_keep_rows(len(boxes), n_people):
        return Keeping.TOO_FEW
    SystemRandom().shuffle(rows)
    keys = sorted(token_bytes(KEY_BYTES) for _ in rows)
    session.execute(
        insert(KeptRow),
        [
            {"id": key, "cycle_id": cycle.id, "points": row}
            for key, row in zip(keys, rows, strict=True)
        ],
    )
    return Keeping.KEPT


def _most_of_one_person(session: Session, cycle_id: int) -> int:
    """Return in how many anonymous groups one person can rate at most."""
    groups = [group for group in RaterGroup if group.is_anonymous]
    each = (
        select(func.count().label("n"))
        .select_from(RosterMember)
        .join(Scope, Scope.id == RosterMember.scope_id)
        .where(Scope.cycle_id == cycle_id, Scope.group.in_(groups))
        .group_by(RosterMember.person_id)
        .subquery()
    )
    return session.scalar(select(func.max(each.c.n))) or 0


def _boxes(session: Session, vault: Vault, cycle: Cycle) -> list[list[Row]]:
    """Return the rows of every anonymous scope in which k or more rated something.

    A smaller one is not opened here, even if its leader's "all raters" needed it.
    """
    codes = _codes(cycle)
    scopes = select(Scope).where(Scope.cycle_id == cycle.id, Scope.n_sealed >= cycle.k)
    boxes = []
    for scope in session.scalars(scopes):
        if not RaterGroup(scope.group).is_anonymous:
            continue
        opened = open_box(session, vault, scope)
        rows = [row for answer in opened if answer and (row := _row(answer, codes))]
        if len(rows) - scope.n_reissued >= cycle.k:  # with a new key one may twice
            boxes.append(rows)
    return boxes


def _codes(cycle: Cycle) -> list[str]:
    form = Form(cycle.form)
    return [
        item.code
        for instrument in instruments_of(cycle)
        for dimension in instrument.dimensions
        for item in dimension.asked(form)
    ]


def _row(answer: Opened, codes: list[str]) -> Row:
    """Return the ratings alone, in the questionnaire's order: a device has its own."""
    given = {**dict.fromkeys(answer.cannot_say), **answer.points}
    return {code: given[code] for code in codes if code in given}
