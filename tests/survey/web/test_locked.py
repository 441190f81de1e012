"""After the launch no page, service or command changes a setting: field by field."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect

from survey.errors import SurveyError
from survey.forms.draft import CycleForm
from survey.models.cycle import Cycle, CycleInstrument, CycleLeader
from survey.plans import CyclePlan
from survey.roles import Role
from survey.services import cycles, launching
from survey.worker import Workshop
from tests.conftest import NOON, MakeCycle, pulse_plan
from tests.survey.services.test_drafts import OTHER
from tests.survey.web.office import Desk, Office, open_office
from tests.survey.web.test_drafts import RICH
from tests.survey.web.test_hr import SURE, _plan

MAY_CHANGE = {
    "state": "the life of a cycle goes on, by its table of transitions alone",
    "reminders": "reminders may be added while it is open, three at most",
    "closes_at": "the closing date may be moved later while it is open",
    "keys_lost": "says what happened to the vault",
    "released_at": "written down by the release",
    "destruction": "how far destroying is",
    "fingerprint": "made once, when the keys are",
}
"""Columns of a launched cycle that something may write, and why that is right."""

SETS = {
    "plans.py": "writes drafts; both of its callers ask for the state first",
    "services/cycles.py": "drafts only",
    "services/launching.py": "the launch itself fixes them",
}
"""The only modules that assign other columns of a cycle."""

UPDATES = {"transitions.py": 1, "steering.py": 1}
"""Statements that write a cycle's row: its state, and its closing date."""

SURVEY = Path(__file__).parents[3] / "survey"
FROZEN = {column.key for column in inspect(Cycle).columns} - MAY_CHANGE.keys()


@pytest.fixture
def office(app: Flask, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(app, shop, monkeypatch)


@pytest.fixture
def hr(office: Office) -> Desk:
    return office.desk(Role.HR)


def _row(shop: Workshop, cycle_id: int) -> dict[str, object]:
    """Return everything that is fixed: columns, questionnaires, leaders."""
    with shop.sessions() as session:
        cycle = session.get_one(Cycle, cycle_id)
        kept = {name: getattr(cycle, name) for name in FROZEN}
        for table, rows in (
            (CycleInstrument, cycle.instruments),
            (CycleLeader, cycle.leaders),
        ):
            names = [c.key for c in inspect(table).columns if c.key != "hold_until"]
            kept[table.__tablename__] = [[getattr(r, n) for n in names] for r in rows]
        return kept


def _changes() -> Iterator[dict[str, object]]:
    """Yield for each field of the editor something else than what stands there."""
    typed = {"name": "Other", "instruments": ["ps-8 0.1.0"], "contact": "Other, 1"}
    other = RICH | typed | {"representative": "Other"}
    other |= {"opens_at": "2026-12-02T08:00", "closes_at": "2026-12-30T08:00"}
    other |= {"leaders": ["1"], "third_reminder": "2026-12-12T09:30"}
    other |= {"server_path_allowed": ""}
    fields = {
        name for name in vars(CycleForm) if not name.startswith(("_", "validate"))
    }
    fields -= {"has_activation_day", "own_reminders", "chosen_leaders", "moment"}
    assert fields <= other.keys(), "a new field must be tried here too"
    yield from ({name: other[name]} for name in sorted(fields))
    yield other


def test_no_field_of_the_editor_changes_a_launched_cycle(
    hr: Desk, shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    before = _row(shop, cycle_id)
    path = f"/hr/cycles/{cycle_id}"
    assert hr.get(f"{path}/change").status_code == 409
    for change in _changes():
        answer = hr.post(f"{path}/change", **_plan(**change))
        assert answer.status_code == 409, change
        assert _row(shop, cycle_id) == before, change


@pytest.mark.parametrize("state", ["launching", "launched", "open", "closed"])
def test_no_form_of_a_page_changes_a_setting_in_any_state(
    office: Office, shop: Workshop, open_cycle: MakeCycle, state: str
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6, "Minh": 3})
    with shop.sessions.begin() as session:
        session.get_one(Cycle, cycle_id).state = state
    hr = office.desk(Role.HR)
    before = _row(shop, cycle_id)
    everything = _plan(**RICH, **SURE, at="2026-11-27T09:00", name="Autumn")
    for rule in office.app.url_map.iter_rules():
        if "POST" in rule.methods and rule.arguments == {"cycle_id"}:
            with office.app.test_request_context():
                path = office.app.url_for(rule.endpoint, cycle_id=cycle_id)
            hr.post(path, **everything)
            assert _row(shop, cycle_id) == before, path


@pytest.mark.parametrize("name", sorted(CyclePlan.__dataclass_fields__))
def test_no_part_of_a_plan_changes_a_launched_cycle(
    shop: Workshop, open_cycle: MakeCycle, name: str
) -> None:
    other = OTHER | {"n_reminders": 1, "leader_ids": (1,)}
    cycle_id = open_cycle(sizes={"Lan": 6})
    before = _row(shop, cycle_id)
    with pytest.raises(SurveyError), shop.sessions.begin() as session:
        plan = pulse_plan(**{name: other[name]})
        cycles.change_draft(session, cycle_id, plan, now=NOON)
    assert _row(shop, cycle_id) == before


@pytest.mark.parametrize(
    "step",
    [
        cycles.delete_draft,
        cycles.keep_only_reports,
        launching.keep_small_teams,
        launching.launch_cycle,
        launching.leave_out_small_teams,
        launching.show_small_teams_together,
    ],
)
def test_no_decision_about_a_draft_reaches_a_launched_cycle(
    shop: Workshop, open_cycle: MakeCycle, step: object
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6, "Minh": 3})
    before = _row(shop, cycle_id)
    with pytest.raises(SurveyError), shop.sessions.begin() as session:
        step(session, cycle_id, now=NOON)
    assert _row(shop, cycle_id) == before


def _assigned(tree: ast.AST) -> Iterator[str]:
    """Yield what is assigned to an attribute of something called a cycle."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
            targets = [node.target]
        else:
            continue
        for target in targets:
            parts = target.elts if isinstance(target, ast.Tuple) else [target]
            for part in parts:
                if isinstance(part, ast.Attribute) and "cycle" in ast.unparse(
                    part.value
                ):
                    yield part.attr


def test_only_drafts_and_the_launch_assign_what_is_frozen() -> None:
    found = {
        file.relative_to(SURVEY).as_posix()
        for file in SURVEY.rglob("*.py")
        for name in _assigned(ast.parse(file.read_text(encoding="utf-8")))
        if name in FROZEN | {"instruments", "leaders"}
    }
    assert found == SETS.keys()


def test_no_statement_updates_a_column_of_cycles_but_the_state() -> None:
    for file in SURVEY.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        n = text.count("update(Cycle)")
        assert n == UPDATES.get(file.name, 0), file


def test_every_column_that_may_change_is_one_of_a_cycle() -> None:
    assert MAY_CHANGE.keys() <= {column.key for column in inspect(Cycle).columns}
