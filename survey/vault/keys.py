"""Box keys in a folder outside database and backups: make, use, destroy."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)

from survey.errors import LostVaultError
from survey.vault.folder import write_private


def make_box_key(folder: Path, cycle_id: int, scope_id: UUID) -> bytes:
    """Make a scope's box key unless it is there; return its public point, 65 bytes."""
    file = _file(folder, cycle_id, scope_id)
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(file, _to_pem(generate_private_key(SECP256R1())))
    return public_bytes(box_key(folder, cycle_id, scope_id).public_key())


def box_key(folder: Path, cycle_id: int, scope_id: UUID) -> EllipticCurvePrivateKey:
    """Return the key that opens a scope's answers.

    Raises
    ------
    LostVaultError
        If the file is gone or unreadable.
    """
    try:
        pem = _file(folder, cycle_id, scope_id).read_bytes()
        key = serialization.load_pem_private_key(pem, password=None)
    except (OSError, ValueError) as error:
        raise LostVaultError(folder=str(folder)) from error
    if not isinstance(key, EllipticCurvePrivateKey):
        raise LostVaultError(folder=str(folder))
    return key


def destroy_keys(folder: Path, cycle_id: int) -> int:
    """Overwrite and delete every key of a cycle; return how many there were.

    Overwriting helps on simple disks only; snapshots and copy-on-write keep old blocks.
    """
    n = 0
    for file in sorted(_folder(folder, cycle_id).glob("*.pem")):
        with file.open("r+b") as key:
            key.write(os.urandom(file.stat().st_size))
            key.flush()
            os.fsync(key.fileno())
        file.unlink()
        n += 1
    if _folder(folder, cycle_id).exists():
        _folder(folder, cycle_id).rmdir()
    return n


def public_bytes(key: EllipticCurvePublicKey) -> bytes:
    """Return the uncompressed point."""
    return key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def public_key(point: bytes) -> EllipticCurvePublicKey:
    """Return the box's public key from its stored point."""
    return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)


def _to_pem(key: EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _folder(folder: Path, cycle_id: int) -> Path:
    return folder / f"cycle-{cycle_id}"


def _file(folder: Path, cycle_id: int, scope_id: UUID) -> Path:
    return _folder(folder, cycle_id) / f"{scope_id}.pem"
