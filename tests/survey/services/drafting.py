"""A draft to try: made, looked at, told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from survey import forecast
from survey.forecast import DryRun
from survey.forecast_rules import PointKind
from survey.models.cycle import Cycle
from survey.services import cycles
from tests.conftest import DAY, NOON, add_team, pulse_plan, set_up

EARLY = NOON - DAY


def draft(session: Session, sizes: dict[str, int], **plan: object) -> Cycle:
    set_up(session)
    for name, size in sizes.items():
        add_team(session, name, size)
    return cycles.create_cycle(session, pulse_plan(**plan), now=EARLY)


def look(session: Session, cycle: Cycle, now: datetime = EARLY) -> DryRun:
    return forecast.dry_run(session, cycle.id, now=now)


def told(run: DryRun, kind: PointKind) -> str:
    return " | ".join(p.text % p.fields for p in run.points if p.kind is kind)
