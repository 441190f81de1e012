"""How often a leader's interval holds the truth, and how often a verdict is right.

Run: .venv/bin/python bench/coverage.py [--teams 20000] [--seed 2002] [--json FILE]

Design. The raters of one company of lq2002 (11 leadership items, 1-5) are the donors.
A team is N different donors of one company; companies are drawn in proportion to their
raters, those with fewer than 12 are left out. Rater i has a true view t_i, the donor's
score x_i moved toward the company's mean c, and gives an answer with an error:

    t_i = c + sqrt(rho) (x_i - c)      a_i = t_i + e_i      Var(e) = (1 - rho) s_c^2

so that answers spread as much as the real scores do. rho is alpha within teams, as the
product estimates it. The error is normal, cut on both sides alike where it could leave
the scale, so that it has no bias. The truth is the mean of t over all N, estimand (b)
of docs/statistics.md; n of the N answer, at random. The self rating is the truth plus
the true gap, kept within the scale.

The formulas are computed for all teams at once; in every cell `leader_gap` itself does
some of the teams and must say the same.
"""

import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from parts.drawn_teams import MOST_INVITED, Donors, Teams, asked_anew, draw, read_donors
from parts.figures import command_line, keep
from parts.judged_teams import (
    DIMENSIONS,
    WORDS,
    Measured,
    check,
    clear_in_reports,
    held_as_printed,
    judge,
    measure,
    self_ratings,
)

from reports.pooled import DF_FOR_SD, TEAMS_FOR_SD

GAPS = (0.0, 0.5, 0.75)
OWN_FROM = 8
"""From so many answers on a team's own spread is used, if there is no pooled one."""
STRESSED = ((5, 4), (6, 6), (8, 6), (9, 8), (12, 6))
HELD = (0.93, 0.97)
MOST_FALSE = 0.025

Row = dict[str, Any]


def main() -> None:
    arguments = command_line(
        __doc__,
        teams={"type": int, "default": 20_000, "help": "in each row"},
        seed={"type": int, "default": 2002},
    )
    start, donors = time.perf_counter(), read_donors()
    n_teams, seed = arguments.teams, arguments.seed
    found = {
        "command": f"python {' '.join(sys.argv)}",
        "teams": n_teams,
        "reliability": donors.reliability,
        "pooled_sd": donors.spread.sd,
        "pooled_df": donors.spread.df,
        "monte_carlo_error": {
            f"{share:g}": math.sqrt(share * (1 - share) / n_teams)
            for share in (0.025, 0.5, 0.95)
        },
        "pooled": list(rows(donors, n_teams, seed, pooled=True)),
        "own": list(rows(donors, n_teams, seed, pooled=False)),
        "stressed": stressed(donors, n_teams, seed),
    }
    found["targets"] = list(targets(found["pooled"], n_teams))
    found["seconds"] = time.perf_counter() - start
    show(found)
    keep(found, arguments.json)


def answering(invited: int) -> list[int]:
    """All, all but one, three quarters and half of a team; three people at least."""
    counts = {invited, invited - 1, round(0.75 * invited), math.ceil(invited / 2)}
    return [n for n in sorted(counts) if n >= 3]


def rows(donors: Donors, n_teams: int, seed: int, *, pooled: bool) -> Iterator[Row]:
    """One row for each team size and number of answers."""
    rho, spread = donors.reliability, donors.spread
    for invited in range(4 if pooled else OWN_FROM, MOST_INVITED + 1):
        rng = np.random.default_rng([seed, invited])
        teams = draw(donors, (n_teams, invited), rng, rho)
        for n in answering(invited):
            if pooled:
                yield row(teams, n, rho, spread.sd, spread.df)
            elif n >= OWN_FROM:
                yield row(teams, n, rho, None, None)


def row(teams: Teams, n: int, rho: float, sd: float | None, df: float | None) -> Row:
    """Intervals and verdicts of teams of one size with n answers."""

    def held(reliability: float) -> float:
        return measure(teams, n, reliability, sd, df).held(teams.truth)

    team = measure(teams, n, rho, sd, df)
    check(self_ratings(teams, GAPS[-1]), teams, n, rho, sd, df)
    return {
        "invited": teams.invited,
        "answered": n,
        "margin": float(team.half.mean()),
        "held": held(rho),
        "held_as_printed": held_as_printed(teams, n, team),
        "held_without_correction": held(0),
        "held_with_fpc_alone": held(1),
        "verdicts": {f"{gap:g}": verdicts(teams, team, gap) for gap in GAPS},
    }


def verdicts(teams: Teams, team: Measured, gap: float) -> Row:
    """How often each word is said where this gap is true."""
    judged = judge(self_ratings(teams, gap), team)
    wrong = (judged.word == WORDS.index("clearly")) & (judged.gap < 0)
    clear = clear_in_reports(judged, team.half)
    return {
        **{word: judged.share(word) for word in WORDS},
        "clearly, wrong way": float(wrong.mean()),
        "clearly, in a report": float(clear.mean()),
        "reports with a clearly": float(clear.any(axis=1).mean()),
    }


def stressed(donors: Donors, n_teams: int, seed: int) -> dict[str, dict[str, float]]:
    """How often the interval holds the truth where an assumption does not hold."""
    table: dict[str, dict[str, float]] = {}
    for invited, n in STRESSED:
        rng = np.random.default_rng([seed, invited, n])
        cells = stressed_cells(donors, (n_teams, invited), n, rng)
        for name, held in cells.items():
            table.setdefault(name, {})[f"{n} of {invited}"] = held
    return table


def stressed_cells(
    donors: Donors, size: tuple[int, int], n: int, rng: np.random.Generator
) -> dict[str, float]:
    rho, df, anew = donors.reliability, donors.spread.df, donors.anew()
    by_spread = np.argsort(donors.sds)
    quarter = by_spread.size // 4

    def held(teams: Teams, rho: float = rho, sd: float = donors.spread.sd) -> float:
        return measure(teams, n, rho, sd, df).held(teams.truth)

    usual = draw(donors, size, rng, rho)
    redrawn = draw(donors, size, rng, rho, asked_anew)
    return {
        "as above": held(usual),
        "raters answer by drawing from their own 11 answers": held(
            redrawn, anew.reliability, anew.spread.sd
        ),
        "spread pooled over the fewest teams allowed": held_by_few(usual, n, rho),
        f"reliability 0.75, taken for {rho:.2f}": held(draw(donors, size, rng, 0.75)),
        f"reliability {rho:.2f}, taken for 0.80": held(usual, 0.80),
        "the quarter of companies that differ least": held(
            usual.among(by_spread[:quarter])
        ),
        "the quarter of companies that differ most": held(
            usual.among(by_spread[-quarter:])
        ),
        "a point more doubles the chance to answer": held(
            usual.silenced_by_view(rng, 2)
        ),
    }


def held_by_few(teams: Teams, n: int, rho: float) -> float:
    """Pool the spread of as few teams as the product allows, again and again."""
    few = max(TEAMS_FOR_SD, math.ceil(DF_FOR_SD / (n - 1)))
    used = len(teams.company) // few * few
    teams = Teams(teams.true[:used], teams.answers[:used], teams.company[:used])
    variances = teams.answers[:, :n].var(axis=1, ddof=1).reshape(-1, few)
    sd = np.sqrt(variances.mean(axis=1)).repeat(few)
    return measure(teams, n, rho, sd, few * (n - 1)).held(teams.truth)


def targets(found: Sequence[Row], n_teams: int) -> Iterator[Row]:
    """Say of each target in which rows it is missed, beyond what drawing explains."""
    large = [one for one in found if one["invited"] >= 5]

    def target(name: str, missed: Callable[[Row], bool]) -> Row:
        where = [f"{r['answered']} of {r['invited']}" for r in large if missed(r)]
        return {"target": name, "rows": len(large), "missed": where}

    most = f"at most {MOST_FALSE:.1%} clear without a gap"
    yield target("93-97 % held", lambda r: not HELD[0] <= r["held"] <= HELD[1])
    yield target(
        f"{most}, a dimension alone",
        lambda r: r["verdicts"]["0"]["clearly"] > most_seen(n_teams),
    )
    yield target(
        f"{most}, anywhere in a report on eight dimensions",
        lambda r: (
            r["verdicts"]["0"]["reports with a clearly"]
            > most_seen(n_teams // DIMENSIONS)
        ),
    )


def most_seen(n: int) -> float:
    """Return how much a share of `MOST_FALSE` may show by chance: three errors."""
    return MOST_FALSE + 3 * math.sqrt(MOST_FALSE * (1 - MOST_FALSE) / n)


def show(found: Row) -> None:
    errors = [
        f"{100 * error:.2f} at {float(share):.1%}"
        for share, error in found["monte_carlo_error"].items()
    ]
    print(f"command: {found['command']}")
    print(
        f"{found['teams']} teams a row; reliability {found['reliability']:.2f}; pooled "
        f"spread {found['pooled_sd']:.3f} points, df {found['pooled_df']}"
    )
    print(f"Monte Carlo error, points of percent: {', '.join(errors)}")
    for name in ("pooled", "own"):
        print(f"\nSpread: {name}. Shares in percent.\n")
        table([short(one) for one in found[name]])
    print("\nEvery verdict, spread pooled, each dimension alone. Percent.\n")
    table(list(long(found["pooled"])))
    print("\nIntervals that hold the truth if an assumption does not. Percent.\n")
    table([{"": name, **row} for name, row in found["stressed"].items()])
    print()
    for one in found["targets"]:
        missed = one["missed"]
        kept = f"missed in {len(missed)}: {', '.join(missed)}" if missed else "met"
        print(f"target, N >= 5: {one['target']}: {kept} ({one['rows']} rows)")
    print(f"leader_gap agreed everywhere; {found['seconds']:.0f} s")


def short(one: Row) -> Row:
    """One row of the table for the documentation."""
    said = one["verdicts"]
    return {
        "invited": one["invited"],
        "answered": one["answered"],
        "margin": f"{one['margin']:.2f}",
        "held": one["held"],
        "printed": one["held_as_printed"],
        "no correction": one["held_without_correction"],
        "fpc alone": one["held_with_fpc_alone"],
        "gap 0: clear": said["0"]["clearly"],
        "in a report": said["0"]["reports with a clearly"],
        "alike": said["0"]["seen alike"],
        "gap 0.5: clear": said["0.5"]["clearly"],
        "alike ": said["0.5"]["seen alike"],
        "gap 0.75: clear": said["0.75"]["clearly"],
        "in a report ": said["0.75"]["clearly, in a report"],
    }


def long(found: Sequence[Row]) -> Iterator[Row]:
    for gap in (f"{gap:g}" for gap in GAPS):
        for one in found:
            who = {"true gap": gap, **{k: one[k] for k in ("invited", "answered")}}
            yield who | one["verdicts"][gap]


def table(rows: Sequence[Row]) -> None:
    print(f"| {' | '.join(name.strip() for name in rows[0])} |")
    print(f"|{'|'.join(' --- ' for _ in rows[0])}|")
    for one in rows:
        cells = (
            f"{100 * v:.1f}" if isinstance(v, float) else f"{v}" for v in one.values()
        )
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
