"""What the statistics cost, against bare numpy and against R, in one run.

Run: .venv/bin/python bench/statistics_speed.py [--quick] [--json FILE]

(a) 20,000 made-up teams of 4 to 12 raters, 35 items, 2 % missing: means and ICC(1, 2)
of seven dimensions, r_wg(j) and average deviation of all items; against the time numpy
takes to copy the same array and to sum it team by team; and against R's package
multilevel on the same data. (b) Whole analyses of organisations, each in a process of
its own on one core. (c) Omega and the factor behind it, against R's factanal.

`--quick` leaves the organisation of 20,000 leaders out.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from parts.figures import command_line, keep

from reports.agreement import (
    average_deviation_by_group,
    intraclass_correlation,
    null_variance,
    rwg_j_by_group,
)
from reports.grouping import Grouping
from reports.reliability import mcdonald_omega
from reports.scoring import dimension_scores

PARTS = Path(__file__).with_name("parts")
TEAMS, ITEMS, DIMENSION = 20_000, 35, 5
ALTERNATING = 5
LEADERS = (200, 2_000, 20_000)
MOST_OF_NUMPY, LEAST_OF_R = 10, 50
MOST_SECONDS, MOST_MEGABYTES = 10, 1024
LINEAR = 1.25
"""A leader among ten times as many may cost so many times as much."""
NULL = null_variance(5)


@dataclass(frozen=True)
class Ratings:
    """Answers of all raters, (n_raters, ITEMS), team by team."""

    points: np.ndarray
    team: np.ndarray

    def complete(self) -> "Ratings":
        """Leave out raters with a missing answer, as R's functions do."""
        held = ~np.isnan(self.points).any(axis=1)
        return Ratings(self.points[held], self.team[held])

    @property
    def starts(self) -> np.ndarray:
        """Where each team begins."""
        return np.flatnonzero(np.diff(self.team, prepend=-1))


def main() -> None:
    arguments = command_line(
        __doc__, quick={"action": "store_true", "help": "without 20,000 leaders"}
    )
    sizes = LEADERS[:-1] if arguments.quick else LEADERS
    # First, as long as this process is small: Linux counts its memory in theirs.
    organisations = [organisation(n) for n in sizes]
    ratings = made_up(np.random.default_rng(35))
    ours = against_numpy(ratings)
    found = {
        "command": f"python {' '.join(sys.argv)}",
        "raters": len(ratings.points),
        "agreement": ours,
        "r": against_r(ratings, ours),
        "organisations": organisations,
    }
    found["targets"] = dict(targets(found))
    show(found)
    keep(found, arguments.json)


def made_up(rng: np.random.Generator) -> Ratings:
    team = np.repeat(np.arange(TEAMS), rng.integers(4, 13, TEAMS))
    shape = (team.size, ITEMS)
    view = rng.normal(3.5, 0.4, TEAMS)[team] + rng.normal(0, 0.5, team.size)
    points = np.clip(np.round(view[:, None] + rng.normal(0, 0.9, shape)), 1, 5)
    points[rng.random(shape) < 0.02] = np.nan
    return Ratings(points, team)


def dimensions(ratings: Ratings) -> list[np.ndarray]:
    starts = range(0, ITEMS, DIMENSION)
    return [dimension_scores(ratings.points[:, i : i + DIMENSION]) for i in starts]


def means(ratings: Ratings) -> np.ndarray:
    scores = np.stack(dimensions(ratings), axis=1)
    return Grouping.of(ratings.team).means(scores)


def icc(ratings: Ratings) -> list[float]:
    scores = dimensions(ratings)
    return [intraclass_correlation(one, ratings.team).icc2 for one in scores]


def rwg_j(ratings: Ratings) -> np.ndarray:
    return rwg_j_by_group(ratings.points, ratings.team, NULL).values


def average_deviation(ratings: Ratings) -> np.ndarray:
    return average_deviation_by_group(ratings.points, ratings.team).values


def factor(ratings: Ratings) -> float:
    return mcdonald_omega(ratings.points)


def copy_and_sum(ratings: Ratings) -> np.ndarray:
    """Do the least that any figure of all teams needs."""
    return np.add.reduceat(ratings.points.copy(), ratings.starts, axis=0)


AGREEMENT = (means, icc, rwg_j, average_deviation)


def against_numpy(ratings: Ratings) -> dict[str, float]:
    """Median seconds of each figure, all in turn, so that all meet the same noise.

    The factor comes by itself: the threads of its algebra outlast it and would slow
    down whatever comes next.
    """
    taken: dict[str, list[float]] = {}
    for acts in ((copy_and_sum, *AGREEMENT), (factor,)):
        for _ in range(ALTERNATING):
            for act in acts:
                taken.setdefault(act.__name__, []).append(_seconds(act, ratings))
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def _seconds(act: Callable[[Ratings], object], ratings: Ratings) -> float:
    start = time.perf_counter()
    act(ratings)
    return time.perf_counter() - start


def against_r(ratings: Ratings, ours: Mapping[str, float]) -> dict[str, Any]:
    """Let R do the same; why not, if it cannot."""
    if not shutil.which("Rscript"):
        return {"skipped": "there is no Rscript"}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ratings.team.astype(np.int32).tofile(folder / "teams")
        ratings.points.T.tofile(folder / "ratings")
        script = [str(PARTS / "multilevel.R"), name, *map(str, ratings.points.shape)]
        run = subprocess.run(
            ["Rscript", *script], capture_output=True, text=True, check=False
        )
        if run.returncode:
            return {"skipped": run.stderr.strip().splitlines()[-1]}
        lines = (line.split() for line in run.stdout.splitlines())
        seconds = {name: float(value) for name, value in lines}
        off = differences(ratings.complete(), folder)
    both = ("means", "rwg_j", "average_deviation")
    ratio = sum(seconds[name] for name in both) / sum(ours[name] for name in both)
    return {"seconds": seconds, "largest_difference": off, "ratio": ratio}


def differences(complete: Ratings, folder: Path) -> dict[str, float]:
    """Compare with R's figures, which rest on raters who answered all items."""
    labels = Grouping.of(complete.team).labels
    if not np.array_equal(labels, np.fromfile(folder / "labels", dtype=np.int32)):
        sys.exit("R has other teams")
    found = {}
    for act in (rwg_j, average_deviation):
        theirs = np.fromfile(folder / act.__name__)
        with np.errstate(invalid="ignore"):  # R's NA is a nan that signals
            off = np.abs(act(complete) - theirs)
        if not np.array_equal(np.isnan(off), np.isnan(theirs)):
            sys.exit(f"R finds {act.__name__} for other teams")
        found[act.__name__] = float(np.nanmax(off))
    return found


def organisation(n_leaders: int) -> dict[str, float]:
    """Analyse so many leaders in a process of its own, on one core."""
    one_core = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")}
    command = [sys.executable, str(PARTS / "whole_analysis.py"), str(n_leaders)]
    run = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | one_core
    )
    if run.returncode:
        sys.exit(run.stderr)
    found: dict[str, float] = json.loads(run.stdout)
    return found


def targets(found: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    seconds = found["agreement"]
    ratio = together(seconds) / seconds["copy_and_sum"]
    yield f"(a) at most {MOST_OF_NUMPY} times copy and sum", ratio <= MOST_OF_NUMPY
    if "ratio" in found["r"]:
        yield f"(a) {LEAST_OF_R} times as fast as R", found["r"]["ratio"] >= LEAST_OF_R
    middle = found["organisations"][1]
    size = f"(b) {middle['leaders']:,} leaders in less than"
    yield f"{size} {MOST_SECONDS} s of one core", middle["cpu_seconds"] < MOST_SECONDS
    yield f"{size} 1 GB", middle["megabytes"] < MOST_MEGABYTES
    if len(found["organisations"]) == len(LEADERS):
        each = [one["cpu_seconds"] / one["leaders"] for one in found["organisations"]]
        yield "(b) linear from 2,000 to 20,000 leaders", each[2] <= LINEAR * each[1]


def together(seconds: Mapping[str, float]) -> float:
    return sum(seconds[act.__name__] for act in AGREEMENT)


def show(found: Mapping[str, Any]) -> None:
    print(f"command: {found['command']}")
    print(f"\n(a), (c): {TEAMS:,} teams, {found['raters']:,} raters, {ITEMS} items\n")
    show_agreement(found["agreement"], found["r"])
    print("\n(b) whole analyses: a self rating, 10 raters and 43 items a leader\n")
    show_organisations(found["organisations"])
    print()
    for name, is_met in found["targets"].items():
        print(f"target {name}: {'met' if is_met else 'MISSED'}")


def show_agreement(ours: Mapping[str, float], r: Mapping[str, Any]) -> None:
    base, theirs = ours["copy_and_sum"], r.get("seconds", {})
    rows = [*ours.items(), ("the four figures of (a)", together(ours))]
    print("| what | seconds | of copy and sum | R, seconds | R / ours |")
    print("| --- | --- | --- | --- | --- |")
    for name, seconds in rows:
        cells = [name.replace("_", " "), f"{seconds:.3f}", f"{seconds / base:.1f}"]
        of_r = theirs.get(name)
        cells += ["", ""] if of_r is None else [f"{of_r:.2f}", f"{of_r / seconds:.0f}"]
        print(f"| {' | '.join(cells)} |")
    if "skipped" in r:
        print(f"\nR left out: {r['skipped']}")
        return
    part, off = theirs["icc_of_250_teams"], max(r["largest_difference"].values())
    print(f"\nR / ours, means, rwg j and average deviation together: {r['ratio']:.0f}")
    print(f"R leaves incomplete raters out; on the others both differ by {off:.0e}")
    print(f"R's ICC1 and ICC2 of one score and 250 teams alone: {part:.2f} s")


def show_organisations(rows: Sequence[Mapping[str, float]]) -> None:
    print("| leaders | CPU, s | ms a leader | peak memory, MB | before, MB |")
    print("| --- | --- | --- | --- | --- |")
    for one in rows:
        each = 1000 * one["cpu_seconds"] / one["leaders"]
        cells = [f"{one['leaders']:,}", f"{one['cpu_seconds']:.1f}", f"{each:.2f}"]
        cells += [f"{one['megabytes']:.0f}", f"{one['megabytes_before']:.0f}"]
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
