"""Write and send mails: one row for each (cycle, person, kind), text made when sent."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from questionnaires.model import Form, minutes
from survey.credentials.fingerprint import SHOWN
from survey.errors import N_
from survey.intake import instruments_of, replace_code
from survey.jobs import enqueue
from survey.languages import format_date, translator
from survey.lifecycle import CycleState
from survey.mail import Letter
from survey.models.account import Account, PasswordLink
from survey.models.base import insert_once
from survey.models.cycle import Cycle, CycleLeader, Scope
from survey.models.invitation import Collected, Invitation, InvitationKind
from survey.models.job import JobKind
from survey.models.mail import Mail, MailState
from survey.models.people import Organisation, Person
from survey.promise import PromiseFacts, mail_sentences
from survey.tokens import printed_code
from survey.transitions import get_cycle
from survey.vault.pepper import Vault

INVITATION, SELF_RATING, REPORT_READY, PASSWORD = (
    "invitation",
    "self_rating",
    "report_ready",
    "password",
)
MAY_HAVE_BEEN_SENT = "a worker stopped while sending: it may have been sent"
_SETTLED = {MailState.SENT, MailState.UNDELIVERABLE, MailState.FAILED}
LINK_LIVES = timedelta(hours=1)
FIRST_LINK_LIVES = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Desk:
    """What writing a letter needs besides the row."""

    vault: Vault
    base_url: str
    now: datetime


def queue_invitations(session: Session, cycle_id: int, *, now: datetime) -> int:
    """Ask for the mails that go out when the form opens; asking twice asks once."""
    people = session.scalars(
        select(Invitation.person_id).where(
            Invitation.cycle_id == cycle_id,
            Invitation.kind == InvitationKind.PERSONAL,
        )
    ).all()
    leaders = session.scalars(
        select(CycleLeader.person_id)
        .join(Person, Person.id == CycleLeader.person_id)
        .where(CycleLeader.cycle_id == cycle_id, Person.email.is_not(None))
    ).all()
    n = sum(_queue(session, cycle_id, p, INVITATION, now) for p in people if p)
    return n + sum(_queue(session, cycle_id, p, SELF_RATING, now) for p in leaders)


def queue_report_ready(session: Session, cycle_id: int, *, now: datetime) -> int:
    """Ask for the mails that tell leaders to open their report, if there is one."""
    if get_cycle(session, cycle_id).state != CycleState.RELEASED:
        return 0
    leaders = session.scalars(
        select(CycleLeader.person_id)
        .join(Person, Person.id == CycleLeader.person_id)
        .where(CycleLeader.cycle_id == cycle_id, Person.email.is_not(None))
    ).all()
    return sum(_queue(session, cycle_id, p, REPORT_READY, now) for p in leaders)


def _queue(
    session: Session, cycle_id: int, person_id: int, kind: str, now: datetime
) -> bool:
    made = insert_once(
        session,
        Mail,
        cycle_id=cycle_id,
        person_id=person_id,
        kind=kind,
        state=MailState.WAITING,
        attempts=0,
        message_id="",
        last_error="",
    )
    if made:
        mail_id = session.scalar(
            select(Mail.id).where(
                Mail.cycle_id == cycle_id,
                Mail.person_id == person_id,
                Mail.kind == kind,
            )
        )
        enqueue(
            session,
            JobKind.SEND_MAIL,
            mail_id or 0,
            due_at=now,
        )
    return made


def begin_mail(
    session: Session, vault: Vault, mail_id: int, base_url: str, *, now: datetime
) -> Letter | None:
    """Write the letter and mark its row as being sent; commit before handing it over.

    A letter that nobody should get any more (the cycle closed, the address is gone) is
    not written. One that was being sent when a worker died may have arrived: it is sent
    again once, and no more.
    """
    mail = session.get(Mail, mail_id)
    if mail is None or mail.state in _SETTLED:
        return None
    if mail.state == MailState.SENDING:
        if mail.last_error == MAY_HAVE_BEEN_SENT:
            mail.state = MailState.FAILED
            return None
        mail.last_error = MAY_HAVE_BEEN_SENT
    letter = _WRITERS[mail.kind](session, mail, Desk(vault, base_url, now))
    mail.state = MailState.SENDING if letter else MailState.UNDELIVERABLE
    mail.attempts += 1
    mail.message_id = letter.message_id if letter else ""
    return letter


def settle_mail(
    session: Session,
    mail_id: int,
    *,
    now: datetime,
    error: str = "",
    is_last: bool = False,
) -> None:
    """Write down how handing over went; after the last try the mail has failed."""
    if error:
        state = MailState.FAILED if is_last else MailState.WAITING
        values: dict[str, Any] = {"state": state, "last_error": error[:500]}
    else:
        values = {"state": MailState.SENT, "sent_at": now, "last_error": ""}
    session.execute(update(Mail).where(Mail.id == mail_id).values(**values))


def _write_invitation(session: Session, mail: Mail, desk: Desk) -> Letter | None:
    cycle = get_cycle(session, mail.cycle_id or 0)
    person = session.get_one(Person, mail.person_id or 0)
    invitation = session.scalar(
        select(Invitation).where(
            Invitation.cycle_id == cycle.id, Invitation.person_id == person.id
        )
    )
    if cycle.state_at(desk.now) is not CycleState.OPEN or invitation is None:
        return None
    code = replace_code(session, desk.vault.pepper, invitation.id, kind="invite")
    leaders = session.scalars(
        select(CycleLeader.name)
        .join(Scope, Scope.leader_id == CycleLeader.id)
        .join(Collected, Collected.scope_id == Scope.id)
        .where(Collected.invitation_id == invitation.id)
        .order_by(CycleLeader.name)
    ).all()
    promise = mail_sentences(
        PromiseFacts.from_json(cycle.promise), person.language, leader=leaders[0]
    )
    words = _words(session, cycle, person.language)
    words |= {
        "leader": leaders[0],
        "n": len(leaders),
        "url": f"{desk.base_url}/{person.language}/",
        "link": _entry_link(desk, cycle, person.language, code),
        "code": printed_code(code),
        "promise": " ".join(promise),
    }
    texts = _SEVERAL if len(leaders) > 1 else _ONE_LEADER
    return _letter(mail, person, texts, words, desk.now)


def _entry_link(desk: Desk, cycle: Cycle, language: str, code: str) -> str:
    """Return a link whose code stands behind the #, where no server or log sees it."""
    return f"{desk.base_url}/{language}/s#{cycle.fingerprint[:SHOWN]}.{code}"


_ONE_LEADER = (
    N_("Your view on how %(leader)s leads improvement (about %(minutes)s minutes)"),
    N_(
        "Hello,\n\n"
        "%(organisation)s asks team members how their leaders support improvement. "
        "Your view on %(leader)s helps %(leader)s to lead better.\n\n"
        "%(link)s\n"
        "Or go to %(url)s and type this code: %(code)s\n"
        "Open until %(closes)s. About %(minutes)s minutes. It works on a phone.\n\n"
        "%(promise)s Taking part is your choice.\n\n"
        "Check code: %(fingerprint)s. %(representative)s posts the same code.\n"
        "Do not forward this mail. Questions: %(contact)s (not in %(leader)s's "
        "reporting line)."
    ),
)
_SEVERAL = (
    N_("Your view on %(n)s leaders (about %(minutes)s minutes each)"),
    N_(
        "Hello,\n\n"
        "%(organisation)s asks people how their leaders support improvement. Your view "
        "on %(n)s leaders helps them to lead better.\n\n"
        "%(link)s\n"
        "Or go to %(url)s and type this code: %(code)s\n"
        "Open until %(closes)s. About %(minutes)s minutes for each leader. It works on "
        "a phone.\n\n"
        "%(promise)s Taking part is your choice.\n\n"
        "Check code: %(fingerprint)s. %(representative)s posts the same code.\n"
        "Do not forward this mail. Questions: %(contact)s."
    ),
)
_SELF = (
    N_("Your self-assessment, open until %(closes)s"),
    N_(
        "Hello %(leader)s,\n\n"
        "please answer the same statements about yourself (about %(minutes)s minutes): "
        "%(link)s\n\n"
        "Your self-assessment is not anonymous: it appears in your own report beside "
        "the team's averages. Your report is for your development. It is not used for "
        "pay or ranking.\n\n"
        "Please tell your team in your own words why you take part, and that you will "
        "not try to find out who said what.\n\n"
        "Questions: %(contact)s."
    ),
)
_READY = (
    N_("Your report is ready"),
    N_(
        "Hello %(leader)s,\n\n"
        "your report for %(cycle)s is ready: %(link)s\n\n"
        "Take one point from it, not ten.\n\n"
        "Questions: %(contact)s."
    ),
)
_PASSWORD = (
    N_("Set your password"),
    N_(
        "Hello %(name)s,\n\n"
        "with this link you set a new password. It works once, within one hour: "
        "%(link)s\n\n"
        "If you did not ask for it, ignore this mail: nothing changes."
    ),
)


def _write_self_rating(session: Session, mail: Mail, desk: Desk) -> Letter | None:
    cycle = get_cycle(session, mail.cycle_id or 0)
    if cycle.state_at(desk.now) is not CycleState.OPEN:
        return None
    return _write_to_leader(session, mail, desk, _SELF, f"/leader/{cycle.id}/self")


def _write_report_ready(session: Session, mail: Mail, desk: Desk) -> Letter | None:
    return _write_to_leader(
        session, mail, desk, _READY, f"/leader/{mail.cycle_id}/report"
    )


def _write_to_leader(
    session: Session, mail: Mail, desk: Desk, texts: tuple[str, str], path: str
) -> Letter | None:
    cycle = get_cycle(session, mail.cycle_id or 0)
    person = session.get_one(Person, mail.person_id or 0)
    account = session.scalar(select(Account).where(Account.person_id == person.id))
    if account is None:
        return None
    if account.password_hash is None:
        path = _password_path(session, account, desk.now + FIRST_LINK_LIVES)
    words = _words(session, cycle, person.language)
    words |= {"leader": person.name, "link": desk.base_url + path}
    return _letter(mail, person, texts, words, desk.now)


def _write_password(session: Session, mail: Mail, desk: Desk) -> Letter | None:
    account = session.get_one(Account, mail.account_id or 0)
    if not account.is_active:
        return None
    path = _password_path(session, account, desk.now + LINK_LIVES)
    gettext = translator(account.language).gettext
    words = {"name": account.name, "link": desk.base_url + path}
    return Letter(
        account.name,
        account.email,
        account.language,
        gettext(_PASSWORD[0]),
        gettext(_PASSWORD[1]) % words,
        f"password.{mail.id}@hansei",
        desk.now,
    )


def _password_path(session: Session, account: Account, expires_at: datetime) -> str:
    """Return the address of a fresh link; only the token's hash is kept."""
    token = secrets.token_urlsafe(32)
    session.add(
        PasswordLink(
            token_hash=sha256(token.encode()).digest(),
            account_id=account.id,
            expires_at=expires_at,
        )
    )
    return f"/account/password/{token}"


def _words(session: Session, cycle: Cycle, language: str) -> dict[str, object]:
    """Return what every mail of a cycle may name."""
    organisation = session.scalars(select(Organisation)).one()
    return {
        "organisation": organisation.name,
        "cycle": cycle.name,
        "contact": cycle.contact,
        "representative": cycle.representative,
        "fingerprint": cycle.fingerprint[:SHOWN],
        "closes": format_date(cycle.closes_at, language, cycle.time_zone),
        "minutes": minutes(instruments_of(cycle), Form(cycle.form)),
    }


def _letter(
    mail: Mail,
    person: Person,
    texts: tuple[str, str],
    words: dict[str, object],
    now: datetime,
) -> Letter | None:
    if person.email is None:
        return None
    gettext = translator(person.language).gettext
    subject, body = (gettext(text) % words for text in texts)
    key = f"{mail.kind}.{mail.cycle_id}.{person.id}.{words['fingerprint']}@hansei"
    return Letter(person.name, person.email, person.language, subject, body, key, now)


_WRITERS: dict[str, Callable[[Session, Mail, Desk], Letter | None]] = {
    INVITATION: _write_invitation,
    SELF_RATING: _write_self_rating,
    REPORT_READY: _write_report_ready,
    PASSWORD: _write_password,
}
