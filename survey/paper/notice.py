"""What slips and the poster tell about a cycle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from survey.credentials.fingerprint import SHOWN
from survey.languages import format_date
from survey.promise import PromiseFacts


@dataclass(frozen=True, slots=True)
class Notice:
    """A launched cycle, for people who get no mail; nothing here names a rater."""

    cycle: str
    organisation: str
    languages: tuple[str, ...]
    closes_at: datetime
    time_zone: str
    fingerprint: str
    contact: str
    representative: str
    promise: PromiseFacts

    @property
    def check(self) -> str:
        """The check code that people compare."""
        return self.fingerprint[:SHOWN]

    def closing_day(self, language: str) -> str:
        """Return the last day on which somebody can answer."""
        return format_date(self.closes_at, language, self.time_zone)
