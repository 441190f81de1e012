"""The vault and the keys in it: where it may lie, and how thousands are made."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from survey import worker
from survey.app import create_app
from survey.config import Settings
from survey.credentials.fingerprint import Directory
from survey.errors import VaultFolderError
from survey.intake import directory_of
from survey.lifecycle import CycleState, Destruction
from survey.models.cycle import Cycle, Scope
from survey.services import cycles, launching
from survey.vault import keys
from survey.worker import Workshop, run_due
from tests.conftest import (
    DAY,
    NOON,
    MakeCycle,
    add_team,
    pulse_plan,
    set_up,
    status_of,
)
from tests.survey.services.test_launching import EARLY, keys_in
from tests.survey.services.test_sealed_answers import snapshot_bytes
from tests.survey.test_protocol import senders_of

CLOSED = NOON + 7 * DAY
N, AT_ONCE = 7, 3


class PowerCut(BaseException):
    """The machine stops."""


def launch_many(shop: Workshop) -> int:
    """Freeze a cycle of seven teams, whose keys are made three at a time."""
    with shop.sessions.begin() as session:
        set_up(session)
        for n in range(N):
            add_team(session, f"L{n}", 5)
        cycle_id = cycles.create_cycle(session, pulse_plan(), now=EARLY).id
        launching.launch_cycle(session, cycle_id, now=EARLY)
    return cycle_id


def public_keys(shop: Workshop) -> dict[UUID, tuple[bytes, bytes]]:
    """Return the keys that are written down."""
    with shop.sessions() as session:
        scopes = session.scalars(select(Scope).where(Scope.sign_key.is_not(None)))
        return {scope.id: (scope.sign_key, scope.box_key) for scope in scopes}


def state_and_root(shop: Workshop, cycle_id: int) -> tuple[str, str]:
    with shop.sessions() as session:
        cycle = session.get_one(Cycle, cycle_id)
        return cycle.state, cycle.fingerprint


def cut_after(monkeypatch: pytest.MonkeyPatch, n_files: int) -> None:
    """Let the power go out while a key is being written."""
    write, left = keys.write_private, [n_files]

    def write_until_cut(file: Path, content: bytes) -> None:
        if not left[0]:
            raise PowerCut
        left[0] -= 1
        write(file, content)

    monkeypatch.setattr(keys, "write_private", write_until_cut)


def test_a_launch_cut_off_at_any_key_goes_on_and_changes_none(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launching, "SCOPES_AT_ONCE", AT_ONCE)
    cycle_id = launch_many(shop)
    made: dict[str, bytes] = {}
    written: dict[UUID, tuple[bytes, bytes]] = {}
    for n, n_files in enumerate([0, 1, 2, 3, 5]):
        with monkeypatch.context() as power, pytest.raises(PowerCut):
            cut_after(power, n_files)
            run_due(shop, now=EARLY + n * DAY / 100)
        assert made.items() <= keys_in(shop).items()
        assert written.items() <= public_keys(shop).items()
        assert state_and_root(shop, cycle_id) == (CycleState.LAUNCHING, "")
        made, written = keys_in(shop), public_keys(shop)
    run_due(shop, now=EARLY + DAY / 10)
    assert made.items() <= keys_in(shop).items()
    assert written.items() <= public_keys(shop).items()
    assert (len(keys_in(shop)), len(public_keys(shop))) == (2 * N, N)
    assert len(made) == 11


def test_the_fingerprint_is_fixed_with_the_last_keys_and_never_again(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launching, "SCOPES_AT_ONCE", AT_ONCE)
    cycle_id = launch_many(shop)
    seen = []
    while state_and_root(shop, cycle_id)[0] == CycleState.LAUNCHING:
        seen.append((len(public_keys(shop)), state_and_root(shop, cycle_id)[1]))
        assert worker.run_one(shop, now=EARLY)
    assert seen == [(0, ""), (3, ""), (6, "")]
    with shop.sessions.begin() as session:
        lines = directory_of(session, cycle_id).lines
        launching.make_keys(session, shop.vault, cycle_id, now=EARLY)
    assert len(lines) == N
    _, root = state_and_root(shop, cycle_id)
    assert root == Directory.of(cycle_id, lines).fingerprint


def test_every_key_written_down_is_the_half_of_one_in_the_vault(
    shop: Workshop,
) -> None:
    cycle_id = launch_many(shop)
    run_due(shop, now=EARLY)
    folder = shop.vault.folder
    for scope, (sign_key, box_key) in public_keys(shop).items():
        private = keys.box_key(folder, cycle_id, scope)
        assert keys.public_bytes(private.public_key()) == box_key
        assert keys.modulus_of(keys.sign_key(folder, cycle_id, scope)) == sign_key
    boxes = [box_key for _, box_key in public_keys(shop).values()]
    assert len(set(boxes)) == N


@pytest.mark.parametrize("place", ["instance", "instance/vault", "instance/a/../b"])
def test_the_application_refuses_a_vault_beside_its_database(
    settings: Settings, shop: Workshop, tmp_path: Path, place: str
) -> None:
    with pytest.raises(VaultFolderError, match="set HANSEI_VAULT to a folder outside"):
        create_app(replace(settings, vault=tmp_path / place))


def test_the_application_refuses_a_link_that_leads_beside_its_database(
    settings: Settings, shop: Workshop, tmp_path: Path
) -> None:
    (tmp_path / "instance/hidden").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "instance/hidden")
    with pytest.raises(VaultFolderError, match="HANSEI_VAULT"):
        create_app(replace(settings, vault=tmp_path / "link"))


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o710, 0o777])
def test_the_application_refuses_a_vault_that_others_may_look_into(
    settings: Settings, shop: Workshop, mode: int
) -> None:
    settings.vault.chmod(mode)
    with pytest.raises(VaultFolderError, match=f"mode {mode:o}.*chmod 700"):
        create_app(settings)


def test_the_application_refuses_an_empty_vault_while_people_hold_codes(
    settings: Settings, shop: Workshop, open_cycle: MakeCycle
) -> None:
    elsewhere = replace(settings, vault=settings.vault.with_name("not-mounted"))
    create_app(elsewhere).extensions["engine"].dispose()
    (elsewhere.vault / "pepper").unlink()
    open_cycle(sizes={"Lan": 5})
    with pytest.raises(VaultFolderError, match="put the folder back"):
        create_app(elsewhere)
    assert not (elsewhere.vault / "pepper").exists()
    (elsewhere.vault / "pepper").write_bytes(bytes(32))
    create_app(elsewhere).extensions["engine"].dispose()


def test_lost_keys_stop_their_own_cycle_and_no_other(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    lost, kept = open_cycle(sizes={"Lan": 5}), open_cycle(sizes={"Minh": 5})
    for sender in senders_of(shop, lost):  # and those of the other cycle
        sender.send()
    shutil.rmtree(shop.vault.folder / f"cycle-{lost}")
    run_due(shop, now=CLOSED)
    found = [status_of(shop, cycle_id, CLOSED) for cycle_id in (lost, kept)]
    assert [(c.state, c.keys_lost) for c in found] == [
        (CycleState.CLOSED, True),
        (CycleState.CLOSED, False),
    ]
    assert snapshot_bytes(shop, lost) == []
    assert len(snapshot_bytes(shop, kept)) == 3
    run_due(shop, now=CLOSED + 30 * DAY)
    assert status_of(shop, lost, CLOSED + 30 * DAY).destruction == Destruction.DONE
