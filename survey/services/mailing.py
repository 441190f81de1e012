"""Write and send mails: one row for each (cycle, person, kind), text made when sent."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from questionnaires.model import Form, RaterGroup, minutes
from survey import letters
from survey.credentials.fingerprint import SHOWN
from survey.intake import instruments_of, replace_code
from survey.languages import format_date, format_moment, translator
from survey.lifecycle import CycleState, Mode, issue_is_open
from survey.mail import Letter
from survey.mail_queue import (
    ACTIVATION,
    CLOSES,
    INVITATION,
    MANAGER_RATING,
    MAY_HAVE_BEEN_SENT,
    NAME_PEERS,
    NEXT_DRAFT,
    PASSWORD,
    REMIND,
    REPORT_READY,
    SELF_RATING,
    closes_kind,
    queue_mails,
)
from survey.models.account import Account, PasswordLink
from survey.models.cycle import Cycle, CycleLeader, RosterMember, Scope
from survey.models.invitation import Collected, Invitation, InvitationKind
from survey.models.mail import Mail, MailState
from survey.models.people import Organisation, Person
from survey.promise import PromiseFacts, mail_sentences
from survey.reminders import MOST
from survey.tokens import opt_out_token, printed_code
from survey.transitions import get_cycle, require
from survey.vault.pepper import Vault

_SETTLED = {MailState.SENT, MailState.UNDELIVERABLE, MailState.FAILED}
LINK_LIVES = timedelta(hours=1)
FIRST_LINK_LIVES = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Desk:
    """What writing letters needs besides their rows.

    ``known``: what letters of one batch name alike, by cycle and language.
    """

    vault: Vault
    base_url: str
    now: datetime
    known: dict[tuple[int, str], dict[str, object]] = field(default_factory=dict)


def queue_activations(session: Session, cycle_id: int, *, now: datetime) -> int:
    """Ask for the mails of the activation day, before the form opens."""
    people = _invited(session, cycle_id)
    return queue_mails(session, cycle_id, people, ACTIVATION, now=now)


def _invited(session: Session, cycle_id: int) -> list[int]:
    """Return the people who have an invitation of their own."""
    found = session.scalars(
        select(Invitation.person_id).where(
            Invitation.cycle_id == cycle_id,
            Invitation.kind == InvitationKind.PERSONAL,
        )
    )
    return [person for person in found if person]


def queue_invitations(session: Session, cycle_id: int, *, now: datetime) -> int:
    """Ask for the mails that go out when the form opens; asking twice asks once."""
    people = _invited(session, cycle_id)
    leaders = session.scalars(
        select(CycleLeader.person_id)
        .join(Person, Person.id == CycleLeader.person_id)
        .join(Scope, Scope.leader_id == CycleLeader.id)
        .where(
            CycleLeader.cycle_id == cycle_id,
            Scope.group == RaterGroup.SELF,
            Person.email.is_not(None),
        )
    ).all()
    n = queue_mails(session, cycle_id, people, INVITATION, now=now)
    n += queue_mails(session, cycle_id, leaders, SELF_RATING, now=now)
    managers = _managers(session, cycle_id)
    return n + queue_mails(session, cycle_id, managers, MANAGER_RATING, now=now)


def _managers(session: Session, cycle_id: int) -> Sequence[int]:
    """Return who rates leaders as their manager, under their name."""
    return session.scalars(
        select(RosterMember.person_id)
        .join(Scope, Scope.id == RosterMember.scope_id)
        .where(Scope.cycle_id == cycle_id, Scope.group == RaterGroup.MANAGER)
        .distinct()
    ).all()


def ask_for_peers(session: Session, cycle_id: int, *, now: datetime) -> int:
    """Ask leaders of a draft by mail to name peers; asking twice asks once."""
    cycle = get_cycle(session, cycle_id)
    require(cycle, CycleState.DRAFT, now=now)
    leaders = session.scalars(
        select(Person.id)
        .join(CycleLeader, CycleLeader.person_id == Person.id)
        .where(CycleLeader.cycle_id == cycle_id, Person.email.is_not(None))
    ).all()
    return queue_mails(session, cycle_id, leaders, NAME_PEERS, now=now)


def queue_report_ready(session: Session, cycle_id: int, *, now: datetime) -> int:
    """Ask for the mails that tell leaders to open their report, if there is one.

    Where a hold delays the report it delays the mail.
    """
    if get_cycle(session, cycle_id).state != CycleState.RELEASED:
        return 0
    found = session.execute(
        select(CycleLeader.hold_until, CycleLeader.person_id)
        .join(Person, Person.id == CycleLeader.person_id)
        .where(CycleLeader.cycle_id == cycle_id, Person.email.is_not(None))
    )
    leaders = defaultdict[datetime, list[int]](list)
    for hold_until, person_id in found:
        leaders[max(now, hold_until or now)].append(person_id)
    return sum(
        queue_mails(session, cycle_id, people, REPORT_READY, now=at)
        for at, people in leaders.items()
    )


def begin_mail(session: Session, mail_id: int, desk: Desk) -> Letter | None:
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
    letter = _WRITERS[mail.kind.partition(".")[0]](session, mail, desk)
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
    """Write down how handing over went; after the last try the mail has failed.

    That a letter may have come twice stays noted.
    """
    if error:
        state = MailState.FAILED if is_last else MailState.WAITING
        values: dict[str, Any] = {"state": state, "last_error": error[:500]}
    else:
        doubt = case((Mail.last_error == MAY_HAVE_BEEN_SENT, Mail.last_error), else_="")
        values = {"state": MailState.SENT, "sent_at": now, "last_error": doubt}
    session.execute(update(Mail).where(Mail.id == mail_id).values(**values))


def _write_invitation(session: Session, mail: Mail, desk: Desk) -> Letter | None:
    cycle = get_cycle(session, mail.cycle_id or 0)
    if cycle.state_at(desk.now) is not CycleState.OPEN:
        return None
    return _write_to_rater(session, mail, desk, (letters.ONE_LEADER, letters.SEVERAL))


def _write_activation(session: Session, mail: Mail, desk: Desk) -> Letter | None:
    cycle = get_cycle(session, mail.cycle_id or 0)
    state = cycle.state_at(desk.now)
    if state is CycleState.OPEN or not issue_is_open(
        state, cycle.activates_at, now=desk.now
    ):
        return None
    return _write_to_rater(
        session, mail, desk, (letters.ACTIVATION, letters.ACTIVATION)
    )


def _write_reminder(session: Session, mail: Mail, desk: Desk) -> Letter | None:
    """Remind, unless the form closed, the link was used, or no reminder is wanted."""
    cycle = get_cycle(session, mail.cycle_id or 0)
    person = session.get_one(Person, mail.person_id or 0)
    if cycle.state_at(desk.now) is not CycleState.OPEN or not person.wants_reminders:
        return None
    wave = int(mail.kind.removeprefix(f"{REMIND}_"))
    texts = (letters.REMIND_ONE, letters.REMIND_SEVERAL)
    if cycle.mode == Mode.ACTIVATION_DAY:
        text = letters.KEY_WAITS if wave == 1 else letters.STILL_OPEN
        texts = (text, text)
    letter = _write_to_rater(session, mail, desk, texts)
    if letter is None or wave < MOST:
        return letter
    last = translator(letter.language).gettext(letters.LAST_REMINDER)
    return replace(letter, subject=last % {"subject": letter.subject})


def _write_to_rater(
    session: Session,
    mail: Mail,
    desk: Desk,
    texts: tuple[tuple[str, str], tuple[str, str]],
) -> Letter | None:
    """Write to somebody with a code of this letter; texts for one leader or several."""
    cycle = get_cycle(session, mail.cycle_id or 0)
    person = session.get_one(Person, mail.person_id or 0)
    invitation = session.scalar(
        select(Invitation).where(
            Invitation.cycle_id == cycle.id, Invitation.person_id == person.id
        )
    )
    if invitation is None:
        return None
    only_unused = mail.kind.startswith(REMIND) and cycle.mode == Mode.ONE_VISIT
    leaders = _leaders(session, invitation.id, only_unused=only_unused)
    if not leaders:
        return None
    code = replace_code(
        session,
        desk.vault.pepper,
        invitation.id,
        kind=_CODES.get(mail.kind, mail.kind),
    )
    promise = mail_sentences(
        PromiseFacts.from_json(cycle.promise), person.language, leader=leaders[0]
    )
    words = _words(session, cycle, person.language, desk) | {
        "leader": leaders[0],
        "n": len(leaders),
        "opens": format_date(cycle.opens_at, person.language, cycle.time_zone),
        "url": f"{desk.base_url}/{person.language}/",
        "link": _entry_link(desk, cycle, person.language, code),
        "code": printed_code(code),
        "promise": " ".join(promise),
        "stop": _stop_url(desk, person),
    }
    letter = _letter(mail, person, texts[len(leaders) > 1], words, desk.now)
    return letter and replace(letter, stop_url=_stop_url(desk, person))


def _leaders(
    session: Session, invitation_id: int, *, only_unused: bool
) -> Sequence[str]:
    """Return whom an invitation rates; or whom it was not used for yet."""
    rights = (
        select(CycleLeader.name)
        .join(Scope, Scope.leader_id == CycleLeader.id)
        .join(Collected, Collected.scope_id == Scope.id)
        .where(Collected.invitation_id == invitation_id)
        .order_by(CycleLeader.name)
    )
    if only_unused:
        rights = rights.where(Collected.is_collected.is_(False))
    return session.scalars(rights).all()


def _stop_url(desk: Desk, person: Person) -> str:
    token = opt_out_token(desk.vault.pepper.hide, person.id)
    return f"{desk.base_url}/{person.language}/reminders/stop/{token}"


_CODES = {INVITATION: "invite", ACTIVATION: "activate"}
"""Each letter has a code of its own; those of earlier letters stay valid."""


def _entry_link(desk: Desk, cycle: Cycle, language: str, code: str) -> str:
    """Return a link whose code stands behind the #, where no server or log sees it."""
    return f"{desk.base_url}/{language}/s#{cycle.fingerprint[:SHOWN]}.{code}"


def _write_closes(session: Session, mail: Mail, desk: Desk) -> Letter | None:
    """Tell the new closing date, unless it was moved again since."""
    cycle = get_cycle(session, mail.cycle_id or 0)
    is_open = cycle.state_at(desk.now) is CycleState.OPEN
    if not is_open or mail.kind != closes_kind(cycle.closes_at):
        return None
    person = session.get_one(Person, mail.person_id or 0)
    words = _words(session, cycle, person.language, desk) | {
        "url": f"{desk.base_url}/{person.language}/",
        "closes_at": format_moment(cycle.closes_at, person.language, cycle.time_zone),
    }
    return _letter(mail, person, letters.CLOSES, words, desk.now)


def _write_self_rating(session: Session, mail: Mail, desk: Desk) -> Letter | None:
    cycle = get_cycle(session, mail.cycle_id or 0)
    if cycle.state_at(desk.now) is not CycleState.OPEN:
        return None
    return _write_to_leader(
        session, mail, desk, letters.SELF, f"/leader/{cycle.id}/self"
    )


def _write_manager_rating(session: Session, mail: Mail, desk: Desk) -> Letter | None:
    cycle = get_cycle(session, mail.cycle_id or 0)
    if cycle.state_at(desk.now) is not CycleState.OPEN:
        return None
    return _write_to_leader(session, mail, desk, letters.AS_MANAGER, "/leader/")


def _write_name_peers(session: Session, mail: Mail, desk: Desk) -> Letter | None:
    cycle = get_cycle(session, mail.cycle_id or 0)
    if cycle.state_at(desk.now) is not CycleState.DRAFT:
        return None
    path = f"/peers/{cycle.id}/{mail.person_id}"
    return _write_to_leader(session, mail, desk, letters.NAME_PEERS, path)


def _write_report_ready(session: Session, mail: Mail, desk: Desk) -> Letter | None:
    return _write_to_leader(
        session, mail, desk, letters.READY, f"/leader/{mail.cycle_id}/report"
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
    words = _words(session, cycle, person.language, desk) | {
        "leader": person.name,
        "link": desk.base_url + path,
    }
    return _letter(mail, person, texts, words, desk.now)


def _write_password(session: Session, mail: Mail, desk: Desk) -> Letter | None:
    account = session.get_one(Account, mail.account_id or 0)
    if not account.is_active:
        return None
    path = _password_path(session, account, desk.now + LINK_LIVES)
    words = {"name": account.name, "link": desk.base_url + path}
    return _to_account(mail, account, letters.PASSWORD, words, desk.now)


def _to_account(
    mail: Mail,
    account: Account,
    texts: tuple[str, str],
    words: Mapping[str, object],
    now: datetime,
) -> Letter:
    gettext = translator(account.language).gettext
    subject, body = (gettext(text) % words for text in texts)
    key = f"{mail.kind}.{mail.id}@hansei"
    return Letter(
        account.name, account.email, account.language, subject, body, key, now
    )


def _write_next_draft(session: Session, mail: Mail, desk: Desk) -> Letter | None:
    """Tell HR of a draft that was made by itself, while it still is one."""
    cycle = get_cycle(session, mail.cycle_id or 0)
    account = session.get_one(Account, mail.account_id or 0)
    if cycle.state != CycleState.DRAFT or not account.is_active:
        return None
    opens = format_date(cycle.opens_at, account.language, cycle.time_zone)
    words = {
        "name": account.name,
        "cycle": cycle.name,
        "opens": opens,
        "link": f"{desk.base_url}/hr/cycles/{cycle.id}",
    }
    return _to_account(mail, account, letters.NEXT_DRAFT, words, desk.now)


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


def _words(
    session: Session, cycle: Cycle, language: str, desk: Desk
) -> dict[str, object]:
    """Return what every mail of a cycle may name."""
    if (cycle.id, language) not in desk.known:
        desk.known[cycle.id, language] = _named(session, cycle, language)
    return desk.known[cycle.id, language]


def _named(session: Session, cycle: Cycle, language: str) -> dict[str, object]:
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
    address = person.reachable_at
    if address is None:
        return None
    gettext = translator(person.language).gettext
    subject, body = (gettext(text) % words for text in texts)
    key = f"{mail.kind}.{mail.cycle_id}.{person.id}.{words['fingerprint']}@hansei"
    return Letter(person.name, address, person.language, subject, body, key, now)


_WRITERS: dict[str, Callable[[Session, Mail, Desk], Letter | None]] = {
    ACTIVATION: _write_activation,
    INVITATION: _write_invitation,
    NAME_PEERS: _write_name_peers,
    SELF_RATING: _write_self_rating,
    MANAGER_RATING: _write_manager_rating,
    REPORT_READY: _write_report_ready,
    PASSWORD: _write_password,
    CLOSES: _write_closes,
    NEXT_DRAFT: _write_next_draft,
    **{f"{REMIND}_{wave}": _write_reminder for wave in range(1, MOST + 1)},
}
