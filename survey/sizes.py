"""How large an answer may be: all sealed answers have one size."""

from __future__ import annotations

BUCKET = 4096
"""Bytes of every answer before sealing."""

SEALED = 4177
"""Bytes of every answer after sealing: 65 for the key share, 16 for the tag."""

COMMENT_CHARACTERS = 500
"""Most characters of one comment."""

COMMENT_BYTES = 1500
"""Most bytes of one comment as UTF-8 inside JSON; Vietnamese letters take up to 3."""
