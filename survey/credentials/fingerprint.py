"""The cycle's public commitment to its keys and rosters."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

SHOWN = 20
"""Hex digits of a fingerprint that people compare."""


def roster_hash(person_numbers: Iterable[str]) -> str:
    """Return the commitment to a scope's members, whatever their order."""
    return sha256("\n".join(sorted(person_numbers)).encode()).hexdigest()


def directory_line(scope: str, sign_key: bytes, box_key: bytes, roster: str) -> str:
    """Return one scope's line of the directory document."""
    return f"{scope}|{sign_key.hex()}|{box_key.hex()}|{roster}"


def fingerprint(cycle_id: int, lines: Iterable[str]) -> str:
    """Return 64 hex digits over every scope's id, keys and roster."""
    body = "\n".join(sorted(lines))
    return sha256(f"hansei/v1/dir|{cycle_id}\n{body}".encode()).hexdigest()
