"""Analyse one made-up organisation; run in a process of its own to see its memory.

Run: .venv/bin/python bench/parts/whole_analysis.py LEADERS [--profile]
"""

import cProfile
import json
import pstats
import resource
import sys
import time
from collections.abc import Sequence

import numpy as np

from questionnaires.catalogue import Catalogue
from questionnaires.model import Form, Instrument, RaterGroup
from reports.analysis import Analysis, analyse
from reports.answers import Answers, as_column
from reports.policy import Policy
from reports.tree import CycleFacts

RATERS = 10
INVITED = 11


def main() -> None:
    """Print the seconds of one core and the most memory in use, as JSON."""
    n_leaders = int(sys.argv[1])
    texts = {i.code: i for i in Catalogue().instruments()}
    instruments = [texts["ll-35"], texts["ps-8"]]
    answers = made_up(n_leaders, instruments)
    before = _megabytes()
    profile = cProfile.Profile() if "--profile" in sys.argv else None
    start = time.process_time()
    if profile:
        analysis = profile.runcall(_analyse, answers, instruments)
        pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(25)
    else:
        analysis = _analyse(answers, instruments)
    found = {
        "leaders": len(analysis.leaders),
        "raters": answers.leaders.size,
        "items": len(answers.item_codes),
        "cpu_seconds": time.process_time() - start,
        "megabytes_before": before,
        "megabytes": _megabytes(),
    }
    print(json.dumps(found))


def made_up(n_leaders: int, instruments: Sequence[Instrument]) -> Answers:
    """Give each leader a self rating and ten raters who see a team alike in part."""
    rng = np.random.default_rng(n_leaders)
    items = [item for i in instruments for d in i.dimensions for item in d.items]
    team = np.repeat(np.arange(n_leaders), RATERS + 1)
    shape = (team.size, len(items))
    view = rng.normal(3.5, 0.4, n_leaders)[team] + rng.normal(0, 0.5, team.size)
    points = np.clip(np.round(view[:, None] + rng.normal(0, 0.9, shape)), 1, 5)
    reverse = [item.reverse_keyed for item in items]
    points[:, reverse] = 6 - points[:, reverse]
    points[rng.random(shape) < 0.02] = np.nan
    names = [f"L{number}" for number in range(n_leaders)]
    return Answers(
        leaders=as_column([names[number] for number in team]),
        groups=as_column([RaterGroup.SELF, *[RaterGroup.TEAM] * RATERS] * n_leaders),
        item_codes=tuple(item.code for item in items),
        points=points,
        cannot_say=np.zeros(shape, dtype=np.bool_),
        comments=((),) * team.size,
        confidential=np.zeros(team.size, dtype=np.bool_),
        invited={(name, RaterGroup.TEAM): INVITED for name in names},
    )


def _analyse(answers: Answers, instruments: Sequence[Instrument]) -> Analysis:
    return analyse(
        answers,
        instruments,
        form=Form.FULL,
        policy=Policy(),
        cycle=CycleFacts("", "", Policy().k, str(Form.FULL), made_up=True),
        code_version="",
        seed=0,
    )


def _megabytes() -> float:
    """Most memory this process has held, as Linux counts it."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
