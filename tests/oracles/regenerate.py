"""Reference figures that come from R: make them again and compare.

Run: python -m tests.oracles.regenerate            fails on a figure that differs
     python -m tests.oracles.regenerate --update   writes what R says now
"""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.oracles.stored import (
    FOLDER,
    MODULES,
    Json,
    file_of,
    read,
    scripts_of,
    stale,
    stamped,
)

PACKAGES = ("multilevel", "psych", "lme4", "boot", "jsonlite")
EXACT, FITTED = 1e-10, 1e-6
"""How far a figure may move. What an optimiser or a bootstrap finds is stored with
seven digits, the last of which depends on the machine."""
NOTHING = 1e-12
LONGEST = 60


class ScriptError(Exception):
    """R gave up; the message is what it printed."""


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def _missing_packages(rscript: str) -> list[str]:
    """Name the packages of R that are not installed."""
    wanted = ", ".join(f"'{name}'" for name in PACKAGES)
    code = f"cat(setdiff(c({wanted}), rownames(installed.packages())))"
    run = subprocess.run(
        [rscript, "-e", code], capture_output=True, text=True, check=True
    )
    return run.stdout.split()


def _run(rscript: str, module: str, folder: Path) -> Json:
    """Run one script and read what it wrote; one thread, and sorting by code point."""
    out = folder / f"{module}.json"
    plain = {"LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    run = subprocess.run(
        [rscript, "--no-init-file", scripts_of(module)[0], str(out)],
        cwd=FOLDER,
        env={**os.environ, **plain},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        raise ScriptError(f"{module}.R stopped: {run.stderr.strip()}")
    return stamped(module, json.loads(out.read_text(encoding="utf-8")))


def _moved(was: Any, now: Any, tolerance: float, place: str) -> Iterator[str]:
    """Name every place at which two pieces of JSON differ by more than allowed."""
    if isinstance(was, dict) and isinstance(now, dict) and was.keys() == now.keys():
        for key in was:
            yield from _moved(was[key], now[key], tolerance, f"{place}.{key}")
    elif isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        for number, pair in enumerate(zip(was, now, strict=True)):
            yield from _moved(*pair, tolerance, f"{place}[{number}]")
    elif not _same(was, now, tolerance):
        yield f"{place} was {_short(was)}, is {_short(now)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _same(was: Any, now: Any, tolerance: float) -> bool:
    """Compare two leaves; where R once said 0, a trace of float noise is 0 as well."""
    if not isinstance(was, (int, float)) or not isinstance(now, (int, float)):
        return was == now
    trace = NOTHING if 0 in {was, now} else 0.0
    return math.isclose(was, now, rel_tol=tolerance, abs_tol=trace)


def _changes(stored: Json, fresh: Json) -> Iterator[str]:
    """Say in what the stored figures differ from those that R gives now."""
    yield from stale(stored)
    yield from _moved(stored["data"], fresh["data"], EXACT, "data")
    old = {case["name"]: case for case in stored["cases"]}
    new = {case["name"]: case for case in fresh["cases"]}
    yield from (f"no longer made: {name!r}" for name in old if name not in new)
    yield from (f"not stored: {name!r}" for name in new if name not in old)
    for name in (name for name in old if name in new):
        tolerance = EXACT if old[name]["tolerance"] <= 1e-8 else FITTED
        yield from _moved(old[name], new[name], tolerance, repr(name))


def _versions(stored: Json, fresh: Json) -> Iterator[str]:
    """Say which versions differ; that alone is no fault."""
    if stored["r"] != fresh["r"]:
        yield f"made by R {stored['r']}, here is {fresh['r']}"
    for name, version in fresh["packages"].items():
        made_by = stored["packages"].get(name)
        if made_by != version:
            yield f"made by {name} {made_by}, here is {version}"


def _problems(module: str, fresh: Json) -> list[str]:
    """Compare one module; print versions, return what is wrong."""
    file = file_of(module)
    if not file.exists():
        return [f"{file.name}: not stored"]
    stored = read(module)
    _say(*(f"{file.name}: {line}" for line in _versions(stored, fresh)))
    return [f"{file.name}: {line}" for line in _changes(stored, fresh)]


def _written(figures: Json) -> str:
    """Lay figures out with one line a data set and a case, so that a diff is read."""

    def line(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    head = [f"{line(key)}: {line(figures[key])}" for key in ("scripts", "r")]
    head.append(f'"packages": {line(figures["packages"])}')
    data = [f"{line(name)}: {line(kept)}" for name, kept in figures["data"].items()]
    head.append('"data": {\n' + ",\n".join(data) + "\n}")
    cases = ",\n".join(line(case) for case in figures["cases"])
    return "{\n" + ",\n".join(head) + f',\n"cases": [\n{cases}\n]\n}}\n'


def _regenerate(rscript: str, *, update: bool) -> int:
    """Run every script; write the figures, or return how many problems there are."""
    with tempfile.TemporaryDirectory() as folder:
        made = {module: _run(rscript, module, Path(folder)) for module in MODULES}
    problems = [
        f"{file.name}: no script makes these figures"
        for file in sorted(FOLDER.glob("*.json"))
        if file.stem not in MODULES
    ]
    for module, fresh in made.items():
        if update:
            file_of(module).write_text(_written(fresh), encoding="utf-8")
        else:
            problems += _problems(module, fresh)
    n_cases = sum(len(fresh["cases"]) for fresh in made.values())
    told = f"{len(problems)} changed" if problems else "none changed"
    told = "written" if update else told
    _say(*problems)
    _say(f"oracles: {n_cases} cases in {len(made)} files regenerated, {told}")
    return len(problems)


def main() -> int:
    """Return the exit code; without R there is nothing to compare with."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        _say("oracles: not run (no Rscript)")
        return 0
    if missing := _missing_packages(rscript):
        install = " ".join(f"r-cran-{name}" for name in missing)
        _say(
            f"oracles: not run (R lacks {', '.join(missing)}; "
            f"on Debian: apt install {install})"
        )
        return 0
    try:
        return int(_regenerate(rscript, update="--update" in sys.argv) > 0)
    except ScriptError as error:
        _say(f"oracles: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
