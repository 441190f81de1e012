"""No more reminders, for whoever asks: by one tap, without signing in."""

from __future__ import annotations

import hmac

from sqlalchemy import update
from sqlalchemy.orm import Session

from survey.errors import LinkExpiredError
from survey.models.people import Person
from survey.tokens import opt_out_token
from survey.vault.pepper import Pepper


def stop_reminders(session: Session, pepper: Pepper, token: str) -> None:
    """Send this person no reminder any more, in no cycle; asking twice is as good.

    Invitations carry the same link, so that asking tells nothing about answering.

    Raises
    ------
    LinkExpiredError
        If the link is not one of ours.
    """
    number = token.partition(".")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 10):  # noqa: PLR2004  # no number of a row is longer
        raise LinkExpiredError
    if not hmac.compare_digest(opt_out_token(pepper.hide, int(number)), token):
        raise LinkExpiredError
    session.execute(
        update(Person).where(Person.id == int(number)).values(wants_reminders=False)
    )
