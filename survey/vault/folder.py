"""The vault as a folder: apart from everything else, and for us alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from survey.errors import VaultFolderError


def prepare_folder(folder: Path, *, apart_from: Path) -> Path:
    """Make the vault folder, or check the one that is there.

    Raises
    ------
    VaultFolderError
        If it lies inside ``apart_from`` or others may read it.
    """
    folder = folder.resolve()
    if folder.is_relative_to(apart_from.resolve()):
        raise VaultFolderError(
            f"the vault {folder} lies inside {apart_from}, next to the database: "
            "set HANSEI_VAULT to a folder outside it that is not backed up"
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = stat.S_IMODE(folder.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        raise VaultFolderError(
            f"others may look into the vault {folder} (mode {mode:o}): "
            f"run: chmod 700 {folder}"
        )
    return folder


def write_private(file: Path, content: bytes) -> None:
    """Write a file only we may read; durable, and whole or not at all."""
    draft = file.with_suffix(".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
