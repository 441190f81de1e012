"""Drafts of cycles: plan, change, copy, delete, decide, launch."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey import forecast
from survey.clock import utcnow
from survey.db import reading, transaction
from survey.errors import LaunchRefusedError, NoOrganisationError, SettingsError
from survey.forms.draft import CycleForm, DeleteForm
from survey.roles import Role
from survey.services import copying, cycles, launching
from survey.web import wording
from survey.web.access import for_role
from survey.web.cycle_page import cycle_page, launch_form
from survey.web.planning import Editor, catalogue

bp = Blueprint("drafts", __name__, url_prefix="/hr/cycles")
bp.context_processor(wording.helpers)


@bp.get("/new")
@for_role(Role.HR)
def new_cycle() -> ResponseReturnValue:
    """Ask what HR decides about a new cycle."""
    editor = _editor()
    return _editor_page(editor, editor.form())


@bp.post("/new")
@for_role(Role.HR)
def create_cycle() -> ResponseReturnValue:
    """Make a draft of the cycle."""
    editor = _editor()
    form = editor.form()
    if not form.validate():
        return _editor_page(editor, form)
    with transaction() as session:
        made = cycles.create_cycle(
            session, editor.plan(form), now=utcnow(), account_id=g.account.account_id
        )
    return _back_to(made.id)


@bp.get("/<int:cycle_id>/change")
@for_role(Role.HR)
def edit(cycle_id: int) -> ResponseReturnValue:
    """Show what stands in a draft, to change it."""
    editor = _editor(cycle_id)
    return _editor_page(editor, editor.form())


@bp.post("/<int:cycle_id>/change")
@for_role(Role.HR)
def change(cycle_id: int) -> ResponseReturnValue:
    """Keep a draft as it was changed; after the launch there is nothing to change."""
    editor = _editor(cycle_id)
    form = editor.form()
    if not form.validate():
        return _editor_page(editor, form)
    with transaction() as session:
        cycles.change_draft(
            session,
            cycle_id,
            editor.plan(form),
            now=utcnow(),
            account_id=g.account.account_id,
        )
    return _back_to(cycle_id)


@bp.errorhandler(NoOrganisationError)
def ask_for_organisation(_error: NoOrganisationError) -> ResponseReturnValue:
    """Lead to what a cycle needs first."""
    return redirect(url_for("hr.show_organisation"), HTTPStatus.SEE_OTHER)


@bp.errorhandler(SettingsError)
def explain_settings(error: SettingsError) -> ResponseReturnValue:
    """Show the form once more as it was sent, with what contradicts a rule."""
    editor = _editor((request.view_args or {}).get("cycle_id"))
    page, _ = _editor_page(editor, editor.form(), problem=error)
    return page, error.status


def _editor(cycle_id: int | None = None) -> Editor:
    """Return the editor of a new draft, or of one that is changed."""
    with reading() as session:
        return Editor(cycles.choices(session, cycle_id, now=utcnow()))


def _editor_page(
    editor: Editor, form: CycleForm, *, problem: SettingsError | None = None
) -> tuple[str, HTTPStatus]:
    page = render_template(
        "hr/edit_cycle.html", form=form, choices=editor.choices, problem=problem
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


@bp.post("/<int:cycle_id>/copy")
@for_role(Role.HR)
def copy(cycle_id: int) -> ResponseReturnValue:
    """Make a draft like this cycle, with its dates moved on."""
    with transaction() as session:
        copied = copying.copy_cycle(
            session,
            catalogue(),
            cycle_id,
            now=utcnow(),
            account_id=g.account.account_id,
        )
    return _back_to(copied.id)


@bp.get("/<int:cycle_id>/delete")
@for_role(Role.HR)
def ask_to_delete(cycle_id: int) -> ResponseReturnValue:
    """Say what deleting a draft means."""
    with reading() as session:
        plan = cycles.draft_plan(session, cycle_id, now=utcnow())
    return _delete_page(cycle_id, plan.name, DeleteForm())


@bp.post("/<int:cycle_id>/delete")
@for_role(Role.HR)
def delete(cycle_id: int) -> ResponseReturnValue:
    """Delete a draft: nothing was promised and nobody was asked."""
    form = DeleteForm()
    with transaction() as session:
        plan = cycles.draft_plan(session, cycle_id, now=utcnow())
        if not form.validate():
            return _delete_page(cycle_id, plan.name, form)
        cycles.delete_draft(
            session, cycle_id, now=utcnow(), account_id=g.account.account_id
        )
    return redirect(url_for("hr.home"), HTTPStatus.SEE_OTHER)


def _delete_page(cycle_id: int, name: str, form: DeleteForm) -> ResponseReturnValue:
    page = render_template(
        "hr/delete_draft.html", cycle_id=cycle_id, name=name, form=form
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


@bp.post("/<int:cycle_id>/leave-out")
@for_role(Role.HR)
def leave_out(cycle_id: int) -> ResponseReturnValue:
    """Take leaders who cannot reach k out of a draft."""
    with transaction() as session:
        launching.leave_out_small_teams(session, cycle_id, now=utcnow())
    return _back_to(cycle_id)


@bp.post("/<int:cycle_id>/together")
@for_role(Role.HR)
def show_together(cycle_id: int) -> ResponseReturnValue:
    """Agree to show small teams as one, as the dry run proposes."""
    with transaction() as session:
        launching.show_small_teams_together(session, cycle_id, now=utcnow())
    return _back_to(cycle_id)


@bp.post("/<int:cycle_id>/keep")
@for_role(Role.HR)
def keep_small(cycle_id: int) -> ResponseReturnValue:
    """Keep leaders who cannot reach k: nothing about them will be shown."""
    with transaction() as session:
        launching.keep_small_teams(session, cycle_id, now=utcnow())
    return _back_to(cycle_id)


@bp.post("/<int:cycle_id>/only-reports")
@for_role(Role.HR)
def keep_only_reports(cycle_id: int) -> ResponseReturnValue:
    """Let a draft keep no ratings for research after all."""
    with transaction() as session:
        cycles.keep_only_reports(session, cycle_id, now=utcnow())
    return _back_to(cycle_id)


@bp.post("/<int:cycle_id>/launch")
@for_role(Role.HR)
def launch(cycle_id: int) -> ResponseReturnValue:
    """Fix rules and people for good; refused while a point is left to decide."""
    with transaction() as session:
        cycles.require_draft(session, cycle_id, now=utcnow())
        look = forecast.dry_run(session, cycle_id, now=utcnow())
        form = launch_form(look)
        if look.may_launch and not form.validate():
            return cycle_page(cycle_id, launch=form)
        launching.launch_cycle(
            session, cycle_id, now=utcnow(), account_id=g.account.account_id
        )
    return _back_to(cycle_id)


@bp.errorhandler(LaunchRefusedError)
def explain_refused_launch(error: LaunchRefusedError) -> ResponseReturnValue:
    """Show the dry run, whose red points say why."""
    cycle_id = (request.view_args or {})["cycle_id"]
    return cycle_page(cycle_id, refused=True)[0], error.status


def _back_to(cycle_id: int) -> ResponseReturnValue:
    target = url_for("hr.show_cycle", cycle_id=cycle_id)
    return redirect(target, HTTPStatus.SEE_OTHER)
