"""Private keys in a folder outside database and backups: make, use, destroy.

Every scope has two: its box key opens answers, its sign key signs credentials.
"""

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
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from survey.credentials.blind_rsa import make_sign_key, modulus_of
from survey.errors import LostVaultError
from survey.vault.folder import write_private

_BOX, _SIGN = ".pem", ".sign.pem"
PrivateKey = EllipticCurvePrivateKey | RSAPrivateKey


def make_box_key(folder: Path, cycle_id: int, scope_id: UUID) -> bytes:
    """Make a scope's box key unless it is there; return its public point, 65 bytes."""
    file = _file(folder, cycle_id, scope_id, _BOX)
    if not file.exists():
        _store(file, generate_private_key(SECP256R1()))
    return public_bytes(box_key(folder, cycle_id, scope_id).public_key())


def make_sign_key_file(folder: Path, cycle_id: int, scope_id: UUID) -> bytes:
    """Make a scope's sign key unless it is there; return its modulus, 256 bytes."""
    file = _file(folder, cycle_id, scope_id, _SIGN)
    if not file.exists():
        _store(file, make_sign_key())
    return modulus_of(sign_key(folder, cycle_id, scope_id))


def box_key(folder: Path, cycle_id: int, scope_id: UUID) -> EllipticCurvePrivateKey:
    """Return the key that opens a scope's answers.

    Raises
    ------
    LostVaultError
        If the file is gone or unreadable.
    """
    key = _load(folder, _file(folder, cycle_id, scope_id, _BOX))
    if not isinstance(key, EllipticCurvePrivateKey):
        raise LostVaultError(folder=str(folder))
    return key


def sign_key(folder: Path, cycle_id: int, scope_id: UUID) -> RSAPrivateKey:
    """Return the key that signs a scope's credentials.

    Raises
    ------
    LostVaultError
        If the file is gone or unreadable.
    """
    key = _load(folder, _file(folder, cycle_id, scope_id, _SIGN))
    if not isinstance(key, RSAPrivateKey):
        raise LostVaultError(folder=str(folder))
    return key


def destroy_keys(folder: Path, cycle_id: int) -> int:
    """Overwrite and delete every key left of a cycle; return how many there were.

    Overwriting helps on simple disks only; snapshots and copy-on-write keep old blocks.
    """
    n = _destroy(_folder(folder, cycle_id), "*")
    if _folder(folder, cycle_id).exists():
        _folder(folder, cycle_id).rmdir()
    return n


def destroy_sign_keys(folder: Path, cycle_id: int) -> int:
    """Overwrite and delete a cycle's sign keys: after closing nobody gets a credential.

    Returns how many there were; the box keys stay until release.
    """
    return _destroy(_folder(folder, cycle_id), f"*{_SIGN}")


def public_bytes(key: EllipticCurvePublicKey) -> bytes:
    """Return the uncompressed point."""
    return key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def public_key(point: bytes) -> EllipticCurvePublicKey:
    """Return the box's public key from its stored point."""
    return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)


def _store(file: Path, key: PrivateKey) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write_private(file, pem)


def _load(folder: Path, file: Path) -> object:
    """Read a key that we wrote ourselves.

    Looking for its primes anew would take 60 ms for every credential; a key that was
    damaged since signs nothing, as every signature is checked before it leaves.
    """
    try:
        return serialization.load_pem_private_key(
            file.read_bytes(), password=None, unsafe_skip_rsa_key_validation=True
        )
    except (OSError, ValueError) as error:
        raise LostVaultError(folder=str(folder)) from error


def _destroy(folder: Path, pattern: str) -> int:
    files = sorted(folder.glob(pattern))
    for file in files:
        with file.open("r+b") as key:
            key.write(os.urandom(file.stat().st_size))
            key.flush()
            os.fsync(key.fileno())
        file.unlink()
    return len(files)


def _folder(folder: Path, cycle_id: int) -> Path:
    return folder / f"cycle-{cycle_id}"


def _file(folder: Path, cycle_id: int, scope_id: UUID, kind: str) -> Path:
    return _folder(folder, cycle_id) / f"{scope_id}{kind}"
