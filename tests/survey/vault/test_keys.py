from __future__ import annotations

import stat
from pathlib import Path
from uuid import uuid4

import pytest

from survey.credentials.blind_rsa import modulus_of
from survey.errors import LostVaultError, VaultFolderError
from survey.vault.folder import prepare_folder
from survey.vault.keys import (
    box_key,
    destroy_keys,
    destroy_sign_keys,
    make_box_key,
    make_sign_key_file,
    public_bytes,
    sign_key,
)
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


def test_making_a_sign_key_twice_keeps_the_first(tmp_path: Path) -> None:
    scope = uuid4()
    modulus = make_sign_key_file(tmp_path, 1, scope)
    assert make_sign_key_file(tmp_path, 1, scope) == modulus
    assert modulus_of(sign_key(tmp_path, 1, scope)) == modulus
    assert len(modulus) == 256


def test_a_scope_has_a_box_key_and_a_sign_key_that_are_not_mixed_up(
    tmp_path: Path,
) -> None:
    scope = uuid4()
    make_box_key(tmp_path, 1, scope)
    with pytest.raises(LostVaultError):
        sign_key(tmp_path, 1, scope)
    make_sign_key_file(tmp_path, 1, scope)
    box, sign = sorted((tmp_path / "cycle-1").iterdir())
    assert {stat.S_IMODE(file.stat().st_mode) for file in (box, sign)} == {0o600}
    box.write_bytes(sign.read_bytes())
    with pytest.raises(LostVaultError):
        box_key(tmp_path, 1, scope)


def test_closing_destroys_the_sign_keys_and_leaves_the_boxes(tmp_path: Path) -> None:
    scope = uuid4()
    make_box_key(tmp_path, 1, scope)
    make_sign_key_file(tmp_path, 1, scope)
    make_sign_key_file(tmp_path, 2, scope)
    assert destroy_sign_keys(tmp_path, 1) == 1
    assert destroy_sign_keys(tmp_path, 1) == 0
    with pytest.raises(LostVaultError, match="missing from the vault"):
        sign_key(tmp_path, 1, scope)
    assert box_key(tmp_path, 1, scope)
    assert sign_key(tmp_path, 2, scope)


def test_destroying_a_cycles_keys_takes_sign_keys_that_are_left(tmp_path: Path) -> None:
    scope = uuid4()
    make_box_key(tmp_path, 1, scope)
    make_sign_key_file(tmp_path, 1, scope)
    assert destroy_keys(tmp_path, 1) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_sign_key_that_was_cut_short_is_lost(tmp_path: Path) -> None:
    scope = uuid4()
    make_sign_key_file(tmp_path, 1, scope)
    (file,) = (tmp_path / "cycle-1").iterdir()
    file.write_bytes(file.read_bytes()[:800])
    with pytest.raises(LostVaultError):
        sign_key(tmp_path, 1, scope)


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
