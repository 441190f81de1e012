"""The power goes out between any two steps of destruction; the next run finishes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey import jobs, opening, worker
from survey.errors import LostVaultError
from survey.lifecycle import CycleState, Destruction
from survey.models.answer import SealedAnswer
from survey.models.audit import AuditEvent
from survey.models.cycle import Cycle
from survey.models.mail import Mail
from survey.models.report import ReportSnapshot
from survey.services import mailing, release
from survey.vault import keys, sealing
from survey.worker import Workshop, run_due
from tests.attacks.test_what_the_files_tell import (
    ciphertexts,
    database_files,
    is_in,
    middle,
)
from tests.conftest import DAY, NOON, MakeCycle
from tests.survey.services.test_launching import EARLY, launched
from tests.survey.services.test_whole_way import close_and_release
from tests.survey.test_protocol import senders_of

pytestmark = pytest.mark.long

CLOSED = NOON + 7 * DAY
DEADLINE = CLOSED + 30 * DAY
LATER = timedelta(minutes=10)
"""After the lease of a worker that is no more."""


class PowerCut(BaseException):
    """The machine stops: nothing is cleaned up, nobody is told."""


Step = tuple[object, str, dict[str, object]]
AFTER = {"after": True}
STEPS: dict[str, Step] = {
    "the rows are gone, no key is": (keys, "_destroy", {}),
    "the first key is not yet overwritten": (keys.os, "urandom", {}),
    "the first key is overwritten": (keys.os, "fsync", AFTER),
    "the first key is deleted": (Path, "unlink", AFTER),
    "all but the last key are deleted": (Path, "unlink", {"call": 2}),
    "all keys are deleted, their folder is not": (Path, "rmdir", {}),
    "all keys are deleted": (release, "destroy_keys", AFTER),
    "the files are not yet rewritten": (worker, "scrub", {}),
    "the files are rewritten": (worker, "scrub", AFTER),
    "it is not yet written down": (release, "mark_destroyed", {}),
    "it is written down, not committed": (release, "mark_destroyed", AFTER),
    "all but the end": (jobs, "finish", {}),
}
"""Where the power goes, in the order of the steps; three keys lie in the vault."""


Cut = Callable[[Step], None]


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Cut:
    """Return a function that cuts the power before or after a call of a step."""

    def plan(step: Step) -> None:
        owner, name, how = step
        whole, calls = getattr(owner, name), count(1)

        def cut_short(*given: object, **named: object) -> object:
            if next(calls) != how.get("call", 1):
                return whole(*given, **named)
            if "after" in how:
                whole(*given, **named)
            monkeypatch.undo()
            raise PowerCut

        monkeypatch.setattr(owner, name, cut_short)

    return plan


def closed_cycle(shop: Workshop, open_cycle: MakeCycle) -> int:
    """Give a closed cycle of three teams, two of them too small."""
    cycle_id = open_cycle(sizes={"Lan": 5, "Minh": 2, "An": 1})
    for sender in senders_of(shop, cycle_id):
        sender.send()
    run_due(shop, now=CLOSED)
    return cycle_id


def run_until_cut(shop: Workshop, now: datetime) -> None:
    with pytest.raises(PowerCut):
        run_due(shop, now=now)


def state_of(shop: Workshop, cycle_id: int) -> tuple[str, str]:
    with shop.sessions() as session:
        cycle = session.get_one(Cycle, cycle_id)
        return cycle.state, cycle.destruction


def n_of(shop: Workshop, table: type, *where: object) -> int:
    with shop.sessions() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where))


def assert_destroyed(shop: Workshop, cycle_id: int, sealed: list[bytes]) -> None:
    assert state_of(shop, cycle_id)[1] == Destruction.DONE
    assert list(shop.vault.folder.glob("cycle-*")) == []
    assert n_of(shop, SealedAnswer) == 0
    assert n_of(shop, AuditEvent, AuditEvent.act == "destroyed") == 1
    if shop.engine.dialect.name == "sqlite":
        files = database_files(shop)
        assert not any(is_in(files, middle(ciphertext)) for ciphertext in sealed)


@pytest.mark.parametrize("name", [*STEPS][2::4])
def test_a_release_that_was_cut_short_is_finished_by_the_next_run(
    shop: Workshop, open_cycle: MakeCycle, cut: Cut, name: str
) -> None:
    cycle_id = closed_cycle(shop, open_cycle)
    sealed = ciphertexts(shop)
    with shop.sessions.begin() as session:
        release.release_cycle(session, shop.vault, cycle_id, now=CLOSED)
    cut(STEPS[name])
    run_until_cut(shop, CLOSED)
    run_due(shop, now=CLOSED + LATER)
    assert_destroyed(shop, cycle_id, sealed)
    assert_told_once(shop)


def test_a_release_that_is_cut_short_at_every_step_ends_all_the_same(
    shop: Workshop, open_cycle: MakeCycle, cut: Cut
) -> None:
    cycle_id = closed_cycle(shop, open_cycle)
    sealed = ciphertexts(shop)
    with shop.sessions.begin() as session:
        release.release_cycle(session, shop.vault, cycle_id, now=CLOSED)
    for n, step in enumerate(STEPS.values()):
        cut(step)
        run_until_cut(shop, CLOSED + n * LATER)
        assert state_of(shop, cycle_id) == (CycleState.RELEASED, Destruction.PENDING)
        assert n_of(shop, SealedAnswer) == 0
        assert n_of(shop, ReportSnapshot, ReportSnapshot.is_published) == 4
    run_due(shop, now=CLOSED + len(STEPS) * LATER)
    assert_destroyed(shop, cycle_id, sealed)
    assert_told_once(shop)


def test_a_deadline_that_is_cut_short_at_every_step_leaves_nothing(
    shop: Workshop, open_cycle: MakeCycle, cut: Cut
) -> None:
    cycle_id = closed_cycle(shop, open_cycle)
    sealed = ciphertexts(shop)
    before: list[Step] = [(release, "abandon_cycle", how) for how in ({}, AFTER)]
    for n, step in enumerate([*before, *STEPS.values()]):
        cut(step)
        run_until_cut(shop, DEADLINE + n * LATER)
        is_begun = n >= len(before)
        assert n_of(shop, SealedAnswer) == (0 if is_begun else len(sealed))
        assert n_of(shop, ReportSnapshot) == (0 if is_begun else 4)
    run_due(shop, now=DEADLINE + (n + 1) * LATER)
    assert state_of(shop, cycle_id)[0] == CycleState.ABANDONED
    assert_destroyed(shop, cycle_id, sealed)
    assert list(shop.mailer._folder.glob("report_ready*.eml")) == []


def assert_told_once(shop: Workshop) -> None:
    assert n_of(shop, Mail, Mail.kind == mailing.REPORT_READY) == 3
    assert len(list(shop.mailer._folder.glob("report_ready*.eml"))) == 3


End = Callable[[Session, Workshop, int], None]


def release_now(session: Session, shop: Workshop, cycle_id: int) -> None:
    release.release_cycle(session, shop.vault, cycle_id, now=CLOSED)


def abandon_now(session: Session, shop: Workshop, cycle_id: int) -> None:
    del shop
    release.abandon_cycle(session, cycle_id, now=CLOSED)


@pytest.mark.parametrize("end", [release_now, abandon_now])
def test_before_the_commit_everything_is_as_it_was(
    shop: Workshop, open_cycle: MakeCycle, end: End
) -> None:
    cycle_id = closed_cycle(shop, open_cycle)
    kept = sorted(ciphertexts(shop)), sorted(shop.vault.folder.rglob("*"))
    with pytest.raises(PowerCut), shop.sessions.begin() as session:
        end(session, shop, cycle_id)
        raise PowerCut
    assert (sorted(ciphertexts(shop)), sorted(shop.vault.folder.rglob("*"))) == kept
    assert state_of(shop, cycle_id) == (CycleState.CLOSED, Destruction.NONE)
    assert n_of(shop, ReportSnapshot, ReportSnapshot.is_published) == 0
    close_and_release(shop, cycle_id)
    assert_destroyed(shop, cycle_id, kept[0])


def test_half_a_key_that_a_crash_left_at_launch_goes_too(
    shop: Workshop, cut: Cut
) -> None:
    cycle_id = launched(shop)
    cut((Path, "replace", {}))
    run_until_cut(shop, EARLY)
    assert list(shop.vault.folder.glob("cycle-*/*.new")) != []
    with shop.sessions.begin() as session:
        release.abandon_cycle(session, cycle_id, now=EARLY)
    run_due(shop, now=EARLY + LATER)
    assert_destroyed(shop, cycle_id, [])


def test_a_copy_from_before_and_all_that_is_left_after_open_nothing(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = closed_cycle(shop, open_cycle)
    with shop.sessions() as session:
        rows = session.scalars(select(SealedAnswer)).all()
        copied = {row.scope_id: row.sealed for row in rows}
    numbers = []
    for scope_id, sealed in copied.items():
        key = keys.box_key(shop.vault.folder, cycle_id, scope_id)
        assert b'"points"' in sealing.unseal(sealed, key, scope_id)
        numbers.append(key.private_numbers().private_value.to_bytes(32))
    close_and_release(shop, cycle_id)
    files = [*database_files(shop), *everything_in(shop.vault.folder)]
    assert not any(is_in(files, number) for number in numbers)
    for scope_id, sealed in copied.items():
        with pytest.raises(LostVaultError):
            keys.box_key(shop.vault.folder, cycle_id, scope_id)
        keys.make_box_key(shop.vault.folder, cycle_id, scope_id)
        made_anew = keys.box_key(shop.vault.folder, cycle_id, scope_id)
        with pytest.raises(InvalidTag):
            sealing.unseal(sealed, made_anew, scope_id)


def everything_in(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in folder.rglob("*") if file.is_file()]


@pytest.mark.parametrize("end", ["release", "deadline"])
def test_a_box_below_the_minimum_is_never_opened(
    shop: Workshop, open_cycle: MakeCycle, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    opened: list[UUID] = []

    def spy(sealed: bytes, key: object, scope_id: UUID) -> bytes:
        opened.append(scope_id)
        return sealing.unseal(sealed, key, scope_id)

    monkeypatch.setattr(opening, "unseal", spy)
    cycle_id = open_cycle(sizes={"Lan": 6, "Minh": 6})
    people = senders_of(shop, cycle_id)
    lan = people[0].scope
    whole = [sender for sender in people if sender.scope == lan]
    few = [sender for sender in people if sender.scope != lan][:4]
    for sender in whole + few:
        sender.send()
    run_due(shop, now=CLOSED)
    if end == "release":
        close_and_release(shop, cycle_id)
    else:
        run_due(shop, now=DEADLINE)
    assert opened == [lan] * 6
    assert_destroyed(shop, cycle_id, [])
