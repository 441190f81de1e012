"""What HR does: the organisation, and the steps of a launched cycle."""

from __future__ import annotations

from http import HTTPStatus
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from survey.clock import utcnow
from survey.db import reading, transaction
from survey.errors import ReminderRefusedError
from survey.forms.cycle import AbandonForm, ReleaseForm, ReminderForm
from survey.forms.fields import text
from survey.forms.organisation import OrganisationForm
from survey.roles import Role
from survey.services import (
    copying,
    organisation,
    release,
    reminding,
    tasks,
    watching,
)
from survey.web import wording
from survey.web.access import for_role
from survey.web.cycle_page import cycle_page

bp = Blueprint("hr", __name__, url_prefix="/hr")
bp.context_processor(wording.helpers)


@bp.get("/")
@for_role(Role.HR)
def home() -> ResponseReturnValue:
    """Show the organisation, its cycles, and what waits for a decision."""
    with reading() as session:
        facts = organisation.organisation_facts(session)
        found = watching.list_cycles(session, now=utcnow())
        waiting = tasks.waiting(session, now=utcnow())
        follows = {one.cycle_id: one.follows for one in copying.next_drafts(session)}
    if facts is None:
        return redirect(url_for("hr.show_organisation"))
    return render_template(
        "hr/home.html", facts=facts, cycles=found, tasks=waiting, follows=follows
    )


@bp.get("/organisation")
@for_role(Role.HR)
def show_organisation() -> ResponseReturnValue:
    """Show what pages and mails name about the organisation."""
    with reading() as session:
        facts = organisation.organisation_facts(session)
    form = OrganisationForm(obj=facts)
    return render_template("hr/organisation.html", form=form, facts=facts)


@bp.post("/organisation")
@for_role(Role.HR)
def keep_organisation() -> ResponseReturnValue:
    """Keep the organisation's name, contact, representative, zone and language."""
    form = OrganisationForm()
    if not form.validate():
        page = render_template("hr/organisation.html", form=form, facts=None)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as session:
        facts = organisation.organisation_facts(session)
        organisation.set_up_organisation(
            session,
            text(form.name),
            language=form.language.data,
            time_zone=form.time_zone.data,
            contact=text(form.contact),
            representative=text(form.representative),
            is_made_up=bool(facts and facts.is_made_up),
        )
    return redirect(url_for("hr.home"), HTTPStatus.SEE_OTHER)


@bp.get("/cycles/<int:cycle_id>")
@for_role(Role.HR)
def show_cycle(cycle_id: int) -> ResponseReturnValue:
    """Show where a cycle stands and what can be done next."""
    return cycle_page(cycle_id)


@bp.post("/cycles/<int:cycle_id>/reminders")
@for_role(Role.HR)
def add_reminder(cycle_id: int) -> ResponseReturnValue:
    """Plan one more reminder."""
    form = ReminderForm()
    if not form.validate() or form.at.data is None:
        return cycle_page(cycle_id, reminder_form=form)
    with transaction() as session:
        zone = watching.status(session, cycle_id, now=utcnow()).time_zone
        reminding.add_reminder(
            session,
            cycle_id,
            form.at.data.replace(tzinfo=ZoneInfo(zone)),
            now=utcnow(),
            account_id=g.account.account_id,
        )
    return _back_to(cycle_id)


@bp.errorhandler(ReminderRefusedError)
def explain_refused_reminder(error: ReminderRefusedError) -> ResponseReturnValue:
    """Say beside the field why this moment is no good."""
    form = ReminderForm()
    form.at.errors = [wording.say(error.text)]
    page, _ = cycle_page((request.view_args or {})["cycle_id"], reminder_form=form)
    return page, error.status


@bp.post("/cycles/<int:cycle_id>/release")
@for_role(Role.HR)
def release_cycle(cycle_id: int) -> ResponseReturnValue:
    """Publish every report at once; the worker destroys what they were made of."""
    form = ReleaseForm()
    if not form.validate():
        return cycle_page(cycle_id, release_form=form)
    with transaction() as session:
        release.release_cycle(
            session,
            current_app.extensions["vault"],
            cycle_id,
            now=utcnow(),
            account_id=g.account.account_id,
        )
    return _back_to(cycle_id)


@bp.get("/cycles/<int:cycle_id>/abandon")
@for_role(Role.HR)
def ask_to_abandon(cycle_id: int) -> ResponseReturnValue:
    """Say what abandoning destroys, and ask for the cycle's name."""
    with reading() as session:
        seen = watching.status(session, cycle_id, now=utcnow())
    return render_template("hr/abandon.html", cycle=seen, form=AbandonForm(seen.name))


@bp.post("/cycles/<int:cycle_id>/abandon")
@for_role(Role.HR)
def abandon(cycle_id: int) -> ResponseReturnValue:
    """Destroy every answer of the cycle without a report."""
    with transaction() as session:
        seen = watching.status(session, cycle_id, now=utcnow())
        form = AbandonForm(seen.name)
        if not form.validate():
            page = render_template("hr/abandon.html", cycle=seen, form=form)
            return page, HTTPStatus.UNPROCESSABLE_ENTITY
        release.abandon_cycle(
            session, cycle_id, now=utcnow(), account_id=g.account.account_id
        )
    return _back_to(cycle_id)


def _back_to(cycle_id: int) -> ResponseReturnValue:
    target = url_for("hr.show_cycle", cycle_id=cycle_id)
    return redirect(target, HTTPStatus.SEE_OTHER)
