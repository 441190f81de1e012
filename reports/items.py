"""How single items were answered, told as the gate allows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from questionnaires.model import Item, RaterGroup, name_leader
from reports.disclosure import Cell, Gate
from reports.pooled import Scored
from reports.tree import Because, Hidden, ItemResult, NoData, Third
from reports.views import RaterSet, refusal


def _thirds(
    gate: Gate, scored: Scored, points: NDArray[np.float64]
) -> tuple[Third, Third, Third] | None:
    """Tell the shares of low, middle and high points, as they were clicked."""
    if not gate.tells_thirds(len(scored.items)):
        return None
    from_middle = points - (scored.ends.low + scored.ends.high) / 2
    parts = (from_middle <= -1, np.abs(from_middle) < 1, from_middle >= 1)
    low, middle, high = (gate.third(int(p.sum()), points.size) for p in parts)
    if low is None or middle is None or high is None:
        return None
    return low, middle, high


def _item_result(
    gate: Gate, scored: Scored, rater_set: RaterSet, column: int
) -> ItemResult:
    item, points = scored.items[column], scored.points[:, column]
    given = scored.answered[:, column]
    floor = gate.floor(len(scored.items), single_item=True)
    cell: Cell | Hidden | NoData | None = refusal(gate, rater_set, given, floor)
    thirds = None
    rows = rater_set.rows
    if cell is None:
        told = points[rows][given[rows]]
        cell = gate.item_mean(float(told.mean()), told.size, scored.ends)
        thirds = _thirds(gate, scored, told)
    cannot_say = int(scored.cannot_say[rows, column].sum())
    own = points[rater_set.leader.of(RaterGroup.SELF)]
    own = own[~np.isnan(own)]
    return ItemResult(
        code=item.code,
        texts=_as_raters_read(item, rater_set.leader.name),
        reverse_keyed=item.reverse_keyed,
        mean=cell,
        self_points=int(own[0]) if own.size else None,
        thirds=thirds,
        many_cannot_say=gate.is_many(cannot_say, cannot_say + int(given[rows].sum())),
    )


def _as_raters_read(item: Item, leader: str) -> dict[str, str]:
    return {
        language: name_leader(text, leader)
        for language, text in item.other_wording.items()
    }


def item_results(
    gate: Gate, scored: Scored, rater_set: RaterSet
) -> tuple[ItemResult, ...]:
    """Tell each item; a single item is the dimension and is told once."""
    if len(scored.items) == 1:
        return ()
    return tuple(
        _item_result(gate, scored, rater_set, column)
        for column in range(len(scored.items))
    )


def why_items_hidden(items: tuple[ItemResult, ...]) -> Because | None:
    """Return the one reason why no item is shown, ``None`` if any is."""
    reasons = {
        item.mean.because if isinstance(item.mean, Hidden) else None for item in items
    }
    return reasons.pop() if len(reasons) == 1 else None
