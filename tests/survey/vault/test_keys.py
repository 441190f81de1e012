from __future__ import annotations

import stat
from pathlib import Path
from uuid import uuid4

import pytest

from survey.errors import LostVaultError, VaultFolderError
from survey.vault.folder import prepare_folder
from survey.vault.keys import box_key, destroy_keys, make_box_key, public_bytes
from survey.vault.pepper import Pepper


def test_making_a_key_twice_keeps_the_first(tmp_path: Path) -> None:
    scope = uuid4()
    point = make_box_key(tmp_path, 1, scope)
    assert make_box_key(tmp_path, 1, scope) == point
    assert public_bytes(box_key(tmp_path, 1, scope).public_key()) == point
    assert len(point) == 65


def test_only_we_may_read_a_key(tmp_path: Path) -> None:
    make_box_key(tmp_path, 1, uuid4())
    (file,) = (tmp_path / "cycle-1").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_destroyed_key_is_gone_and_those_of_other_cycles_stay(tmp_path: Path) -> None:
    gone, kept = uuid4(), uuid4()
    make_box_key(tmp_path, 1, gone)
    make_box_key(tmp_path, 2, kept)
    assert destroy_keys(tmp_path, 1) == 1
    assert destroy_keys(tmp_path, 1) == 0
    with pytest.raises(LostVaultError, match="missing from the vault"):
        box_key(tmp_path, 1, gone)
    assert box_key(tmp_path, 2, kept)


def test_the_pepper_lives_in_the_vault_and_decides_the_stored_form(
    tmp_path: Path,
) -> None:
    first = Pepper.of(tmp_path / "a").hide("7K3MQ9TX2HDA")
    assert Pepper.of(tmp_path / "a").hide("7K3MQ9TX2HDA") == first
    assert Pepper.of(tmp_path / "b").hide("7K3MQ9TX2HDA") != first


def test_a_vault_beside_the_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VaultFolderError, match="HANSEI_VAULT"):
        prepare_folder(tmp_path / "instance/keys", apart_from=tmp_path / "instance")


def test_a_vault_that_others_may_read_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    with pytest.raises(VaultFolderError, match="chmod 700"):
        prepare_folder(folder, apart_from=tmp_path / "instance")
