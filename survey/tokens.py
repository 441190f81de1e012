"""Codes of invitations: make them, read them back forgivingly; links out of mails."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from hashlib import sha256

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, so that a printed code reads one way."""

CODE_LENGTH = 12
"""A code has no check character: any twelve of the alphabet may be one. So nothing but
its length and its letters can be wrong without asking the database."""

_SLIPS_OF_THE_PEN = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    """Return a typed code of 60 random bits, without its hyphens."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def printed_code(code: str) -> str:
    """Return ``code`` in groups of four, as mails and slips show it."""
    return "-".join(code[i : i + 4] for i in range(0, CODE_LENGTH, 4))


def opt_out_token(hide: Callable[[str], bytes], person_id: int) -> str:
    """Return what stands in the link by which somebody stops their reminders."""
    return f"{person_id}.{hide(f'no reminders {person_id}').hex()[:20]}"


def normalise_code(text: str) -> str:
    """Return what was meant: case, spaces and hyphens do not matter, O is 0, I is 1."""
    kept = "".join(c for c in text.upper() if c.isalnum())
    return kept.translate(_SLIPS_OF_THE_PEN)


def letters_of_no_code(code: str) -> str:
    """Return the characters of a normalised code that no code has, each once."""
    return "".join(dict.fromkeys(c for c in code if c not in ALPHABET))


def hash_token(token: str) -> bytes:
    """Return what is kept of a random token: whoever reads it cannot use it."""
    return sha256(token.encode()).digest()
