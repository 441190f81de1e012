"""One dimension of one leader, measured before verdicts are weighed together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from questionnaires.model import RaterGroup
from reports.disclosure import is_exact, nearest
from reports.means import t_p
from reports.pooled import Scored
from reports.views import LeaderRows, Measured, Rules, measure, self_score


@dataclass(frozen=True, slots=True, eq=False)
class SeenDimension:
    """How raters and leader see it; ``basis``: what a gap is measured against."""

    scored: Scored
    measured: tuple[Measured, ...]
    basis: Measured
    self_score: float | None

    def of(self, group: RaterGroup) -> Measured | None:
        """Return how this group sees it, ``None`` if it was not asked."""
        return next((m for m in self.measured if m.view.group is group), None)

    @property
    def distance(self) -> float | None:
        """Self minus mean; where the mean is told as a zone, to its nearest point."""
        if self.self_score is None or self.basis.cell is None:
            return None
        if is_exact(self.basis.cell):
            return self.self_score - self.basis.mean
        return self.self_score - nearest(self.self_score, self.basis.cell)

    @property
    def p(self) -> float:
        """Own p of the gap, ``nan`` where there is no interval or no self rating."""
        exact, distance = self.basis.exact, self.distance
        if exact is None or distance is None:
            return float("nan")
        return t_p(distance / exact.standard_error, exact.df)


def _basis(measured: Sequence[Measured]) -> Measured:
    """Choose the view a gap is measured against: all raters if shown, else the team."""
    if measured[0].view.group is None and measured[0].cell is None:
        return measured[1]
    return measured[0]


def see(rules: Rules, leader: LeaderRows, scored: Scored) -> SeenDimension:
    """Measure one dimension of one leader."""
    measured = measure(rules, scored, leader)
    return SeenDimension(scored, measured, _basis(measured), self_score(leader, scored))
