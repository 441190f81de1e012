"""A draft is changed again and again, and deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.model import Form
from survey import plans
from survey.errors import LaunchRefusedError, SettingsError
from survey.lifecycle import Mode, Retention
from survey.models.audit import AuditEvent
from survey.models.cycle import Cycle, CycleInstrument, CycleLeader
from survey.models.people import Person, Unit
from survey.recurrence import Recurrence
from survey.services import cycles, launching, watching
from tests.conftest import DAY, NOON, add_team, pulse_plan, set_up
from tests.survey.services.drafting import EARLY, draft, look

OTHER = {
    "name": "Spring",
    "texts": (plans.CycleText("pulse", "1.1", pulse_plan().texts[0].text),),
    "opens_at": NOON + 2 * DAY,
    "closes_at": NOON + 20 * DAY,
    "form": Form.SHORT,
    "k": 7,
    "release_by": NOON + 40 * DAY,
    "talk_by": date(2027, 1, 20),
    "languages": ("vi",),
    "representative": "Chi",
    "contact": "Chi, 102",
    "talk_partner": "Mai, coach",
    "readers": ("hr", "organisation"),
    "server_path_allowed": False,
    "team_depth": 2,
    "asks_peers": True,
    "asks_manager": True,
    "activates_at": NOON + DAY,
    "reminders": (NOON + 5 * DAY, NOON + 9 * DAY),
    "retention": Retention.ROWS,
    "recurrence": Recurrence.YEARLY,
}


def test_every_setting_can_be_changed_in_a_draft(session: Session) -> None:
    cycle = draft(session, {"Lan": 9, "Minh": 9})
    lan = cycle.leaders[0].person_id
    plan = replace(pulse_plan(), **OTHER, leader_ids=(lan,))
    before = plans.plan_of(cycle)
    cycles.change_draft(session, cycle.id, plan, now=EARLY)
    session.expire_all()
    after = plans.plan_of(cycle)
    left = {"n_reminders"}  # only counts while the proposed ones are taken
    fields = set(plans.CyclePlan.__dataclass_fields__) - left
    assert {name for name in fields if getattr(after, name) != getattr(plan, name)} == (
        set()
    )
    alike = {n for n in fields if getattr(after, n) == getattr(before, n)}
    assert alike == set(), "the other plan must differ everywhere"
    assert cycle.mode == Mode.ACTIVATION_DAY
    assert cycle.readers == ["leader", "talk_partner", "hr", "organisation"]


def test_a_draft_can_be_changed_back_and_again(session: Session) -> None:
    cycle = draft(session, {"Lan": 9, "Minh": 9})
    first = plans.plan_of(cycle)
    for _ in range(2):
        other = replace(pulse_plan(), **OTHER, leader_ids=first.leader_ids[:1])
        cycles.change_draft(session, cycle.id, other, now=EARLY)
        cycles.change_draft(session, cycle.id, first, now=EARLY)
    session.expire_all()
    assert plans.plan_of(cycle) == first
    assert len(session.scalars(select(CycleLeader)).all()) == 2
    assert len(session.scalars(select(CycleInstrument)).all()) == 1
    acts = session.scalars(select(AuditEvent.act).order_by(AuditEvent.id)).all()
    assert acts == ["draft_made", *["draft_changed"] * 4]


def test_what_contradicts_a_rule_leaves_the_draft_as_it_was(session: Session) -> None:
    cycle = draft(session, {"Lan": 9})
    before = plans.plan_of(cycle)
    with pytest.raises(SettingsError):
        cycles.change_draft(session, cycle.id, replace(before, k=2), now=EARLY)
    assert plans.plan_of(cycle) == before


@pytest.mark.parametrize("changes", [{"k": 6}, {"leader_ids": ()}])
def test_a_decision_about_small_teams_holds_only_for_these_leaders_and_this_k(
    session: Session, changes: dict[str, object]
) -> None:
    cycle = draft(session, {"Lan": 9, "Minh": 4, "An": 2})
    plan = plans.plan_of(cycle)
    two = replace(plan, leader_ids=tuple(plan.leader_ids[1:]))
    cycles.change_draft(session, cycle.id, two, now=EARLY)
    launching.keep_small_teams(session, cycle.id, now=EARLY)
    cycles.change_draft(session, cycle.id, replace(two, name="X"), now=EARLY)
    assert look(session, cycle).may_launch
    cycles.change_draft(session, cycle.id, replace(two, **changes), now=EARLY)
    assert not look(session, cycle).may_launch


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"languages": ()}, "at least one language"),
        ({"readers": ("manager",)}, "Nobody else can be a reader"),
        ({"talk_partner": "x" * 201}, "at most 200 characters"),
        ({"talk_by": date(2026, 11, 30)}, "only after the closing date"),
        ({"reminders": (NOON - DAY,)}, "Three reminders at most"),
        ({"reminders": (NOON + DAY, NOON + 1.5 * DAY)}, "at least a day"),
        ({"reminders": tuple(NOON + n * DAY for n in (1, 2, 3, 4))}, "at most"),
    ],
)
def test_new_settings_are_checked_in_words(
    session: Session, changes: dict[str, object], problem: str
) -> None:
    set_up(session)
    with pytest.raises(SettingsError, match=problem):
        cycles.create_cycle(session, pulse_plan(**changes), now=EARLY)


@pytest.mark.parametrize("n", range(4))
def test_proposed_reminders_stay_proposed_when_the_dates_move(
    session: Session, n: int
) -> None:
    cycle = draft(session, {"Lan": 9}, closes_at=NOON + 21 * DAY, n_reminders=n)
    plan = plans.plan_of(cycle)
    assert (plan.n_reminders, plan.reminders) == (n, None)
    later = replace(plan, closes_at=NOON + 28 * DAY, release_by=None, talk_by=None)
    before = cycle.reminders
    cycles.change_draft(session, cycle.id, later, now=EARLY)
    assert len(cycle.reminders) == n
    assert n == 0 or cycle.reminders != before


def test_leaders_are_offered_unit_by_unit_the_unitless_last(session: Session) -> None:
    set_up(session)
    plant = Unit(name="Plant")
    session.add(plant)
    for name in ("Lan", "Minh", "An"):
        leader = add_team(session, name, 2).leader_id
        session.get_one(Person, leader).unit = None if name == "An" else plant
    session.flush()
    found = cycles.choices(session, now=NOON).units
    assert [(u.name, [one.name for one in u.leaders]) for u in found] == [
        ("Plant", ["Lan", "Minh"]),
        ("", ["An"]),
    ]


def test_a_deleted_draft_is_seen_nowhere_and_the_log_stays_whole(
    session: Session,
) -> None:
    cycle = draft(session, {"Lan": 9})
    assert cycles.delete_draft(session, cycle.id, now=EARLY) == "Autumn"
    assert watching.list_cycles(session, now=EARLY) == []
    assert session.scalars(select(CycleLeader)).all() == []
    assert session.get(Cycle, cycle.id) is not None
    with pytest.raises(LaunchRefusedError):
        launching.launch_cycle(session, cycle.id, now=EARLY)


def test_reminders_whose_time_is_past_are_not_sent_after_a_late_launch(
    session: Session,
) -> None:
    cycle = draft(session, {"Lan": 9}, reminders=(NOON + DAY, NOON + 3 * DAY))
    launching.launch_cycle(session, cycle.id, now=NOON + 2 * DAY)
    assert cycle.reminds_at == [NOON + 3 * DAY]
