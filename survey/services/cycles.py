"""Make drafts of cycles, open what is launched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.catalogue import Catalogue
from questionnaires.model import Form
from reports.policy import K_HIGHEST, K_LOWEST
from survey.audit import record
from survey.errors import N_, SettingsError
from survey.lifecycle import CycleState, Mode, Retention
from survey.models.cycle import (
    Cycle,
    CycleInstrument,
    CycleLeader,
)
from survey.models.people import Organisation, Person
from survey.reminders import MOST, proposed_reminders
from survey.transitions import get_cycle, move, require

RELEASE_WITHIN = timedelta(days=30)
TALK_WITHIN = timedelta(days=21)
KEEP_ROSTERS = timedelta(days=400)
LONGEST = 200


@dataclass(frozen=True, slots=True)
class CycleText:
    """One questionnaire file as the cycle will keep it."""

    code: str
    version: str
    text: str


def text_from(catalogue: Catalogue, code: str) -> CycleText:
    """Return the newest version of a questionnaire; raises ``SettingsError``."""
    versions = [i.version for i in catalogue.instruments() if i.code == code]
    if not versions:
        raise SettingsError(problem=f"There is no questionnaire “{code}”.")
    newest = versions[-1]
    return CycleText(code, newest, catalogue.text_of(code, newest))


@dataclass(frozen=True, slots=True)
class CyclePlan:
    """What HR decides about a new cycle; empty ``leader_ids``: every leader.

    ``n_reminders``: so many of the proposed ones, the last ones first.
    """

    name: str
    texts: tuple[CycleText, ...]
    opens_at: datetime
    closes_at: datetime
    form: Form = Form.FULL
    k: int = 5
    release_by: datetime | None = None
    languages: tuple[str, ...] = ("en", "vi")
    representative: str = ""
    contact: str = ""
    server_path_allowed: bool = True
    activates_at: datetime | None = None
    n_reminders: int = MOST
    leader_ids: tuple[int, ...] = ()
    retention: Retention = Retention.AGGREGATES


def create_cycle(
    session: Session, plan: CyclePlan, *, now: datetime, account_id: int | None = None
) -> Cycle:
    """Make a draft. Nothing is promised and nobody is asked before its launch.

    Raises
    ------
    SettingsError
        If dates or threshold contradict the rules.
    """
    _check(plan, now)
    organisation = session.scalar(select(Organisation))
    if organisation is None:
        raise SettingsError(problem=N_("First name the organisation."))
    release_by = plan.release_by or plan.closes_at + RELEASE_WITHIN
    cycle = Cycle(
        name=plan.name,
        form=plan.form,
        k=plan.k,
        retention=plan.retention,
        languages=list(plan.languages),
        readers=["leader"],
        representative=plan.representative or organisation.representative,
        contact=plan.contact or organisation.contact,
        server_path_allowed=plan.server_path_allowed,
        time_zone=organisation.time_zone,
        mode=Mode.ACTIVATION_DAY if plan.activates_at else Mode.ONE_VISIT,
        activates_at=plan.activates_at,
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
        release_by=release_by,
        purge_at=release_by + KEEP_ROSTERS,
    )
    proposed = proposed_reminders(plan.opens_at, plan.closes_at, cycle.time_zone)
    kept = proposed[len(proposed) - min(plan.n_reminders, len(proposed)) :]
    cycle.reminders = [at.isoformat() for at in kept]
    cycle.talk_by = cycle.day_of(plan.closes_at + TALK_WITHIN)
    cycle.instruments = [
        CycleInstrument(
            position=position,
            code=kept.code,
            version=kept.version,
            text=kept.text,
            sha256=sha256(kept.text.encode()).hexdigest(),
        )
        for position, kept in enumerate(plan.texts)
    ]
    cycle.leaders = [
        CycleLeader(
            person_id=person.id,
            name=person.name,
            unit=person.unit.name if person.unit else "",
        )
        for person in leaders(session)
        if not plan.leader_ids or person.id in plan.leader_ids
    ]
    session.add(cycle)
    session.flush()
    record(session, "draft_made", now=now, account_id=account_id, cycle_id=cycle.id)
    return cycle


def _check(plan: CyclePlan, now: datetime) -> None:
    release_by = plan.release_by or plan.closes_at + RELEASE_WITHIN
    rules = (
        (plan.name.strip(), N_("Give the cycle a name.")),
        (
            max(map(len, (plan.name, plan.representative, plan.contact))) <= LONGEST,
            N_("A name has at most 200 characters."),
        ),
        (plan.texts, N_("Choose at least one questionnaire.")),
        (
            len({kept.code for kept in plan.texts}) == len(plan.texts),
            N_("Choose each questionnaire once."),
        ),
        (
            K_LOWEST <= plan.k <= K_HIGHEST,
            N_("The minimum k must be from 3 to 12."),
        ),
        (plan.opens_at < plan.closes_at, N_("The form must close after it opens.")),
        (
            plan.activates_at is None or plan.activates_at < plan.opens_at,
            N_("The activation day must lie before the form opens."),
        ),
        (plan.closes_at > now, N_("The closing date is past: choose a later one.")),
        (
            plan.closes_at < release_by,
            N_("The release deadline must lie after the closing date."),
        ),
    )
    for holds, problem in rules:
        if not holds:
            raise SettingsError(problem=problem)


def keep_only_reports(session: Session, cycle_id: int, *, now: datetime) -> None:
    """Let a draft keep no single ratings after all."""
    cycle = get_cycle(session, cycle_id)
    require(cycle, CycleState.DRAFT, now=now)
    cycle.retention = Retention.AGGREGATES


def leaders(session: Session) -> Iterable[Person]:
    """Return the active people to whom somebody active reports, by name."""
    managing = select(Person.manager_id).where(Person.is_active).distinct()
    return session.scalars(
        select(Person)
        .where(Person.id.in_(managing), Person.is_active)
        .order_by(Person.name, Person.id)
    ).all()


def open_cycle(session: Session, cycle_id: int, *, now: datetime) -> bool:
    """Open the form when its date has come; False if nothing was to do."""
    cycle = get_cycle(session, cycle_id)
    if cycle.state != CycleState.LAUNCHED or now < cycle.opens_at:
        return False
    move(session, cycle, CycleState.OPEN, now=now)
    return True
