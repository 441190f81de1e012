"""The cycle's public commitment to its keys and rosters.

A Merkle tree (RFC 9162, section 2.1) over one line a scope: everybody compares one
root, and whoever rates two leaders reads two short paths in place of thousands of keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

SHOWN = 20
"""Hex digits of a fingerprint that people compare."""

_LEAF, _NODE = b"\x00", b"\x01"


def roster_hash(person_numbers: Iterable[str], shown_with: Iterable[str] = ()) -> str:
    """Return the commitment to a scope's members, whatever their order.

    ``shown_with``: those of other scopes whose answers are shown together with theirs.
    """
    rosters = (sorted(numbers) for numbers in (person_numbers, shown_with))
    return sha256("\n\n".join("\n".join(r) for r in rosters).encode()).hexdigest()


def directory_line(scope: str, sign_key: bytes, box_key: bytes, roster: str) -> str:
    """Return one scope's line of the directory document."""
    return f"{scope}|{sign_key.hex()}|{box_key.hex()}|{roster}"


@dataclass(frozen=True, slots=True)
class Directory:
    """The lines of a cycle, sorted, and the tree over them."""

    lines: tuple[str, ...]
    levels: tuple[tuple[bytes, ...], ...]

    @classmethod
    def of(cls, cycle_id: int, lines: Iterable[str]) -> Directory:
        """Build the tree; a node without a neighbour moves up as it is."""
        kept = tuple(sorted(lines))
        level = tuple(_leaf(cycle_id, line) for line in kept)
        levels = [level]
        while len(level) > 1:
            level = _above(level)
            levels.append(level)
        return cls(kept, tuple(levels))

    @property
    def fingerprint(self) -> str:
        """Return the root, 64 hex digits; that of no scope at all is fixed."""
        top = self.levels[-1]
        return (top[0] if top else sha256().digest()).hex()

    def path(self, line: str) -> tuple[str, ...]:
        """Return what leads from a line to the root: side and hash, from below.

        ``L`` stands to the left of what was reached so far, ``R`` to the right.
        """
        place, steps = self.lines.index(line), []
        for level in self.levels[:-1]:
            beside = place ^ 1
            if beside < len(level):
                side = "L" if beside < place else "R"
                steps.append(side + level[beside].hex())
            place //= 2
        return tuple(steps)


def _leaf(cycle_id: int, line: str) -> bytes:
    return sha256(_LEAF + f"hansei/v1/dir|{cycle_id}|{line}".encode()).digest()


def _above(level: Sequence[bytes]) -> tuple[bytes, ...]:
    pairs = (level[at : at + 2] for at in range(0, len(level), 2))
    return tuple(
        sha256(_NODE + pair[0] + pair[1]).digest() if len(pair) > 1 else pair[0]
        for pair in pairs
    )
