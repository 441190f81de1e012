"""Open a code: what it stands for, the same whether it was used or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.model import Form, Instrument, RaterGroup
from survey.credentials.fingerprint import Directory
from survey.errors import NoSuchSheetError, NothingToPreviewError
from survey.forecast import dry_run
from survey.intake import (
    directory_of,
    find_invitation,
    instruments_of,
    line_of,
    visited_cycle_of,
)
from survey.lifecycle import CycleState
from survey.models.cycle import Cycle, RosterMember, Scope
from survey.models.invitation import Collected, Invitation
from survey.models.people import Organisation
from survey.promise import PromiseFacts, Together
from survey.raters import teams_of
from survey.tokens import normalise_code
from survey.transitions import get_cycle, require
from survey.vault.pepper import Vault


@dataclass(frozen=True, slots=True)
class Sheet:
    """One leader this code may rate."""

    scope_id: UUID
    leader: str
    group: RaterGroup
    n_invited: int
    roster: tuple[str, ...]
    line: str
    together: Together | None


@dataclass(frozen=True, slots=True)
class Visit:
    """What a code opens; the same whether it was used or not.

    ``holder`` tells invitations apart where a browser keeps something for one of them:
    a device may be shared, and a reminder brings a code of its own.
    """

    holder: str
    cycle_id: int
    cycle: str
    organisation: str
    is_made_up: bool
    languages: tuple[str, ...]
    opens_at: datetime
    closes_at: datetime
    time_zone: str
    talk_by: date | None
    contact: str
    privacy_notice: str
    fingerprint: str
    team_depth: int
    instruments: tuple[Instrument, ...]
    form: Form
    promise: PromiseFacts
    server_path_allowed: bool
    is_open: bool
    sheets: tuple[Sheet, ...]

    def sheet(self, scope_id: UUID) -> Sheet:
        """Return the sheet of a scope; raises ``NoSuchSheetError``."""
        for sheet in self.sheets:
            if sheet.scope_id == scope_id:
                return sheet
        raise NoSuchSheetError


def open_visit(session: Session, vault: Vault, code: str, *, now: datetime) -> Visit:
    """Return what a typed code opens. Reads only: opening counts as nothing."""
    invitation = find_invitation(session, vault.pepper, normalise_code(code))
    cycle = visited_cycle_of(session, invitation, now)
    return _visit(
        session,
        cycle,
        PromiseFacts.from_json(cycle.promise),
        _sheets(session, invitation),
        holder=_holder(vault, invitation),
        is_open=cycle.state_at(now) is CycleState.OPEN,
    )


def _visit(
    session: Session,
    cycle: Cycle,
    promise: PromiseFacts,
    sheets: tuple[Sheet, ...],
    *,
    holder: str,
    is_open: bool,
) -> Visit:
    organisation = session.scalars(select(Organisation)).one()
    return Visit(
        holder=holder,
        cycle_id=cycle.id,
        cycle=cycle.name,
        organisation=organisation.name,
        is_made_up=organisation.is_made_up,
        languages=tuple(cycle.languages),
        opens_at=cycle.opens_at,
        closes_at=cycle.closes_at,
        time_zone=cycle.time_zone,
        talk_by=cycle.talk_by,
        contact=cycle.contact,
        privacy_notice=organisation.privacy_notice,
        fingerprint=cycle.fingerprint,
        team_depth=cycle.team_depth,
        instruments=instruments_of(cycle),
        form=Form(cycle.form),
        promise=promise,
        server_path_allowed=cycle.server_path_allowed,
        is_open=is_open,
        sheets=sheets,
    )


def preview_visit(session: Session, cycle_id: int, *, now: datetime) -> Visit:
    """Return what a rater of the smallest team would open if a draft were launched.

    There is no invitation, no key and no scope behind it: nothing can be sent.

    Raises
    ------
    NothingToPreviewError
        If no leader with a team, or no questionnaire, is chosen.
    """
    cycle = get_cycle(session, cycle_id)
    require(cycle, CycleState.DRAFT, now=now)
    look = dry_run(session, cycle_id, now=now)
    teams = teams_of(session, cycle)
    rated = [ld for ld in look.leaders if ld.n_invited]
    if not rated or not cycle.instruments:
        raise NothingToPreviewError
    smallest = min(rated, key=lambda leader: leader.n_invited)
    roster = next(
        teams[ld.person_id] for ld in cycle.leaders if ld.name == smallest.name
    )
    sheet = Sheet(
        scope_id=UUID(int=0),
        leader=smallest.name,
        group=RaterGroup.TEAM,
        n_invited=smallest.n_invited,
        roster=tuple(person.name for person in roster),
        line="",
        together=smallest.together,
    )
    return _visit(session, cycle, look.promise, (sheet,), holder="", is_open=True)


def _holder(vault: Vault, invitation: Invitation) -> str:
    told = f"device {invitation.cycle_id} {invitation.id}"
    return vault.pepper.hide(told).hex()[:16]


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
            line=line_of(scope),
            together=_together(session, scope),
        )
        for scope in scopes
    )


def _together(session: Session, scope: Scope) -> Together | None:
    """Return the teams with which a scope's answers are shown as one."""
    if scope.merge is None:
        return None
    merged = session.scalars(
        select(Scope).where(
            Scope.cycle_id == scope.cycle_id, Scope.merge == scope.merge
        )
    ).all()
    others = sorted(one.leader.name for one in merged if one != scope)
    return Together(tuple(others), sum(one.n_invited for one in merged))


_DIRECTORIES: dict[str, Directory] = {}
"""The trees of the last cycles, by fingerprint: thousands of keys are read once."""
_MOST_DIRECTORIES = 8


def path_of(session: Session, visit: Visit, sheet: Sheet) -> tuple[str, ...]:
    """Return what leads from a sheet's keys to the fingerprint of its cycle."""
    if visit.fingerprint not in _DIRECTORIES:
        if len(_DIRECTORIES) >= _MOST_DIRECTORIES:
            _DIRECTORIES.clear()
        _DIRECTORIES[visit.fingerprint] = directory_of(session, visit.cycle_id)
    return _DIRECTORIES[visit.fingerprint].path(sheet.line)
