"""How often what is printed of a real team pins somebody down, in one run.

Run: .venv/bin/python bench/attacker.py [--teams N] [--seed S] [--json FILE]

Teams of 4 to 20 are drawn from lq2002, a real survey: three items (TSIG), five and all
eleven (LEAD), as they were answered and with every answer raised by one, a happy
company. One insider at a time knows the own answers and n, and reads `analysis.json`.
A team counts if any answer of anybody else has one value left: by the dimension's
figures alone, by single statements alone, or by both together. k is 4 for n = 4.

Design, section 5.3, holds for both together, of 20,000 teams: with three items none
below n = 8; with eight and more none as they are, at most 0.15% of a happy company.
"""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from parts.figures import command_line, keep

sys.path.insert(0, str(Path(__file__).parents[1]))

from reports.policy import Policy
from tests.attacks.attack import CHOICES, figures_of, pins
from tests.attacks.drawn import COLUMNS, Drawn, draw

SIZES = (4, 5, 6, 7, 8, 10, 11, 12, 15, 20)
BATCH = 40
Found = Counter[tuple[int, int, str, str]]
"""How many teams are pinned, by (raised, n, dimension, figures)."""
"""Teams of one made-up organisation: enough for a spread pooled over teams."""
MOST_OFTEN = 0.0015
LEAST_TEAMS = 2_000
"""Of fewer teams as many may be pinned as of these: chance alone does that."""


def look(drawn: Drawn) -> Iterator[tuple[str, str]]:
    """Yield which dimension of which team is pinned, and by which figures."""
    for leader, code in drawn.output.shown():
        known, points = drawn.known(leader, code), drawn.points(leader, code)
        told = drawn.output.told_in_json(leader, code)
        # Either kind alone pins no more than both do.
        if not pins(figures_of(told, known, CHOICES["together"]), known, points):
            continue
        for name, chosen in CHOICES.items():
            if pins(figures_of(told, known, chosen), known, points):
                yield code, name


def count(n_teams: int, seed: int) -> tuple[Found, dict[tuple[int, int], int]]:
    """Return pinned teams by (raised, n, dimension, figures), and teams looked at."""
    found: Found = Counter()
    looked: dict[tuple[int, int], int] = {}
    for raised in (0, 1):
        for size in SIZES:
            rng = np.random.default_rng([seed, raised, size])
            looked[raised, size] = n_teams
            for start in range(0, n_teams, BATCH):
                sizes = [size] * min(BATCH, n_teams - start)
                policy = Policy(k=min(size, 5))
                drawn = draw(sizes, rng, raised=raised, policy=policy)
                found.update((raised, size, *one) for one in look(drawn))
    return found, looked


def table(found: Found, raised: int) -> Iterator[str]:
    """Yield one Markdown table, a column a size."""
    yield "| pinned teams | " + " | ".join(f"n={n}" for n in SIZES) + " |"
    yield "| --- |" + " --- |" * len(SIZES)
    for code, items in COLUMNS.items():
        for name in CHOICES:
            cells = [str(found[raised, n, code, name]) for n in SIZES]
            yield f"| {len(items)} items, {name} | " + " | ".join(cells) + " |"


def broken(found: Found, looked: dict[tuple[int, int], int]) -> list[str]:
    """Name what does not hold of the design."""
    problems = []
    for (raised, size, code, name), n in sorted(found.items()):
        what = f"{n} teams of {size}, {len(COLUMNS[code])} items, raised {raised}"
        # Below 5 nothing is promised: a colleague may guess, and the page says so.
        if name != "together" and size > 4:
            problems.append(f"{what}: pinned by {name} alone")
        elif code == "tsig" and 4 < size < 8:
            problems.append(f"{what}: no statement is shown there")
        elif size >= 12 and n > MOST_OFTEN * max(looked[raised, size], LEAST_TEAMS):
            problems.append(f"{what}: more than {MOST_OFTEN:.2%}")
    return problems


def main() -> int:
    chosen = command_line(
        __doc__,
        teams={"type": int, "default": 250, "help": "of each n, drawn twice"},
        seed={"type": int, "default": 1},
    )
    start = time.perf_counter()
    found, looked = count(chosen.teams, chosen.seed)
    seconds = time.perf_counter() - start
    for raised, title in enumerate(("As they are", "Every answer raised by one")):
        print(f"\n{title}, {chosen.teams} teams of each n\n")
        print("\n".join(table(found, raised)))
    problems = broken(found, looked)
    print(f"\n{sum(looked.values())} teams in {seconds:.0f} s, seed {chosen.seed}")
    print("\n".join(problems) or "Nothing beyond the design.")
    rows = [
        {"raised": r, "n": n, "dimension": code, "figures": name, "pinned": times}
        for (r, n, code, name), times in sorted(found.items())
    ]
    told = {"teams": chosen.teams, "seed": chosen.seed, "pinned": rows}
    keep(told, chosen.json)
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
