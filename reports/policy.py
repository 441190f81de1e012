"""The rules of a cycle, frozen at launch."""

from __future__ import annotations

from dataclasses import dataclass

K_DEFAULT = 5
K_LOWEST = 3
K_HIGHEST = 12


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be shown: ``k`` answers at least, per group and per item.

    ``open_analysis`` lifts the gate for somebody who holds the raw answers anyway;
    every page then says "not for distribution". Only `hansei analyse --open` makes
    such a policy. ``names_leaders``: the promise said that the organisation's report
    shows teams by their leader's name.
    """

    k: int = K_DEFAULT
    open_analysis: bool = False
    names_leaders: bool = False

    def __post_init__(self) -> None:
        """Refuse a threshold outside the range that can be promised."""
        if not K_LOWEST <= self.k <= K_HIGHEST:
            raise ValueError(
                f"`k` is {self.k}; it must be from {K_LOWEST} to {K_HIGHEST}"
            )
