from __future__ import annotations

from hashlib import sha256

import pytest

from survey.credentials.fingerprint import Directory, directory_line, roster_hash

CYCLE = 7
LINE = directory_line("a" * 32, b"\x01" * 256, b"\x04" * 65, roster_hash(["1", "2"]))


def lines(n: int) -> list[str]:
    """Return the lines of some scopes, in no order."""
    return [
        directory_line(f"{at * 7 % n:032x}", b"s%d" % at, b"b%d" % at, "r" * 64)
        for at in range(n)
    ]


def leaf(cycle_id: int, line: str) -> bytes:
    return sha256(b"\x00" + f"hansei/v1/dir|{cycle_id}|{line}".encode()).digest()


def tree_hash(leaves: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, as it stands there: split at a power of two."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\x01" + tree_hash(leaves[:k]) + tree_hash(leaves[k:])).digest()


def walk(cycle_id: int, line: str, path: tuple[str, ...]) -> str:
    """Follow a path from below, as the client in the browser does."""
    reached = leaf(cycle_id, line)
    for step in path:
        beside = bytes.fromhex(step[1:])
        pair = beside + reached if step[0] == "L" else reached + beside
        reached = sha256(b"\x01" + pair).digest()
    return reached.hex()


@pytest.mark.parametrize("n", [*range(10), 31, 32, 33])
def test_the_root_is_the_tree_hash_of_rfc_9162(n: int) -> None:
    leaves = [leaf(CYCLE, line) for line in sorted(lines(n))]
    assert Directory.of(CYCLE, lines(n)).fingerprint == tree_hash(leaves).hex()


@pytest.mark.parametrize("n", [*range(1, 10), 31, 32, 33])
def test_from_every_line_a_short_path_leads_to_the_root(n: int) -> None:
    directory = Directory.of(CYCLE, lines(n))
    for line in directory.lines:
        path = directory.path(line)
        assert walk(CYCLE, line, path) == directory.fingerprint
        assert len(path) <= (n - 1).bit_length()


def test_the_path_of_one_line_leads_no_other_line_to_the_root() -> None:
    directory = Directory.of(CYCLE, lines(9))
    for line in directory.lines:
        for other in directory.lines:
            reached = walk(CYCLE, other, directory.path(line))
            assert (reached == directory.fingerprint) == (other == line)


def test_a_line_holds_scope_both_keys_and_roster() -> None:
    parts = ["a" * 32, "01" * 256, "04" * 65, roster_hash(["1", "2"])]
    assert LINE.split("|") == parts


def test_any_character_changed_changes_the_fingerprint() -> None:
    beside = lines(4)
    seen = {Directory.of(CYCLE, [LINE, *beside]).fingerprint}
    for at, kept in enumerate(LINE):
        other = "1" if kept == "0" else "0"
        changed = LINE[:at] + other + LINE[at + 1 :]
        seen.add(Directory.of(CYCLE, [changed, *beside]).fingerprint)
    assert len(seen) == len(LINE) + 1


def test_the_fingerprint_binds_the_cycle_and_every_line_but_not_their_order() -> None:
    whole = Directory.of(CYCLE, lines(5))
    assert Directory.of(CYCLE, reversed(lines(5))) == whole
    others = [Directory.of(CYCLE + 1, lines(5)), Directory.of(CYCLE, lines(5)[1:])]
    others.append(Directory.of(CYCLE, [*lines(5), LINE]))
    assert whole.fingerprint not in {other.fingerprint for other in others}


def test_a_node_of_the_tree_never_passes_for_a_line() -> None:
    """Leaves and nodes are hashed apart, so that a shorter tree has another root."""
    directory = Directory.of(CYCLE, lines(4))
    nodes = directory.levels[1]
    assert tree_hash(list(nodes)).hex() == directory.fingerprint
    for node in nodes:
        for level in directory.levels:
            assert leaf(CYCLE, node.hex()) not in level


def test_a_directory_of_nothing_has_a_fixed_root_and_no_path() -> None:
    empty = Directory.of(CYCLE, [])
    assert empty.fingerprint == sha256(b"").hexdigest()
    with pytest.raises(ValueError, match="not in"):
        empty.path(LINE)


def test_a_roster_is_its_members_whatever_their_order() -> None:
    assert roster_hash(["2", "1"]) == roster_hash(["1", "2"])
    assert roster_hash(["1", "2"]) not in {roster_hash(["12"]), roster_hash(["1"])}
