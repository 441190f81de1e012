"""The page of one cycle as HR sees it, made for the state it is in."""

from __future__ import annotations

from datetime import date, datetime
from http import HTTPStatus
from zoneinfo import ZoneInfo

from flask import render_template
from flask_wtf import FlaskForm

from questionnaires.model import RaterGroup
from survey import forecast
from survey.clock import utcnow
from survey.credentials.fingerprint import SHOWN
from survey.db import reading
from survey.fixed_hours import next_fixed_hour
from survey.forecast import DryRun
from survey.forms.cycle import LaunchForm, ReleaseForm, ReminderForm
from survey.languages import LANGUAGES
from survey.lifecycle import CycleState
from survey.promise import PromiseSentence, sentences
from survey.services import invitations, reissuing, tasks, watching
from survey.services.watching import CycleStatus
from survey.web.wording import say, timeline

MAY_BE_ABANDONED = frozenset(
    {
        CycleState.LAUNCHING,
        CycleState.LAUNCHED,
        CycleState.OPEN,
        CycleState.CLOSED,
    }
)
MAY_PRINT_SLIPS = frozenset({CycleState.LAUNCHED, CycleState.OPEN})


def cycle_page(
    cycle_id: int,
    *,
    launch: FlaskForm | None = None,
    release_form: FlaskForm | None = None,
    reminder_form: FlaskForm | None = None,
    refused: bool = False,
) -> tuple[str, HTTPStatus]:
    """Return the page, and its status: a form that came back has something wrong."""
    now = utcnow()
    with reading() as session:
        seen = watching.status(session, cycle_id, now=now)
        waiting = tasks.waiting(session, now=now, cycle_id=cycle_id)
        n_slips = invitations.count_slips(session, cycle_id)
        may_reissue = reissuing.may_be_asked(session, cycle_id, now=now)
        is_draft = seen.state is CycleState.DRAFT
        look = forecast.dry_run(session, cycle_id, now=now) if is_draft else None
    page = render_template(
        f"hr/cycle_{_TEMPLATES.get(seen.state, 'over')}.html",
        cycle=seen,
        steps=timeline(seen),
        tasks=waiting,
        look=look,
        promise=_promise(look) if look else {},
        launch_form=launch or (launch_form(look) if look else None),
        release_form=release_form or ReleaseForm(),
        reminder_form=reminder_form or ReminderForm(),
        refused=refused,
        n_slips=n_slips if seen.state in MAY_PRINT_SLIPS else 0,
        may_reissue=may_reissue,
        may_be_abandoned=seen.state in MAY_BE_ABANDONED,
        early=_too_early(seen, now),
        check_code=seen.fingerprint[:SHOWN],
        next_refresh=seen.refreshed_at
        and next_fixed_hour(seen.refreshed_at, seen.time_zone),
    )
    came_back = launch or release_form or reminder_form
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if came_back else HTTPStatus.OK


def launch_form(look: DryRun) -> LaunchForm:
    """Return the form of a launch, with a box for each point to confirm."""
    return LaunchForm({p.code: say(p.text, p.fields) for p in look.to_confirm})


_TEMPLATES = {
    CycleState.DRAFT: "draft",
    CycleState.LAUNCHING: "launched",
    CycleState.LAUNCHED: "launched",
    CycleState.OPEN: "open",
    CycleState.CLOSED: "closed",
}


def _too_early(seen: CycleStatus, now: datetime) -> date | None:
    """Return the promised day if it has not come where the organisation is."""
    today = now.astimezone(ZoneInfo(seen.time_zone)).date()
    is_early = seen.promised_on is not None and today < seen.promised_on
    return seen.promised_on if is_early else None


def _promise(look: DryRun) -> dict[str, tuple[PromiseSentence, ...]]:
    """Return what raters of the smallest team will read, in every language."""
    if not look.leaders:
        return {}
    smallest = min(look.leaders, key=lambda leader: leader.n_invited)
    return {
        language: sentences(
            look.promise,
            language,
            leader=smallest.name,
            group=RaterGroup.TEAM,
            n_invited=smallest.n_invited,
            together=smallest.together,
        )
        for language in LANGUAGES
    }
