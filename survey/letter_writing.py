"""Write the letter of a mail when it is sent, from what is true at that moment."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.model import Form, minutes
from survey import letters
from survey.credentials.fingerprint import SHOWN
from survey.intake import instruments_of, replace_code
from survey.languages import format_date, format_moment, translator
from survey.lifecycle import CycleState, Mode, issue_is_open
from survey.mail import Letter
from survey.mail_queue import (
    ACTIVATION,
    CLOSES,
    HEADS,
    INVITATION,
    MANAGER_RATING,
    NAME_PEERS,
    NEXT_DRAFT,
    PASSWORD,
    REMIND,
    REPORT_READY,
    SELF_RATING,
    SIGN_IN,
    WELCOME,
    closes_kind,
)
from survey.models.account import Account, PasswordLink, SignInLink
from survey.models.audit import AuditEvent
from survey.models.cycle import Cycle, CycleLeader, Scope
from survey.models.invitation import Collected, Invitation
from survey.models.mail import Mail
from survey.models.people import Organisation, Person
from survey.promise import PromiseFacts, mail_sentences
from survey.reminders import MOST
from survey.tokens import hash_token, opt_out_token, printed_code
from survey.transitions import get_cycle
from survey.vault.pepper import Vault

LINK_LIVES = timedelta(hours=1)
FIRST_LINK_LIVES = timedelta(days=14)
SIGN_IN_LINK_LIVES = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Desk:
    """What writing letters needs besides their rows.

    ``known``: what letters of one batch name alike, by cycle and language.
    """

    vault: Vault
    base_url: str
    now: datetime
    known: dict[tuple[int, str], dict[str, object]] = field(default_factory=dict)


def write_letter(session: Session, mail: Mail, desk: Desk) -> Letter | None:
    """Return the text of a mail now; none where nobody should get it any more."""
    return _WRITERS[mail.kind.partition(".")[0]](session, mail, desk)


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
    return _write_to_rater(session, mail, desk, (letters.ACTIVATION,) * 2)


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
    link = desk.base_url + _password_path(session, account, desk.now + LINK_LIVES)
    return _to_account(mail, account, letters.PASSWORD, desk, {"link": link})


def _write_welcome(session: Session, mail: Mail, desk: Desk) -> Letter | None:
    account = session.get_one(Account, mail.account_id or 0)
    link = desk.base_url + _password_path(session, account, desk.now + FIRST_LINK_LIVES)
    name = session.scalar(select(Organisation.name)) or ""
    words = {"link": link, "organisation": name}
    return _to_account(mail, account, letters.WELCOME, desk, words)


def _write_sign_in(session: Session, mail: Mail, desk: Desk) -> Letter | None:
    account = session.get_one(Account, mail.account_id or 0)
    if not account.may_use_sign_in_link:
        return None
    token = secrets.token_urlsafe(32)
    session.add(
        SignInLink(
            token_hash=hash_token(token),
            account_id=account.id,
            expires_at=desk.now + SIGN_IN_LINK_LIVES,
        )
    )
    words = {"link": f"{desk.base_url}/account/link/{token}"}
    return _to_account(mail, account, letters.SIGN_IN, desk, words)


def _write_head(session: Session, mail: Mail, desk: Desk) -> Letter | None:
    """Tell how far the log reached when the cycle took a step, not how far it is."""
    account = session.get_one(Account, mail.account_id or 0)
    cycle = get_cycle(session, mail.cycle_id or 0)
    act, texts = _HEADS[mail.kind]
    event = session.scalar(
        select(AuditEvent)
        .where(AuditEvent.cycle_id == cycle.id, AuditEvent.act == act)
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )
    if event is None:
        return None
    words = _words(session, cycle, account.language, desk) | {
        "fingerprint": cycle.fingerprint,
        "promise": cycle.promise_hash,
        "number": event.id,
        "head": event.hash,
        "link": f"{desk.base_url}/representative/cycles/{cycle.id}",
    }
    return _to_account(mail, account, texts, desk, words)


_HEADS = {
    HEADS[CycleState.LAUNCHED]: ("keys_made", letters.HEAD_LAUNCHED),
    HEADS[CycleState.CLOSED]: ("closed", letters.HEAD_CLOSED),
    HEADS[CycleState.RELEASED]: ("released", letters.HEAD_RELEASED),
}


def _to_account(
    mail: Mail,
    account: Account,
    texts: tuple[str, str],
    desk: Desk,
    words: Mapping[str, object],
) -> Letter | None:
    """Write to somebody with an account, if it is still in use."""
    if not account.is_active:
        return None
    gettext = translator(account.language).gettext
    filled = {**words, "name": account.name}
    subject, body = (gettext(text) % filled for text in texts)
    key = f"{mail.kind}.{mail.id}@hansei"
    return Letter(
        account.name, account.email, account.language, subject, body, key, desk.now
    )


def _write_next_draft(session: Session, mail: Mail, desk: Desk) -> Letter | None:
    """Tell HR of a draft that was made by itself, while it still is one."""
    cycle = get_cycle(session, mail.cycle_id or 0)
    account = session.get_one(Account, mail.account_id or 0)
    if cycle.state != CycleState.DRAFT:
        return None
    opens = format_date(cycle.opens_at, account.language, cycle.time_zone)
    words = {
        "cycle": cycle.name,
        "opens": opens,
        "link": f"{desk.base_url}/hr/cycles/{cycle.id}",
    }
    return _to_account(mail, account, letters.NEXT_DRAFT, desk, words)


def _password_path(session: Session, account: Account, expires_at: datetime) -> str:
    """Return the address of a fresh link; only the token's hash is kept."""
    token = secrets.token_urlsafe(32)
    session.add(
        PasswordLink(
            token_hash=hash_token(token),
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
    WELCOME: _write_welcome,
    SIGN_IN: _write_sign_in,
    CLOSES: _write_closes,
    NEXT_DRAFT: _write_next_draft,
    **dict.fromkeys(_HEADS, _write_head),
    **{f"{REMIND}_{wave}": _write_reminder for wave in range(1, MOST + 1)},
}
