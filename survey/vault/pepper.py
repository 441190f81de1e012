"""The pepper: secrets and codes are stored only as an HMAC under it."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from survey.vault.folder import write_private


class Pepper:
    """Turns an invitation's secret or code into the form in which it is stored.

    A typed code has 60 bits: a bare hash of it could be searched in a stolen copy of
    the database.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    @staticmethod
    def file(folder: Path) -> Path:
        """Return where the pepper of a vault lies."""
        return folder / "pepper"

    @classmethod
    def of(cls, folder: Path) -> Pepper:
        """Return the vault's pepper, made at the first start."""
        file = cls.file(folder)
        if not file.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(file, secrets.token_bytes(32))
        return cls(file.read_bytes())

    def hide(self, secret: str) -> bytes:
        """Return the 32 bytes under which ``secret`` is stored."""
        return hmac.new(self._key, secret.encode(), sha256).digest()


@dataclass(frozen=True, slots=True)
class Vault:
    """Where the keys lie, and the pepper."""

    folder: Path
    pepper: Pepper

    @classmethod
    def at(cls, folder: Path) -> Vault:
        """Return the vault in ``folder``, its pepper made at the first start."""
        return cls(folder, Pepper.of(folder))
