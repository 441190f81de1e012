"""The made-up bilingual company of `make demo`: one finished cycle and one open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.catalogue import Catalogue
from questionnaires.model import Form, Instrument, RaterGroup
from survey import plans
from survey.demo_people import (
    COMMENTS,
    DOMAIN,
    ORGANISATION,
    TEAMS,
    TeamPlan,
    people_table,
)
from survey.intake import instruments_of, replace_code
from survey.mail import Letter
from survey.models.cycle import Cycle, Scope
from survey.models.invitation import Collected, Invitation
from survey.models.people import Person
from survey.passwords import Cost
from survey.promise import BROWSER, SERVER
from survey.roles import Role
from survey.services import (
    accounts,
    answers,
    confidential,
    cycles,
    importing,
    launching,
    organisation,
    release,
)
from survey.tokens import printed_code
from survey.transitions import get_cycle
from survey.vault.pepper import Vault
from survey.worker import Workshop, run_due

PASSWORD = "made-up-company"  # noqa: S105  # printed on the demo's sign-in page
HR, ADMIN = f"hr@{DOMAIN}", f"admin@{DOMAIN}"
LEADER = f"l05@{DOMAIN}"
SEED = 2026
CANNOT_SAY = 0.04
WRITES = 0.25
WITHOUT_SCRIPT = 9
"""One in so many of the made-up people has no JavaScript."""
_DAY = timedelta(days=1)


class _NoMail:
    """Takes the finished cycle's letters: nobody looks for old mails in a demo."""

    def send(self, letter: Letter) -> None:
        """Do nothing with it."""

    def rest(self) -> None:
        """Nothing is kept open."""


@dataclass(frozen=True, slots=True)
class _Filling:
    """What giving made-up answers to one cycle needs."""

    session: Session
    vault: Vault
    cycle: Cycle
    instruments: tuple[Instrument, ...]
    rng: Random
    now: datetime


def build(shop: Workshop, catalogue: Catalogue, *, now: datetime) -> None:
    """Fill an empty database; the same people and answers each time."""
    rng = Random(SEED)  # noqa: S311  # made-up answers, not secrets
    with shop.sessions.begin() as session:
        _people(session, rng, now)
    quiet = replace(shop, mailer=_NoMail())
    finished = _run(quiet, catalogue, "Spring 2026", now - 75 * _DAY)
    _answer(quiet, finished, rng, 1.0, now - 70 * _DAY)
    run_due(quiet, now=now - 60 * _DAY)
    with shop.sessions.begin() as session:
        release.release_cycle(session, shop.vault, finished, now=now - 58 * _DAY)
    run_due(quiet, now=now - 58 * _DAY)
    opened = _run(shop, catalogue, "Autumn 2026", now - 2 * _DAY)
    _answer(shop, opened, rng, 0.6, now - _DAY)
    run_due(shop, now=now)


def _people(session: Session, rng: Random, now: datetime) -> None:
    organisation.set_up_organisation(
        session,
        ORGANISATION,
        language="vi",
        time_zone="Asia/Ho_Chi_Minh",
        contact=f"Mai Phạm, people@{DOMAIN}",
        representative="Bảo Vũ (works council)",
        is_made_up=True,
    )
    importing.import_people(session, people_table(rng), now=now)
    for email, name, role in (
        (HR, "Mai Phạm", Role.HR),
        (ADMIN, "Quang Đỗ", Role.ADMIN),
    ):
        _account(session, email, name, role, now)
    for person in plans.leaders(session):
        if person.email:
            _account(session, person.email, person.name, Role.LEADER, now)


def _account(
    session: Session, email: str, name: str, role: Role, now: datetime
) -> None:
    accounts.create_account(
        session,
        email,
        name,
        frozenset({role}),
        now=now,
        password=PASSWORD,
        cost=Cost(iterations=1, memory_kib=1024),
    )


def _run(shop: Workshop, catalogue: Catalogue, name: str, opens: datetime) -> int:
    """Bring a cycle from draft to open."""
    early = opens - 3 * _DAY
    plan = plans.CyclePlan(
        name=name,
        texts=tuple(plans.text_from(catalogue, code) for code in ("ll-35", "ps-8")),
        opens_at=opens,
        closes_at=opens + 14 * _DAY,
    )
    with shop.sessions.begin() as session:
        cycle_id = cycles.create_cycle(session, plan, now=early).id
        launching.keep_small_teams(session, cycle_id, now=early)
        launching.launch_cycle(session, cycle_id, now=early)
    run_due(shop, now=early)
    run_due(shop, now=opens)
    return cycle_id


def _answer(
    shop: Workshop, cycle_id: int, rng: Random, turnout: float, now: datetime
) -> None:
    """Let leaders rate themselves and members answer as their team does."""
    with shop.sessions.begin() as session:
        cycle = get_cycle(session, cycle_id)
        filling = _Filling(session, shop.vault, cycle, instruments_of(cycle), rng, now)
        for leader in cycle.leaders:
            person = session.get_one(Person, leader.person_id)
            team = next(t for t in TEAMS if t.leader == person.number)
            if rng.random() < 0.5 + 0.5 * turnout:
                _rate_self(filling, team, person.id)
            for invited in _invited(session, leader.id):
                if rng.random() < team.turnout * turnout:
                    _rate_leader(filling, team, invited)


@dataclass(frozen=True, slots=True)
class _Invited:
    """One right to answer."""

    invitation_id: int
    scope_id: UUID


def _invited(session: Session, leader_id: int) -> list[_Invited]:
    found = session.execute(
        select(Collected.invitation_id, Collected.scope_id)
        .join(Scope, Scope.id == Collected.scope_id)
        .where(Scope.leader_id == leader_id, Scope.group == RaterGroup.TEAM)
        .order_by(Collected.invitation_id)
    )
    return [_Invited(*row) for row in found]


def _rate_self(filling: _Filling, team: TeamPlan, person_id: int) -> None:
    sheet = answers.own_sheet(
        filling.session, filling.cycle.id, person_id, now=filling.now
    )
    answers.keep_rating(
        filling.session,
        sheet,
        _points(filling, team, team.bias),
        [],
        now=filling.now,
    )


def _rate_leader(filling: _Filling, team: TeamPlan, invited: _Invited) -> None:
    points = _points(filling, team, filling.rng.gauss(0, 0.45))
    cannot_say = tuple(c for c in points if filling.rng.random() < CANNOT_SAY)
    answer = confidential.PlainAnswer(
        {code: p for code, p in points.items() if code not in cannot_say},
        cannot_say,
        tuple(_comments(filling.rng)),
        SERVER if invited.invitation_id % WITHOUT_SCRIPT == 0 else BROWSER,
    )
    pepper = filling.vault.pepper
    code = replace_code(filling.session, pepper, invited.invitation_id, kind="demo")
    confidential.keep_confidential_answer(
        filling.session, filling.vault, code, invited.scope_id, answer, now=filling.now
    )


def _points(filling: _Filling, team: TeamPlan, shift: float) -> dict[str, int]:
    """Return points around the team's level: each dimension and item a little off."""
    points = {}
    for instrument in filling.instruments:
        scale = instrument.response_scale
        for dimension in instrument.dimensions:
            own = Random(f"{team.leader}/{dimension.code}").gauss(0, 0.35)  # noqa: S311
            for item in dimension.asked(Form(filling.cycle.form)):
                felt = team.level + own + shift + filling.rng.gauss(0, 0.7)
                point = min(max(round(felt), scale.low), scale.high)
                turned = scale.low + scale.high - point
                points[item.code] = turned if item.reverse_keyed else point
    return points


def _comments(rng: Random) -> Iterator[confidential.PlainComment]:
    for question, texts in COMMENTS.items():
        if rng.random() < WRITES:
            word_for_word = rng.random() < 0.5  # noqa: PLR2004  # one in two
            yield confidential.PlainComment(question, rng.choice(texts), word_for_word)


def employee_code(shop: Workshop, *, now: datetime) -> str:
    """Return a fresh printed code of somebody who has not answered the open cycle."""
    with shop.sessions.begin() as session:
        invitation_id = session.scalar(
            select(Collected.invitation_id)
            .join(Scope, Scope.id == Collected.scope_id)
            .join(Cycle, Cycle.id == Scope.cycle_id)
            .join(Invitation, Invitation.id == Collected.invitation_id)
            .where(
                Cycle.opens_at <= now,
                Cycle.closes_at > now,
                Collected.is_collected.is_(False),
                Invitation.person_id.is_not(None),
            )
            .order_by(Collected.invitation_id.desc())
            .limit(1)
        )
        if invitation_id is None:
            return ""
        code = replace_code(session, shop.vault.pepper, invitation_id, kind="demo")
    return printed_code(code)
