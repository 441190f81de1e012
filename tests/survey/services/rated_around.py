"""A leader who is rated by a team, by peers and by a manager."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from survey.models.cycle import Cycle
from survey.models.people import Person
from survey.plans import CycleText
from survey.services import cycles, nominating
from survey.services.nominating import Viewer
from tests.conftest import DAY, NOON, add_team, pulse_plan, set_up

EARLY = NOON - DAY
LL35 = Path(__file__).parents[3] / "questionnaires/files/ll-35.toml"
TEXTS = (CycleText("ll-35", "1", LL35.read_text(encoding="utf-8")),)
HR = Viewer(None, is_hr=True)


@dataclass(frozen=True)
class Around:
    """Who is who, by person; ``others`` work in another team and report to ``An``."""

    cycle_id: int
    lan: int
    boss: int
    team: tuple[int, ...]
    others: tuple[int, ...]

    @property
    def as_lan(self) -> Viewer:
        return Viewer(self.lan, is_hr=False)

    @property
    def as_boss(self) -> Viewer:
        return Viewer(self.boss, is_hr=False)


def draft_around(session: Session, **plan: object) -> Around:
    """Make a draft about Lan, whose manager is Boss and whose team has six people."""
    set_up(session)
    boss = Person(number="B", name="Boss", email="boss@example.org")
    session.add(boss)
    session.flush()
    lan, an = add_team(session, "Lan", 6), add_team(session, "An", 14)
    session.get_one(Person, lan.leader_id).manager_id = boss.id
    session.flush()
    settings = {"texts": TEXTS, "asks_peers": True, "leader_ids": (lan.leader_id,)}
    made = cycles.create_cycle(session, pulse_plan(**settings | plan), now=EARLY)
    return Around(made.id, lan.leader_id, boss.id, lan.member_ids, an.member_ids)


def name_peers(
    session: Session, around: Around, n: int, *, approve: bool = True
) -> None:
    """Let Lan name so many, and Boss agree."""
    for person in around.others[:n]:
        nominating.name_peer(
            session, around.cycle_id, around.lan, person, around.as_lan, now=EARLY
        )
    if approve:
        nominating.approve_peers(
            session, around.cycle_id, around.lan, around.as_boss, now=EARLY
        )


def cycle_of(session: Session, around: Around) -> Cycle:
    return session.get_one(Cycle, around.cycle_id)
