"""A closed cycle large enough to keep rows, made without its mails and reports."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from secrets import token_bytes

from sqlalchemy import select

from questionnaires.model import RaterGroup
from survey.lifecycle import Retention
from survey.models.answer import IdentifiedRating, SealedAnswer
from survey.models.cycle import Scope
from survey.models.kept import KeptRow
from survey.models.report import ReportSnapshot
from survey.services import closing, cycles, launching, release
from survey.services.confidential import PlainAnswer
from survey.vault.keys import public_key
from survey.vault.sealing import seal
from survey.worker import Workshop, run_due
from tests.conftest import DAY, NOON, add_team, pulse_plan, set_up
from tests.survey.services.test_whole_way import CLOSED, LOW

EIGHT = {f"L{n}": 7 for n in range(8)}
"""Teams that are just enough, and their 56 people."""

Answer = Callable[[str, int], PlainAnswer | None]
"""What the nth person of a leader's team sends, if anything."""


def low(_leader: str, _number: int) -> PlainAnswer:
    return PlainAnswer(LOW)


def opened(shop: Workshop, sizes: dict[str, int], **plan: object) -> int:
    """Open a cycle of these teams that promises to keep rows; mail nobody."""
    early, settings = NOON - DAY, {"retention": Retention.ROWS} | plan
    with shop.sessions.begin() as session:
        set_up(session)
        for name, size in sizes.items():
            add_team(session, name, size)
        cycle_id = cycles.create_cycle(session, pulse_plan(**settings), now=early).id
        launching.launch_cycle(session, cycle_id, now=early)
        launching.make_keys(session, shop.vault, cycle_id, now=early)
        cycles.open_cycle(session, cycle_id, now=NOON)
    return cycle_id


def sealed(answer: PlainAnswer, scope: Scope) -> SealedAnswer:
    text = json.dumps(asdict(answer)).encode()
    box = seal(text, public_key(scope.box_key), scope.id)
    return SealedAnswer(spent=token_bytes(32), scope_id=scope.id, sealed=box)


def own_rating(scope: Scope) -> IdentifiedRating:
    person_id = scope.leader.person_id
    return IdentifiedRating(scope_id=scope.id, person_id=person_id, points={"A3": 1})


def closed(
    shop: Workshop,
    answer: Answer = low,
    sizes: dict[str, int] = EIGHT,
    **plan: object,
) -> int:
    """Close a cycle in which people answered so; its one report is a dummy.

    Every leader has rated themselves, in one item.
    """
    cycle_id = opened(shop, sizes, **plan)
    with shop.sessions.begin() as session:
        for scope in session.scalars(select(Scope)).all():
            if scope.group == RaterGroup.SELF:
                session.add(own_rating(scope))
                continue
            sent = (answer(scope.leader.name, n) for n in range(scope.n_invited))
            session.add_all(sealed(given, scope) for given in sent if given)
        session.flush()
        closing.close_cycle(session, cycle_id, now=CLOSED)
        session.add(ReportSnapshot(cycle_id=cycle_id, kind="dummy", content={}))
    return cycle_id


def publish(shop: Workshop, cycle_id: int) -> None:
    with shop.sessions.begin() as session:
        release.release_cycle(session, shop.vault, cycle_id, now=CLOSED)


def released(shop: Workshop, answer: Answer = low, **how: object) -> int:
    """Release such a cycle, and let the worker destroy what remains."""
    cycle_id = closed(shop, answer, **how)
    publish(shop, cycle_id)
    run_due(shop, now=CLOSED)
    return cycle_id


def kept(shop: Workshop) -> list[KeptRow]:
    """Return the rows as the engine hands them out."""
    with shop.sessions() as session:
        return list(session.scalars(select(KeptRow)))
