"""Undo the last import of people, as long as nothing depends on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from survey.audit import record
from survey.errors import N_, UndoRefusedError
from survey.import_record import KEPT, KeptImport, forget, kept_import
from survey.people_store import (
    erase_people,
    kept_people,
    used_elsewhere,
    write_people,
)

NOTHING_KEPT = N_("There is no import of the last 14 days.")
CHANGED_SINCE = N_(
    "People were changed after it: import a file that says how they should be."
)
IN_USE = N_(
    "Some of the people it added take part in a cycle or have an account. Import the "
    "file from before: it sets them inactive."
)


@dataclass(frozen=True, slots=True)
class LastImport:
    """What undoing the last import would do; ``obstacle`` says why it cannot be."""

    at: datetime
    n_new: int
    n_changed: int
    n_gone: int
    obstacle: str


def last_import(session: Session, *, now: datetime) -> LastImport | None:
    """Return the import that could be undone, or ``None`` if none is kept."""
    kept = _young(session, now)
    if kept is None:
        return None
    n_new = sum(one.before is None for one in kept.people)
    n_gone = sum(not one.after.is_active for one in kept.people)
    return LastImport(
        at=kept.at,
        n_new=n_new,
        n_changed=len(kept.people) - n_new - n_gone,
        n_gone=n_gone,
        obstacle=_obstacle(session, kept),
    )


def _young(session: Session, now: datetime) -> KeptImport | None:
    kept = kept_import(session)
    return kept if kept and now < kept.at + KEPT else None


def _obstacle(session: Session, kept: KeptImport) -> str:
    people = kept_people(session)
    if any(people.get(one.after.number) != one.after for one in kept.people):
        return CHANGED_SINCE
    return IN_USE if used_elsewhere(session, _new(kept)) else ""


def _new(kept: KeptImport) -> set[str]:
    return {one.after.number for one in kept.people if one.before is None}


def undo_import(
    session: Session, *, now: datetime, account_id: int | None = None
) -> LastImport:
    """Bring everybody back to what they were before the last import.

    People it added are erased again. Cycles that were launched keep the people they
    froze.

    Raises
    ------
    UndoRefusedError
        If there is none, or something depends on it.
    """
    told, kept = last_import(session, now=now), _young(session, now)
    if told is None or kept is None:
        raise UndoRefusedError(problem=NOTHING_KEPT)
    if told.obstacle:
        raise UndoRefusedError(problem=told.obstacle)
    nameless = [
        replace(one.after, email=None) for one in kept.people if one.before is None
    ]
    before = [one.before for one in kept.people if one.before]
    write_people(session, [*before, *nameless])  # first, so that no address is in use
    erase_people(session, _new(kept), set(kept.new_units))
    forget(session)
    record(
        session,
        "import_undone",
        now=now,
        account_id=account_id,
        new=told.n_new,
        changed=told.n_changed,
        gone=told.n_gone,
    )
    return told


def forget_import(session: Session, *, now: datetime) -> None:
    """Erase former names and addresses once their import can no longer be undone."""
    forget(session, before=now - KEPT)
