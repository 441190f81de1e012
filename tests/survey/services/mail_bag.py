"""A mailer that keeps what it is given, and a cycle whose mails wait to be sent."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from survey import letter_writing
from survey.mail import Letter, MailError
from survey.models.mail import Mail
from survey.services import cycles, launching, mailing
from survey.worker import Workshop, run_due
from tests.conftest import DAY, NOON, add_team, pulse_plan, set_up


@dataclass
class Bag:
    """A mailer that keeps letters, and may refuse or die."""

    letters: list[Letter] = field(default_factory=list)
    refusals: int = 0
    deaths: int = 0

    def send(self, letter: Letter) -> None:
        if self.refusals:
            self.refusals -= 1
            raise MailError("554 not today")
        self.letters.append(letter)
        if self.deaths:
            self.deaths -= 1
            raise KeyboardInterrupt  # the process ends between hand-over and commit

    def rest(self) -> None:
        """Nothing is kept open."""


def desk_of(shop: Workshop, now: datetime = NOON) -> letter_writing.Desk:
    return letter_writing.Desk(shop.vault, "http://h", now)


def mails(shop: Workshop, **where: str) -> list[Mail]:
    with shop.sessions() as session:
        return list(session.scalars(select(Mail).filter_by(**where).order_by(Mail.id)))


def opened(shop: Workshop, mailer: Bag, sizes: dict[str, int] | None = None) -> int:
    """Launch a cycle whose mails wait to be sent."""
    early = NOON - DAY
    with shop.sessions.begin() as session:
        set_up(session)
        for name, size in (sizes or {"Lan": 2}).items():
            add_team(session, name, size)
        cycle_id = cycles.create_cycle(session, pulse_plan(), now=early).id
        launching.keep_small_teams(session, cycle_id, now=early)
        launching.launch_cycle(session, cycle_id, now=early)
    run_due(shop, now=early)
    with shop.sessions.begin() as session:
        cycles.open_cycle(session, cycle_id, now=NOON)
        mailing.queue_invitations(session, cycle_id, now=NOON)
    return cycle_id


def code_in(letter: Letter) -> str:
    return re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}", letter.text).group()
