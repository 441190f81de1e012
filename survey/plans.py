"""What HR decides about a cycle: the plan, its rules, and how a draft keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.catalogue import Catalogue
from questionnaires.model import Form
from reports.policy import K_DEFAULT, K_HIGHEST, K_LOWEST
from survey.errors import N_, NoOrganisationError, SettingsError
from survey.languages import LANGUAGES
from survey.lifecycle import Mode, Retention
from survey.models.cycle import Cycle, CycleInstrument, CycleLeader
from survey.models.people import Organisation, Person
from survey.promise import LEADER, MAY_READ, TALK_PARTNER
from survey.recurrence import Recurrence
from survey.reminders import MOST, may_remind, proposed_reminders

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
    """What HR decides about a cycle; empty ``leader_ids``: every leader.

    Left out, ``release_by`` and ``talk_by`` follow the closing date, ``representative``
    and ``contact`` are the organisation's, and reminders go out as proposed:
    ``n_reminders`` of them, the last ones first. ``readers``: who reads a leader's
    report besides the leader and the person who talks it over with them.
    """

    name: str
    texts: tuple[CycleText, ...]
    opens_at: datetime
    closes_at: datetime
    form: Form = Form.FULL
    k: int = K_DEFAULT
    release_by: datetime | None = None
    talk_by: date | None = None
    languages: tuple[str, ...] = LANGUAGES
    representative: str = ""
    contact: str = ""
    talk_partner: str = ""
    readers: tuple[str, ...] = ()
    server_path_allowed: bool = True
    activates_at: datetime | None = None
    n_reminders: int = MOST
    reminders: tuple[datetime, ...] | None = None
    leader_ids: tuple[int, ...] = ()
    team_depth: int = 1
    asks_peers: bool = False
    asks_manager: bool = False
    retention: Retention = Retention.AGGREGATES
    recurrence: Recurrence = Recurrence.NEVER

    @property
    def deadline(self) -> datetime:
        """When the reports must be released at the latest."""
        return self.release_by or self.closes_at + RELEASE_WITHIN


def check(plan: CyclePlan, *, now: datetime) -> None:
    """Refuse settings that contradict a rule; raises ``SettingsError``."""
    named = (plan.name, plan.representative, plan.contact, plan.talk_partner)
    codes = {kept.code for kept in plan.texts}
    rules = (
        (plan.name.strip(), N_("Give the cycle a name.")),
        (max(map(len, named)) <= LONGEST, N_("A name has at most 200 characters.")),
        (plan.texts, N_("Choose at least one questionnaire.")),
        (len(codes) == len(plan.texts), N_("Choose each questionnaire once.")),
        (plan.languages, N_("Choose at least one language.")),
        (K_LOWEST <= plan.k <= K_HIGHEST, N_("The minimum k must be from 3 to 12.")),
        (plan.team_depth in {1, 2}, N_("Teams reach one level down, or two.")),
        (set(plan.readers) <= set(MAY_READ), N_("Nobody else can be a reader.")),
        *_date_rules(plan, now),
    )
    for holds, problem in rules:
        if not holds:
            raise SettingsError(problem=problem)


def _date_rules(plan: CyclePlan, now: datetime) -> Iterable[tuple[bool, str]]:
    opens, closes = plan.opens_at, plan.closes_at
    yield opens < closes, N_("The form must close after it opens.")
    yield (
        plan.activates_at is None or plan.activates_at < opens,
        N_("The activation day must lie before the form opens."),
    )
    yield closes > now, N_("The closing date is past: choose a later one.")
    yield (
        closes < plan.deadline,
        N_("The release deadline must lie after the closing date."),
    )
    yield (
        plan.talk_by is None or plan.talk_by >= closes.date(),
        N_("Leaders can talk with their teams only after the closing date."),
    )
    yield (
        _are_apart(plan.reminders or (), opens, closes),
        N_(
            "Three reminders at most, each between opening and closing and at least a "
            "day from opening and from the others."
        ),
    )


def _are_apart(
    reminders: Sequence[datetime], opens_at: datetime, closes_at: datetime
) -> bool:
    return all(
        may_remind(at, list(reminders[:n]), opens_at=opens_at, closes_at=closes_at)
        for n, at in enumerate(reminders)
    )


def write(session: Session, cycle: Cycle, plan: CyclePlan) -> None:
    """Let a draft say what a plan says; raises ``NoOrganisationError``.

    What was decided about small teams holds only while the same leaders, the same ``k``
    and the same levels stand there.
    """
    organisation = session.scalar(select(Organisation))
    if organisation is None:
        raise NoOrganisationError
    before = _settled_by(cycle)
    cycle.time_zone = organisation.time_zone
    cycle.representative = plan.representative or organisation.representative
    cycle.contact = plan.contact or organisation.contact
    _write_settings(cycle, plan)
    _write_dates(cycle, plan)
    _write_texts(cycle, plan.texts)
    _write_leaders(session, cycle, plan.leader_ids)
    if before != _settled_by(cycle):
        cycle.decisions = {}


def _settled_by(cycle: Cycle) -> tuple[int, int, set[int]]:
    return cycle.k, cycle.team_depth, {leader.person_id for leader in cycle.leaders}


def _write_settings(cycle: Cycle, plan: CyclePlan) -> None:
    cycle.name = plan.name
    cycle.form = plan.form
    cycle.k = plan.k
    cycle.retention = plan.retention
    cycle.languages = list(plan.languages)
    cycle.talk_partner = plan.talk_partner
    named = {LEADER, *plan.readers} | ({TALK_PARTNER} if plan.talk_partner else set())
    cycle.readers = [one for one in (LEADER, TALK_PARTNER, *MAY_READ) if one in named]
    cycle.server_path_allowed = plan.server_path_allowed
    cycle.team_depth = plan.team_depth
    cycle.asks_peers, cycle.manager_is_named = plan.asks_peers, plan.asks_manager
    cycle.recurrence = plan.recurrence


def _write_dates(cycle: Cycle, plan: CyclePlan) -> None:
    cycle.mode = Mode.ACTIVATION_DAY if plan.activates_at else Mode.ONE_VISIT
    cycle.activates_at = plan.activates_at
    cycle.opens_at, cycle.closes_at = plan.opens_at, plan.closes_at
    cycle.release_by = plan.deadline
    cycle.purge_at = plan.deadline + KEEP_ROSTERS
    cycle.talk_by = plan.talk_by or cycle.day_of(plan.closes_at + TALK_WITHIN)
    reminders = plan.reminders
    if reminders is None:
        reminders = _last(plan.n_reminders, _proposed(cycle))
    cycle.reminders = [at.isoformat() for at in sorted(reminders)]


def _proposed(cycle: Cycle) -> tuple[datetime, ...]:
    return proposed_reminders(cycle.opens_at, cycle.closes_at, cycle.time_zone)


def _last(n: int, moments: tuple[datetime, ...]) -> tuple[datetime, ...]:
    return moments[max(len(moments) - n, 0) :]


def _write_texts(cycle: Cycle, texts: Iterable[CycleText]) -> None:
    cycle.instruments = [
        CycleInstrument(
            position=position,
            code=kept.code,
            version=kept.version,
            text=kept.text,
            sha256=sha256(kept.text.encode()).hexdigest(),
        )
        for position, kept in enumerate(texts)
    ]


def _write_leaders(session: Session, cycle: Cycle, chosen: Sequence[int]) -> None:
    """Keep the rows of those who stay: there is one for each person."""
    kept = {leader.person_id: leader for leader in cycle.leaders}
    cycle.leaders = [
        kept.get(person.id)
        or CycleLeader(
            person_id=person.id,
            name=person.name,
            unit=person.unit.name if person.unit else "",
        )
        for person in leaders(session)
        if not chosen or person.id in chosen
    ]


def leaders(session: Session) -> Sequence[Person]:
    """Return the active people to whom somebody active reports, by name."""
    managing = select(Person.manager_id).where(Person.is_active).distinct()
    return session.scalars(
        select(Person)
        .where(Person.id.in_(managing), Person.is_active)
        .order_by(Person.name, Person.id)
    ).all()


def plan_of(cycle: Cycle) -> CyclePlan:
    """Return the plan that a cycle was made from, as far as it is kept."""
    n_reminders = _n_proposed(cycle)
    return CyclePlan(
        name=cycle.name,
        texts=tuple(CycleText(i.code, i.version, i.text) for i in cycle.instruments),
        opens_at=cycle.opens_at,
        closes_at=cycle.closes_at,
        form=Form(cycle.form),
        k=cycle.k,
        release_by=cycle.release_by,
        talk_by=cycle.talk_by,
        languages=tuple(cycle.languages),
        representative=cycle.representative,
        contact=cycle.contact,
        talk_partner=cycle.talk_partner,
        readers=tuple(one for one in cycle.readers if one in MAY_READ),
        server_path_allowed=cycle.server_path_allowed,
        activates_at=cycle.activates_at,
        n_reminders=MOST if n_reminders is None else n_reminders,
        reminders=tuple(cycle.reminds_at) if n_reminders is None else None,
        leader_ids=tuple(leader.person_id for leader in cycle.leaders),
        team_depth=cycle.team_depth,
        asks_peers=cycle.asks_peers,
        asks_manager=cycle.manager_is_named,
        retention=Retention(cycle.retention),
        recurrence=Recurrence(cycle.recurrence),
    )


def _n_proposed(cycle: Cycle) -> int | None:
    """Return how many of the proposed reminders are planned; none if others are."""
    proposed = _proposed(cycle)
    for n in range(MOST + 1):
        if list(_last(n, proposed)) == cycle.reminds_at:
            return n if n < len(proposed) else MOST
    return None
