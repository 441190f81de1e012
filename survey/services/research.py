"""Hand out the ratings that a cycle keeps for research, to whoever runs the server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from random import SystemRandom
from secrets import token_hex
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.audit import record
from survey.errors import NoRowsError
from survey.models.kept import KeptRow
from survey.transitions import get_cycle

ID_BYTES = 8


class Rating(NamedTuple):
    """One line of the file; ``value`` is empty for "cannot say"."""

    response_id: str
    item: str
    value: int | None


def export_rows(session: Session, cycle_id: int, *, now: datetime) -> list[Rating]:
    """Return the kept ratings in fresh random order under fresh random names.

    So neither order nor name ties a file to the database or to an earlier file. The
    export is an act of the log.

    Raises
    ------
    NoRowsError
        If the cycle keeps none, or none any more.
    """
    get_cycle(session, cycle_id)
    kept = select(KeptRow.points).where(KeptRow.cycle_id == cycle_id)
    rows = list(session.scalars(kept))
    if not rows:
        raise NoRowsError
    SystemRandom().shuffle(rows)
    record(session, "rows_exported", now=now, cycle_id=cycle_id)
    return [rating for row in rows for rating in _ratings(row)]


def _ratings(row: dict[str, int | None]) -> Iterator[Rating]:
    response_id = token_hex(ID_BYTES)
    return (Rating(response_id, item, value) for item, value in row.items())
