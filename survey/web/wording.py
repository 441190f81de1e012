"""What pages say about states, acts and moments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from flask_babel import get_locale, gettext

from survey.errors import N_
from survey.forms.steps import REASONS
from survey.languages import format_date, format_moment, join_words
from survey.lifecycle import CycleState, Destruction
from survey.mail_queue import (
    ACTIVATION,
    INVITATION,
    MANAGER_RATING,
    REMIND,
    REPORT_READY,
    SELF_RATING,
)
from survey.promise import LEADER, TALK_PARTNER
from survey.recurrence import Recurrence
from survey.services.tasks import Task, TaskKind
from survey.services.watching import CycleStatus, ProgressRow

STATES = {
    CycleState.DRAFT: N_("draft"),
    CycleState.LAUNCHING: N_("being launched"),
    CycleState.LAUNCHED: N_("launched, not open yet"),
    CycleState.OPEN: N_("open"),
    CycleState.CLOSED: N_("closed, not released"),
    CycleState.RELEASED: N_("released"),
    CycleState.PURGED: N_("purged"),
    CycleState.ABANDONED: N_("abandoned"),
}
ACTS = {
    "draft_made": N_("Draft made"),
    "draft_changed": N_("Draft changed"),
    "next_draft_made": N_("Draft made by itself: the cycle before repeats"),
    "peers_approved": N_("Peers agreed to"),
    "launching": N_("Launched: rules and people fixed"),
    "launched": N_("Ready to open"),
    "keys_made": N_("Keys and check code made"),
    "open": N_("Form opened"),
    "reminder_planned": N_("Reminder planned"),
    "people_imported": N_("People imported"),
    "import_undone": N_("Import of people undone"),
    "extended": N_("Closing date moved: later"),
    "closing_early": N_("Closing date moved: earlier"),
    "tried_again": N_("Failed work tried again"),
    "held": N_("Report held back"),
    "hold_ended": N_("Hold taken back"),
    "slips_printed": N_("Slips printed"),
    "reissue_asked": N_("New key asked for"),
    "reissue_granted": N_("New key given"),
    "reissue_declined": N_("New key not given"),
    "closed": N_("Form closed"),
    "released": N_("Reports released"),
    "rows_kept": N_("Ratings kept for research"),
    "rows_too_few": N_("No ratings kept: too few people or groups answered"),
    "rows_without_keys": N_("No ratings kept: the keys were missing"),
    "rows_exported": N_("Kept ratings written to a file"),
    "rows_destroyed": N_("Kept ratings destroyed"),
    "abandoned": N_("Abandoned"),
    "destroyed": N_("Keys and answers destroyed"),
    "purged": N_("Lists of people erased"),
    "account_made": N_("Account made, or roles added"),
    "roles_changed": N_("Roles changed"),
    "account_off": N_("Account switched off"),
    "signed_in": N_("Signed in"),
    "password_set": N_("Password set"),
    "second_factor_on": N_("Second step set up"),
    "second_factor_off": N_("Second step switched off"),
    "second_factor_reset": N_("Second step reset by another person"),
    "recovery_code_used": N_("Recovery code used"),
    "recovery_codes_made": N_("New recovery codes made"),
}
DETAILS = {
    "at": N_("at"),
    "changed": N_("changed"),
    "count": N_("number"),
    "email": N_("account"),
    "fingerprint": N_("check code of keys and people"),
    "gone": N_("gone"),
    "leader": N_("leader"),
    "left": N_("left in files"),
    "new": N_("new"),
    "promise": N_("check code of the promise"),
    "roles": N_("roles"),
}
DESTRUCTION = {
    Destruction.NONE: N_("not yet"),
    Destruction.PENDING: N_("under way"),
    Destruction.DONE: N_("done"),
}
LETTERS = {
    "activation": N_("Mail to get an answer key"),
    "invitation": N_("Invitation"),
    "self_rating": N_("Mail to rate oneself"),
    "manager_rating": N_("Mail to rate leaders as their manager"),
    "name_peers": N_("Mail to name peers"),
    "report_ready": N_("Mail that the report is ready"),
    "closes": N_("Mail with another closing date"),
    "password": N_("Mail to set a password"),
    "welcome": N_("Mail to begin with an account"),
    "sign_in": N_("Mail with a link to sign in"),
    "head_launched": N_("Mail with the check codes at launch"),
    "head_closed": N_("Mail with the check code of the log at closing"),
    "head_released": N_("Mail with the check code of the log at release"),
}
"""By the beginning of their kind; reminders are named nowhere."""
MAILS = {
    ACTIVATION: N_("Answer keys can be fetched"),
    INVITATION: N_("Invitation"),
    SELF_RATING: N_("Leaders rate themselves"),
    MANAGER_RATING: N_("Managers rate their leaders"),
    REMIND: N_("Reminder"),
    REPORT_READY: N_("Your report is ready"),
}
READERS = {
    LEADER: N_("the leader"),
    TALK_PARTNER: N_("the person who talks it over with the leader"),
    "hr": N_("the HR department"),
    "organisation": N_("top management"),
}
RECURRENCES = {
    Recurrence.NEVER: N_("Never"),
    Recurrence.QUARTERLY: N_("Quarterly"),
    Recurrence.HALF_YEARLY: N_("Half-yearly"),
    Recurrence.YEARLY: N_("Yearly"),
}
ROLES = {
    "hr": N_("HR"),
    "leader": N_("leader"),
    "organisation_reader": N_("reader of the organisation report"),
    "representative": N_("representative"),
    "admin": N_("administrator"),
}


def helpers() -> dict[str, Callable[..., str]]:
    """Give templates these words."""
    return {
        "say": say,
        "day": day,
        "moment": moment,
        "state_word": state_word,
        "act_word": act_word,
        "detail_word": detail_word,
        "destruction_word": destruction_word,
        "answered": answered,
        "reason_word": reason_word,
        "task_address": task_address,
        "mail_word": mail_word,
        "reader_words": reader_words,
        "recurrence_word": recurrence_word,
    }


def say(text: str, fields: Mapping[str, object] | None = None) -> str:
    """Return a text of a service in the page's language, its places filled."""
    words = {name: _word(name, value) for name, value in (fields or {}).items()}
    translated: str = gettext(text)
    return translated % words if words else translated


def _word(name: str, value: object) -> object:
    """Translate what fills a place, where it is a word of ours or a day."""
    if name == "state":
        return state_word(CycleState(str(value)))
    if name.endswith("_on"):
        return day(date.fromisoformat(str(value)))
    if name == "problem":
        return gettext(value)
    return value


def day(on: date, time_zone: str = "UTC") -> str:
    """Return a day, or the day of a moment, in the page's language."""
    return format_date(on, _language(), time_zone)


def moment(at: datetime, time_zone: str = "UTC") -> str:
    """Return a day with its time in the page's language."""
    return format_moment(at, _language(), time_zone)


def _language() -> str:
    return str(get_locale())


def state_word(state: CycleState) -> str:
    """Return how people call a state."""
    word: str = gettext(STATES[state])
    return word


def act_word(act: str) -> str:
    """Return how people call an act of the log."""
    word: str = gettext(ACTS.get(act, act))
    return word


def reason_word(reason: str) -> str:
    """Return the reason of a hold as it was chosen."""
    return str(REASONS.get(reason, reason))


_TASK_AT = {
    TaskKind.HOLD: "steps.show_holds",
    TaskKind.WORK_FAILED: "jobs.show_failed",
    TaskKind.MAILS_FAILED: "jobs.show_failed",
}


def task_address(task: Task) -> str:
    """Return where a task is done: on the page of its cycle, if nowhere else."""
    return url_for(_TASK_AT.get(task.kind, "hr.show_cycle"), cycle_id=task.cycle_id)


def mail_word(kind: str) -> str:
    """Return how people call a kind of mail."""
    word: str = gettext(MAILS[kind])
    return word


def recurrence_word(recurrence: str) -> str:
    """Return how often a cycle is repeated."""
    word: str = gettext(RECURRENCES[Recurrence(recurrence)])
    return word


def reader_words(readers: Iterable[str]) -> str:
    """Return who reads a leader's report, in one list."""
    return join_words(tuple(gettext(READERS[one]) for one in readers), _language())


def detail_word(name: str) -> str:
    """Return how people call a detail of the log."""
    word: str = gettext(DETAILS.get(name, name))
    return word


def destruction_word(destruction: Destruction) -> str:
    """Return how far single answers and keys are destroyed."""
    word: str = gettext(DESTRUCTION[destruction])
    return word


def answered(row: ProgressRow, k: int) -> str:
    """Return how many answered, never finer than the band."""
    if row.low == 0 and row.high is not None:
        return str(gettext("up to %(high)s", high=row.high))
    if row.low == 0:
        return str(gettext("below %(k)s", k=k))
    if row.high is None:
        return str(gettext("%(low)s or more", low=row.low))
    return f"{row.low}–{row.high}"


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way of a cycle."""

    name: str
    detail: str
    is_past: bool
    is_current: bool


_AT: dict[CycleState, int] = {
    CycleState.DRAFT: 0,
    CycleState.LAUNCHING: 1,
    CycleState.LAUNCHED: 1,
    CycleState.OPEN: 2,
    CycleState.CLOSED: 3,
    CycleState.RELEASED: 4,
    CycleState.PURGED: 5,
}


def timeline(seen: CycleStatus) -> list[Step]:
    """Return the steps of a cycle with their dates; none if it was abandoned."""
    if seen.state is CycleState.ABANDONED:
        return []
    zone = seen.time_zone
    names: list[tuple[str, str]] = [
        (gettext("Prepare"), ""),
        (gettext("Launch"), ""),
        (gettext("Open"), gettext("from %(day)s", day=day(seen.opens_at, zone))),
        (gettext("Close"), gettext("on %(day)s", day=day(seen.closes_at, zone))),
        (gettext("Release"), gettext("by %(day)s", day=day(seen.release_by, zone))),
        (gettext("Purge"), gettext("on %(day)s", day=day(seen.purge_at, zone))),
    ]
    at = _AT[seen.state]
    return [
        Step(name, detail, is_past=n < at, is_current=n == at)
        for n, (name, detail) in enumerate(names)
    ]
