"""Argon2id password hashes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

SHORTEST = 12
"""Fewest characters of a password; there are no other composition rules."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one hash costs: OWASP's recommendation by default."""

    iterations: int = 2
    lanes: int = 1
    memory_kib: int = 19 * 1024


CHEAP = Cost(iterations=1, memory_kib=8)
"""Only for tests, where a thousand hashes are made."""


def hash_password(password: str, cost: Cost = Cost()) -> str:  # frozen
    """Return the PHC string of ``password`` under a fresh salt."""
    return Argon2id(
        salt=secrets.token_bytes(16),
        length=32,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    ).derive_phc_encoded(password.encode())


def is_password(password: str, hashed: str) -> bool:
    """Whether ``password`` gives ``hashed``; takes the time the hash was given."""
    try:
        Argon2id.verify_phc_encoded(password.encode(), hashed)
    except InvalidKey:
        return False
    return True
