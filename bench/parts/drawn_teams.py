"""Small teams drawn from the real answers of lq2002, with known true views."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from reports.means import PooledSd, pooled_sd
from reports.reliability import alpha_within_teams

DATA = Path(__file__).parents[2] / "tests/data/lq2002/lq2002.csv"
LOW, HIGH = 1.0, 5.0
MOST_INVITED = 12

Size = tuple[int, int]
"""How many teams, and how many people in each."""


@dataclass(frozen=True)
class Donors:
    """Real answers, company by company, and what all companies say together."""

    companies: list[np.ndarray]
    spread: PooledSd
    reliability: float

    @property
    def sds(self) -> np.ndarray:
        """Spread of the real scores in each company."""
        return np.array([items.mean(axis=1).std(ddof=1) for items in self.companies])

    @property
    def weights(self) -> np.ndarray:
        """Share of all raters in each company."""
        sizes = np.array([len(items) for items in self.companies], dtype=float)
        return sizes / sizes.sum()

    def anew(self) -> "Donors":
        """Return what the companies say if all raters answer by `asked_anew`."""
        n_items = self.companies[0].shape[1]
        noise = [items.var(axis=1).mean() / n_items for items in self.companies]
        signal = self.spread.sd**2
        both = signal + float(self.weights @ noise)
        spread = replace(self.spread, sd=math.sqrt(both))
        return replace(self, spread=spread, reliability=signal / both)


@dataclass(frozen=True)
class Teams:
    """True views and answers, (n_teams, N), and the company of each team."""

    true: np.ndarray
    answers: np.ndarray
    company: np.ndarray

    @property
    def truth(self) -> np.ndarray:
        """What the interval is about: the mean of all true views, silent ones too."""
        return self.true.mean(axis=1)

    @property
    def invited(self) -> int:
        """Size N of each team."""
        return self.true.shape[1]

    def among(self, companies: np.ndarray) -> "Teams":
        """Keep the teams of these companies."""
        held = np.isin(self.company, companies)
        return Teams(self.true[held], self.answers[held], self.company[held])

    def silenced_by_view(self, rng: np.random.Generator, odds: float) -> "Teams":
        """Reorder: a point more makes it `odds` times as likely to answer next."""
        keys = math.log(odds) * self.true + rng.gumbel(size=self.true.shape)
        order = np.argsort(-keys, axis=1)
        true = np.take_along_axis(self.true, order, axis=1)
        return Teams(true, np.take_along_axis(self.answers, order, 1), self.company)


def read_donors() -> Donors:
    """Read the companies from which a team of any size can be drawn."""
    table = np.genfromtxt(DATA, delimiter=",", names=True, deletechars='"')
    items = np.stack([table[f"LEAD{i:02}"] for i in range(1, 12)], axis=1)
    company = table["COMPID"]
    names, sizes = np.unique(company, return_counts=True)
    names = names[sizes >= MOST_INVITED]
    held = np.isin(company, names)
    alpha = alpha_within_teams(items[held], company[held]).estimate
    spread = pooled_sd(items[held].mean(axis=1), company[held])
    return Donors([items[company == c] for c in names], spread, round(alpha, 2))


def picked(n: int, size: Size, rng: np.random.Generator) -> np.ndarray:
    """Pick different donors of n for each team, in random order."""
    return np.argsort(rng.random((size[0], n)), axis=1)[:, : size[1]]


def moved(
    items: np.ndarray, rho: float, size: Size, rng: np.random.Generator
) -> np.ndarray:
    """Move donors in and add an error; true views and answers, (2, n_teams, N)."""
    scores = items.mean(axis=1)
    views = scores.mean() + math.sqrt(rho) * (scores - scores.mean())
    true = views[picked(len(items), size, rng)]
    noise = rng.normal(0, math.sqrt(1 - rho) * scores.std(ddof=1), size)
    room = np.minimum(true - LOW, HIGH - true)
    return np.stack([true, true + np.clip(noise, -room, room)])


def asked_anew(
    items: np.ndarray, rho: float, size: Size, rng: np.random.Generator
) -> np.ndarray:
    """Let all draw 11 of their own 11 answers anew: another noise, which sets rho."""
    del rho
    rows = picked(len(items), size, rng)
    columns = rng.integers(items.shape[1], size=(*size, items.shape[1]))
    answers = items[rows[..., None], columns].mean(axis=2)
    return np.stack([items.mean(axis=1)[rows], answers])


def draw(
    donors: Donors,
    size: Size,
    rng: np.random.Generator,
    rho: float,
    answer: Callable[..., np.ndarray] = moved,
) -> Teams:
    """Draw teams, companies in proportion to their raters."""
    company = rng.choice(len(donors.companies), size[0], p=donors.weights)
    both = np.empty((2, *size))
    for number, items in enumerate(donors.companies):
        rows = np.flatnonzero(company == number)
        both[:, rows] = answer(items, rho, (rows.size, size[1]), rng)
    return Teams(both[0], both[1], company)
