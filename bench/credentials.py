"""What blind credentials cost, against a bare durable commit of the same SQLite file.

Run: .venv/bin/python bench/credentials.py [--quick] [--json FILE]

(a) Issuing, submitting and closing, an answer each, the same answer without JavaScript,
and bare commits, in turn in one run. (b) The arithmetic alone. (c) The keys of a
launch, interrupted once and resumed, on a part of the scopes; what a launch of 1,000
leaders with 4 groups would take is projected from it; its directory is built in full.

`--quick` makes a tenth of the measurements.
"""

import secrets
import statistics
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest import mock

from parts.figures import command_line, keep
from parts.sealing_company import (
    NOW,
    commit,
    company,
    freeze,
    make_all_keys,
    open_form,
    send,
    send_plain,
    some_points,
    timed,
)

from survey.credentials.blind_rsa import (
    make_sign_key,
    modulus_of,
    sign_blinded,
    verify,
)
from survey.credentials.fingerprint import Directory, directory_line
from survey.services import closing
from survey.vault import keys
from survey.vault.folder import write_private
from survey.worker import Workshop
from tests.survey.credentials import client
from tests.survey.credentials.module import SCOPE

TEAMS, MEMBERS = 20, 10
SCOPES = 100
ALL_SCOPES = 4_000
KEYS, TIMES = 20, 200


class PowerCutError(Exception):
    """The launch is interrupted."""


def main() -> None:
    arguments = command_line(
        __doc__, quick={"action": "store_true", "help": "a tenth of everything"}
    )
    part = 10 if arguments.quick else 1
    found = {
        "command": f"python {' '.join(sys.argv)}",
        "power": "gmpy2" if find_spec("gmpy2") else "Python's pow",
        "answers": answers(TEAMS // part),
        "arithmetic": arithmetic(KEYS // part, TIMES // part),
        "launch": launch(SCOPES // part),
    }
    show(found)
    keep(found, arguments.json)


def answers(n_teams: int) -> dict[str, float]:
    """Return milliseconds for one answer, medians; closing divided by all answers."""
    with company() as shop:
        cycle_id = freeze(shop, n_teams, MEMBERS)
        make_all_keys(shop, cycle_id)
        senders, points = open_form(shop, cycle_id), some_points(shop, cycle_id)
        bare, issued, submitted, by_server = [], [], [], []
        for sender, plain in zip(senders[::2], senders[1::2], strict=True):
            bare.append(timed(lambda: commit(shop))[1])
            one, other = send(shop, sender, points)
            issued.append(one)
            submitted.append(other)
            by_server.append(send_plain(shop, plain, points))
        closed = timed(lambda: close(shop, cycle_id))[1] / len(senders)
    columns = {
        "bare commit": bare,
        "issue": issued,
        "submit": submitted,
        "without JavaScript": by_server,
    }
    found = {name: 1000 * statistics.median(s) for name, s in columns.items()}
    return found | {"close": 1000 * closed, "n": len(senders), "teams": n_teams}


def close(shop: Workshop, cycle_id: int) -> None:
    """Close the form, open every box and compute every report."""
    later = NOW + timedelta(days=7)
    with shop.sessions.begin() as session:
        closing.close_cycle(session, cycle_id, now=later)
        closing.build_reports(session, shop.vault, cycle_id, now=later)


def arithmetic(n_keys: int, n_times: int) -> dict[str, float]:
    """Return milliseconds, medians."""
    key = make_sign_key()
    modulus = modulus_of(key)
    credential = client.obtain(SCOPE, modulus, lambda b: sign_blinded(key, b))
    blinded = secrets.randbelow(int.from_bytes(modulus)).to_bytes(256)
    acts: dict[str, tuple[int, Callable[[], object]]] = {
        "make a sign key": (n_keys, make_sign_key),
        "sign": (n_times, lambda: sign_blinded(key, blinded)),
        "verify": (
            n_times,
            lambda: verify(modulus, credential.prepared, credential.signature),
        ),
    }
    return {
        name: 1000 * statistics.median(timed(act)[1] for _ in range(n))
        for name, (n, act) in acts.items()
    }


def launch(n_scopes: int) -> dict[str, float]:
    """Make the keys of so many scopes, interrupted once; return seconds."""
    with company() as shop:
        cycle_id, frozen = timed(lambda: freeze(shop, n_scopes, 5))
        first = timed(lambda: make_until_cut(shop, cycle_id, n_scopes))[1]
        before = key_files(shop)
        second = timed(lambda: make_all_keys(shop, cycle_id))[1]
        after = key_files(shop)
        if not before.items() <= after.items() or len(after) != 2 * n_scopes:
            sys.exit("a resumed launch changed or lost keys")
    lines = [made_up_line(n) for n in range(ALL_SCOPES)]
    directory, built = timed(lambda: Directory.of(1, lines))
    each = (first + second) / n_scopes
    return {
        "scopes": n_scopes,
        "kept": len(before) // 2,
        "freeze": frozen,
        "keys": first + second,
        "projected": each * ALL_SCOPES,
        "directory": built,
        "path": timed(lambda: directory.path(directory.lines[1234]))[1],
    }


def make_until_cut(shop: Workshop, cycle_id: int, n_scopes: int) -> None:
    """Interrupt the launch in the midst of a transaction, at three in four keys."""
    left = iter(range(2 * n_scopes * 3 // 4))

    def write_until_cut(file: Path, content: bytes) -> None:
        if next(left, None) is None:
            raise PowerCutError
        write_private(file, content)

    with mock.patch.object(keys, "write_private", write_until_cut):
        try:
            make_all_keys(shop, cycle_id)
        except PowerCutError:
            return
    sys.exit("the launch was not interrupted")


def key_files(shop: Workshop) -> dict[str, bytes]:
    return {f.name: f.read_bytes() for f in shop.vault.folder.glob("cycle-*/*.pem")}


def made_up_line(n: int) -> str:
    return directory_line(f"{n:032x}", n.to_bytes(256), n.to_bytes(65), f"{n:064x}")


def show(found: Mapping[str, Any]) -> None:
    ours, alone, launched = found["answers"], found["arithmetic"], found["launch"]
    bare = ours["bare commit"]
    print(f"command: {found['command']}\npowers: {found['power']}")
    print(
        f"\n(a) {ours['n']} answers of 43 statements, {ours['teams']} teams, SQLite\n"
    )
    print("| one answer | ms | of a bare durable commit |\n| --- | --- | --- |")
    for name in ("bare commit", "issue", "submit", "without JavaScript", "close"):
        print(f"| {name} | {ours[name]:.2f} | {ours[name] / bare:.2f} |")
    print("\n(b) one core\n\n| what | ms | a second |\n| --- | --- | --- |")
    for name, each in alone.items():
        print(f"| {name} | {each:.3f} | {1000 / each:,.0f} |")
    show_launch(launched, alone["make a sign key"])


def show_launch(found: Mapping[str, float], each: float) -> None:
    kept = f"{found['scopes']} scopes, cut off after {found['kept']}, resumed"
    keys_alone = each * ALL_SCOPES / 1000
    rows = [
        (f"people and rosters of {found['scopes']} teams of 5", found["freeze"]),
        (f"keys of {kept}", found["keys"]),
        (f"projected: sign keys of {ALL_SCOPES:,} scopes, nothing else", keys_alone),
        (f"projected: all keys of {ALL_SCOPES:,} scopes, stored", found["projected"]),
        (f"directory of {ALL_SCOPES:,} scopes", found["directory"]),
        ("one path in it", found["path"]),
    ]
    print("\n(c) launch\n\n| what | seconds |\n| --- | --- |")
    for name, seconds in rows:
        print(f"| {name} | {seconds:.3f} |")


if __name__ == "__main__":
    main()
