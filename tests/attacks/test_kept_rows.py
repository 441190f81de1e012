"""The attacker holds the kept rows, the files around them and every report."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import select, text

from survey.models.cycle import CycleLeader, Scope
from survey.models.invitation import Invitation
from survey.models.kept import KeptRow
from survey.services import release
from survey.services.confidential import PlainAnswer, PlainComment
from survey.worker import Workshop, run_due
from tests.attacks.rebuild import rebuild, seen_through_the_gate
from tests.attacks.test_what_the_files_tell import CANARY, database_files, is_in
from tests.conftest import status_of
from tests.survey.services.large import closed, kept, publish, released
from tests.survey.services.test_whole_way import CLOSED, LOW

ITEMS = ("A1", "A2", "A3", "G1", "G2")
UNLIKE = [
    PlainAnswer(dict(zip(ITEMS, points, strict=True)))
    for points in itertools.product((1, 2, 3, 4, 5), repeat=5)
]
"""Answers of which no two are alike, in the order of their points."""


def in_turn(leader: str, number: int) -> PlainAnswer:
    """Return somebody's own answer: teams and people follow each other."""
    return UNLIKE[int(leader[1:]) * 7 + number]


def places(shop: Workshop) -> list[int]:
    """Say for each row, in the order of the engine's file, whose answer it is."""
    where = "" if shop.engine.dialect.name == "sqlite" else " ORDER BY ctid"
    query = text(f"SELECT points FROM kept_row{where}")  # ours
    with shop.engine.connect() as connection:
        found = connection.execute(query).scalars().all()
    rows = [json.loads(row) if isinstance(row, str) else row for row in found]
    return [UNLIKE.index(PlainAnswer(row)) for row in rows]


def n_beside(order: list[int]) -> int:
    """Count neighbours who are of one team."""
    return sum(a // 7 == b // 7 for a, b in itertools.pairwise(order))


def test_neither_place_nor_transaction_of_a_row_tells_a_person_or_a_team(
    shop: Workshop,
) -> None:
    """In chance's order 6 of the 55 neighbours are of one team; 20 never come."""
    publish(shop, closed(shop, in_turn))
    order = places(shop)
    assert sorted(order) == list(range(56))
    assert n_beside(order) < 20
    assert sum(place == owner for place, owner in enumerate(order)) < 12
    if shop.engine.dialect.name == "postgresql":
        with shop.engine.connect() as connection:
            marks = text("SELECT count(DISTINCT xmin::text) FROM kept_row")
            assert connection.execute(marks).scalar_one() == 1


def test_rows_are_written_in_the_order_of_their_random_names(shop: Workshop) -> None:
    publish(shop, closed(shop, in_turn))
    names = [row.id for row in kept(shop)]
    assert names == sorted(names)
    assert len(set(names)) == 56


def test_a_row_holds_no_trace_of_device_path_or_comment(shop: Workshop) -> None:
    """The same ratings are the same text, however a device wrote them down."""
    backwards = dict(reversed(LOW.items()))
    written = (PlainComment("Q1", CANARY, word_for_word=True),)
    ways = [
        PlainAnswer(LOW),
        PlainAnswer(backwards),
        PlainAnswer(LOW, path="browser"),
        PlainAnswer(LOW, (), written),
    ]
    released(shop, lambda _, n: ways[n % 4])
    with shop.engine.connect() as connection:
        texts = text("SELECT CAST(points AS text) FROM kept_row")
        assert len(set(connection.execute(texts).scalars())) == 1
    assert not is_in(database_files(shop), CANARY.encode())


def test_no_row_names_a_scope_a_leader_a_person_or_an_invitation(
    shop: Workshop,
) -> None:
    released(shop, in_turn)
    with shop.engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM kept_row")).mappings().all()
    with shop.sessions() as session:
        names = {s.hex for s in session.scalars(select(Scope.id))}
        names |= set(session.scalars(select(CycleLeader.name)))
        assert session.scalars(select(Invitation.id)).first()
    for row in rows:
        assert set(row) == {"id", "cycle_id", "points"}
        told = json.dumps(row["points"]) + bytes(row["id"]).hex()
        assert not any(name in told for name in names)


def test_of_a_box_below_the_minimum_no_file_holds_a_rating(shop: Workshop) -> None:
    """Its ratings are unlike all others, so that a search would find them."""

    def answer(leader: str, n: int) -> PlainAnswer | None:
        few = PlainAnswer({"A1": 5, "A3": 5}) if n < 4 else None
        return few if leader == "M" else in_turn(leader, n)

    released(shop, answer, sizes={f"L{n}": 7 for n in range(8)} | {"M": 7})
    assert len(kept(shop)) == 56
    assert {len(row.points) for row in kept(shop)} == {5}


def test_a_release_that_was_cut_short_and_then_abandoned_leaves_no_row_in_files(
    shop: Workshop,
) -> None:
    """Rows of a transaction that was taken back stay in PostgreSQL's file at first."""
    cycle_id = closed(shop, in_turn)
    names: list[bytes] = []
    with pytest.raises(KeyboardInterrupt), shop.sessions.begin() as session:
        release.release_cycle(session, shop.vault, cycle_id, now=CLOSED)
        names += [row.id for row in session.scalars(select(KeptRow))]
        raise KeyboardInterrupt
    with shop.sessions.begin() as session:
        release.abandon_cycle(session, cycle_id, now=CLOSED)
    run_due(shop, now=CLOSED)
    files = database_files(shop)
    assert names
    assert not any(is_in(files, name) for name in names)


def test_after_the_purge_date_no_file_holds_a_kept_row(shop: Workshop) -> None:
    cycle_id = released(shop, in_turn)
    names = [row.id for row in kept(shop)]
    before = database_files(shop)
    assert all(is_in(before, name) for name in names)
    run_due(shop, now=status_of(shop, cycle_id, CLOSED).purge_at)
    after = database_files(shop)
    assert not any(is_in(after, name) for name in names)


def made_up(rng: np.random.Generator) -> NDArray[np.int_]:
    """Return answers of 8 teams of 7 to 7 dimensions of 5 items, as teams differ."""
    leaders = rng.normal(0, 0.3, (8, 1, 1, 1)) + rng.normal(0, 0.3, (8, 1, 7, 1))
    people = rng.normal(0, 0.55, (8, 7, 1, 1))
    points = 3.6 + leaders + people + rng.normal(0, 0.65, (8, 7, 7, 5))
    return np.clip(np.rint(points), 1, 5).astype(int)


@pytest.mark.long
def test_who_has_all_reports_can_tell_which_leader_a_kept_row_is_about() -> None:
    """What docs/anonymity.md says openly, measured; and this attacker can win."""
    rng = np.random.default_rng(9474)
    answers = made_up(rng)
    rows = np.concatenate(
        [answers.mean(3).reshape(56, -1), answers.reshape(56, -1)], axis=1
    )
    found = rebuild(rows, seen_through_the_gate(answers), rng)
    assert (found == np.arange(56) // 7).mean() > 0.9
