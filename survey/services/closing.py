"""Close a cycle: erase who was asked what, open the boxes in memory, store reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.metadata import version

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from questionnaires.model import Form, RaterGroup
from reports.analysis import Analysis, analyse
from reports.answers import AnswerRow, Answers, from_rows
from reports.disclosure import boxes_to_open
from reports.organisation_tree import OrganisationReport
from reports.policy import Policy
from reports.render.as_json import as_json
from reports.tree import CycleFacts, LeaderReport
from survey.errors import LostVaultError
from survey.intake import instruments_of
from survey.jobs import ask_again, enqueue
from survey.lifecycle import CycleState
from survey.mail_queue import REMIND, queue_heads
from survey.models.answer import IdentifiedRating, SealedAnswer
from survey.models.cycle import Cycle, Scope
from survey.models.invitation import (
    Collected,
    Invitation,
    InvitationSecret,
    ReissueRequest,
)
from survey.models.job import Job, JobKind
from survey.models.mail import Mail
from survey.models.people import Organisation
from survey.models.report import ReportSnapshot
from survey.opening import open_box
from survey.transitions import get_cycle, move
from survey.vault.keys import destroy_sign_keys
from survey.vault.pepper import Vault

LEADER, ORGANISATION = "leader", "organisation"
LOOK_AGAIN = timedelta(hours=1)


def close_cycle(session: Session, cycle_id: int, *, now: datetime) -> None:
    """Close the form for good; erase flags, secrets, reminders and open requests.

    Only the numbers per scope stay. Repeating it changes nothing.
    """
    cycle = get_cycle(session, cycle_id)
    if cycle.state == CycleState.LAUNCHED and now >= cycle.opens_at:
        move(session, cycle, CycleState.OPEN, now=now)
    if cycle.state != CycleState.OPEN or now < cycle.closes_at:
        return
    move(session, cycle, CycleState.CLOSED, now=now)
    queue_heads(session, cycle.id, CycleState.CLOSED, now=now)
    _count(session, cycle_id)
    mine = select(Invitation.id).where(Invitation.cycle_id == cycle_id)
    for table in (Collected, InvitationSecret, ReissueRequest):
        session.execute(delete(table).where(table.invitation_id.in_(mine)))
    reminders = Mail.cycle_id == cycle_id, Mail.kind.startswith(REMIND)
    session.execute(
        delete(Job).where(
            Job.kind == JobKind.SEND_MAIL,
            Job.subject_id.in_(select(Mail.id).where(*reminders)),
        )
    )
    session.execute(delete(Mail).where(*reminders))
    ask_again(session, JobKind.BUILD_REPORTS, cycle_id, due_at=now)


def _count(session: Session, cycle_id: int) -> None:
    """Keep per scope how many credentials were given and answers came."""
    credentials = (
        select(func.count())
        .where(Collected.scope_id == Scope.id, Collected.is_collected)
        .scalar_subquery()
    )
    sealed = (
        select(func.count()).where(SealedAnswer.scope_id == Scope.id).scalar_subquery()
    )
    session.execute(
        update(Scope)
        .where(Scope.cycle_id == cycle_id)
        .values(n_credentials=credentials, n_sealed=sealed),
        execution_options={"synchronize_session": "fetch"},
    )


def build_reports(
    session: Session, vault: Vault, cycle_id: int, *, now: datetime
) -> None:
    """Open the needed boxes in memory and store every report; repeatable until release.

    If the keys are gone the cycle is marked, and they are looked for every hour.
    """
    cycle = get_cycle(session, cycle_id)
    if cycle.state_at(now) is not CycleState.CLOSED:
        return
    destroy_sign_keys(vault.folder, cycle_id)
    scopes = session.scalars(select(Scope).where(Scope.cycle_id == cycle_id)).all()
    try:
        analysis = _analyse(session, vault, cycle, scopes)
    except LostVaultError:
        cycle.keys_lost = True
        due = now + LOOK_AGAIN
        key = f"{JobKind.BUILD_REPORTS}:{cycle_id}:{due.isoformat()}"
        enqueue(session, JobKind.BUILD_REPORTS, cycle_id, due_at=due, key=key)
        return
    cycle.keys_lost = False
    _store(session, cycle_id, scopes, analysis)


def _analyse(
    session: Session, vault: Vault, cycle: Cycle, scopes: Iterable[Scope]
) -> Analysis:
    instruments = instruments_of(cycle)
    form = Form(cycle.form)
    counts, invited = Counter[_Key](), Counter[_Key]()
    for scope in scopes:
        invited[_key(scope)] += scope.n_invited
        if RaterGroup(scope.group).is_anonymous:
            counts[_key(scope)] += scope.n_people
    opened = boxes_to_open(counts, cycle.k)
    rows = [
        row
        for scope in scopes
        for row in _rows(session, vault, scope, is_opened=_key(scope) in opened)
    ]
    answers: Answers = from_rows(
        rows,
        tuple(
            i.code for ins in instruments for d in ins.dimensions for i in d.asked(form)
        ),
        invited,
        unread={key: n for key, n in counts.items() if key not in opened},
    )
    return analyse(
        answers,
        instruments,
        form=form,
        policy=Policy(k=cycle.k),
        cycle=_facts(session, cycle),
        names={key: ", ".join(names) for key, names in _leaders(scopes).items()},
        sha256={kept.code: kept.sha256 for kept in cycle.instruments},
        code_version=version("hansei"),
        seed=int(cycle.promise_hash[:8], 16),
        leaders=list(_leaders(scopes)),
        reissued=_reissued(scopes),
    )


def _reissued(scopes: Iterable[Scope]) -> dict[str, int]:
    """Return per report how many credentials were given anew."""
    n: Counter[str] = Counter()
    for scope in scopes:
        n[_key(scope)[0]] += scope.n_reissued
    return n


_Key = tuple[str, RaterGroup]


def _key(scope: Scope) -> _Key:
    """Return in whose report a scope's answers stand, and as whose: see `Scope`."""
    report = f"leader {scope.leader_id}" if scope.merge is None else f"{scope.merge}"
    return report, RaterGroup(scope.group)


def _leaders(scopes: Iterable[Scope]) -> dict[str, list[str]]:
    """Return by report its leaders' names: several where teams are merged."""
    names: dict[str, dict[int, str]] = {}
    for scope in scopes:
        names.setdefault(_key(scope)[0], {})[scope.leader_id] = scope.leader.name
    return {report: sorted(leaders.values()) for report, leaders in names.items()}


def _rows(
    session: Session, vault: Vault, scope: Scope, *, is_opened: bool
) -> Iterator[AnswerRow]:
    """Return what a scope's raters answered; a box that is not needed stays shut."""
    report, group = _key(scope)
    if not group.is_anonymous:
        for rating in session.scalars(
            select(IdentifiedRating).where(IdentifiedRating.scope_id == scope.id)
        ):
            yield AnswerRow(report, group, rating.points, frozenset(rating.cannot_say))
        return
    if not is_opened:
        return
    scope.n_invalid = scope.n_confidential = 0
    for answer in open_box(session, vault, scope):
        if answer is None:
            scope.n_invalid += 1
            continue
        scope.n_confidential += answer.path == "server"
        yield AnswerRow(
            report,
            group,
            answer.points,
            frozenset(answer.cannot_say),
            tuple(answer.comments),
            confidential=answer.path == "server",
        )


def _facts(session: Session, cycle: Cycle) -> CycleFacts:
    organisation = session.scalars(select(Organisation)).one()
    return CycleFacts(
        name=cycle.name,
        organisation=organisation.name,
        k=cycle.k,
        form=cycle.form,
        opened_on=cycle.day_of(cycle.opens_at).isoformat(),
        closed_on=cycle.day_of(cycle.closes_at).isoformat(),
        promise_hash=cycle.promise_hash,
        fingerprint=cycle.fingerprint,
        made_up=organisation.is_made_up,
    )


def _store(
    session: Session, cycle_id: int, scopes: Iterable[Scope], analysis: Analysis
) -> None:
    session.execute(delete(ReportSnapshot).where(ReportSnapshot.cycle_id == cycle_id))
    names = _leaders(scopes)
    for leader_id, key in {scope.leader_id: _key(scope)[0] for scope in scopes}.items():
        together = tuple(names[key]) if len(names[key]) > 1 else ()
        report = replace(analysis.leaders[key], together=together)
        session.add(_snapshot(cycle_id, LEADER, report, leader_id))
    session.add(_snapshot(cycle_id, ORGANISATION, analysis.organisation, None))
    session.flush()


def _snapshot(
    cycle_id: int,
    kind: str,
    report: LeaderReport | OrganisationReport,
    leader_id: int | None,
) -> ReportSnapshot:
    return ReportSnapshot(
        cycle_id=cycle_id, kind=kind, leader_id=leader_id, content=as_json(report)
    )
