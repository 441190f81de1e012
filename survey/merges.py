"""Small teams that can be shown together: too few alone, enough with their neighbours.

Proposed to HR before the launch and fixed by it; see anonymity rule R2.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

SPARE_ANSWERS = 2
"""Below k + 2 invited, one or two silent people already hide a report."""

Merge = tuple[int, ...]
"""The leaders, by person, whose teams are shown as one."""


def propose_merges(
    sizes: Mapping[int, int], managers: Mapping[int, int | None], k: int
) -> tuple[Merge, ...]:
    """Join small teams with those nearest to them in the reporting lines.

    From the bottom up: teams whose leaders have the same manager come together first,
    those that are still too few wait for the next unit. Teams that can be shown alone
    are left as they are.

    Parameters
    ----------
    sizes
        People who can rate each leader, in the order in which teams are joined.
    managers
        Whom everybody reports to; ``None`` or absent: nobody.
    k
        Answers that a set needs to be shown.

    Returns
    -------
    tuple of Merge
        Disjoint sets of at least two leaders and ``k`` people. A small team in none of
        them has no neighbours to be shown with.
    """
    small = [leader for leader, n in sizes.items() if 0 < n < k]
    merges: list[Merge] = []
    waiting: dict[int | None, list[int]] = defaultdict(list)
    for person in _from_the_bottom_up(small, managers):
        left = _join(sorted(waiting.pop(person, []), key=small.index), sizes, k, merges)
        if person in small:
            left = _join([*left, person], sizes, k, merges)
        waiting[managers.get(person)] += left
    _join(sorted(waiting[None], key=small.index), sizes, k, merges)
    return tuple(merges)


def _from_the_bottom_up(
    leaders: Sequence[int], managers: Mapping[int, int | None]
) -> list[int]:
    """Return the leaders and everybody above them, the lowest first."""
    depth = {
        person: len(list(_above(person, managers)))
        for leader in leaders
        for person in (leader, *_above(leader, managers))
    }
    return sorted(depth, key=lambda person: -depth[person])


def _above(person: int, managers: Mapping[int, int | None]) -> Iterator[int]:
    above = managers.get(person)
    while above is not None:
        yield above
        above = managers.get(above)


def _join(
    teams: list[int], sizes: Mapping[int, int], k: int, merges: list[Merge]
) -> list[int]:
    """Add sets of these teams to ``merges``, no larger than needed; return the rest."""
    sets: list[list[int]] = [[]]
    for leader in teams:
        if sum(sizes[one] for one in sets[-1]) >= k + SPARE_ANSWERS:
            sets.append([])
        sets[-1].append(leader)
    if len(sets) > 1 and sum(sizes[one] for one in sets[-1]) < k:
        last = sets.pop()
        sets[-1] += last
    if sum(sizes[one] for one in sets[-1]) < k:
        return teams
    merges += [tuple(one) for one in sets]
    return []
