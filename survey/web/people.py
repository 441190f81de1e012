"""Import people from a file: look first, then all of it or nothing; undo it."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from survey.clock import utcnow
from survey.db import reading, transaction
from survey.errors import ImportChangedError, UndoRefusedError
from survey.forms.organisation import ConfirmForm, UploadForm, pack, unpack
from survey.import_problems import ImportProblem, rejected_rows
from survey.people_columns import KNOWN, VIETNAMESE
from survey.roles import Role
from survey.services import import_undo, importing, organisation
from survey.spreadsheets import SpreadsheetError, read_table, write_csv
from survey.web import wording
from survey.web.access import for_role

bp = Blueprint("people", __name__, url_prefix="/hr/people")
bp.context_processor(wording.helpers)


@bp.get("", strict_slashes=False)
@for_role(Role.HR)
def show() -> ResponseReturnValue:
    """Show how many people there are, and ask for a file of them."""
    return _page(UploadForm())


def _page(form: UploadForm, **more: object) -> str:
    with reading() as session:
        facts = organisation.organisation_facts(session)
        last = import_undo.last_import(session, now=utcnow())
    return render_template(
        "people/people.html", form=form, facts=facts, last=last, **more
    )


@bp.get("/template.csv")
@for_role(Role.HR)
def template() -> ResponseReturnValue:
    """Hand out an empty file with the right columns, in the page's language."""
    columns = VIETNAMESE if str(get_locale()) == "vi" else KNOWN
    return _csv(write_csv(columns, ()), "people.csv")


def _csv(content: bytes, name: str) -> Response:
    return Response(
        content,
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


@bp.post("/check")
@for_role(Role.HR)
def check() -> ResponseReturnValue:
    """Show what a file would change and what is wrong with it; store nothing."""
    form = UploadForm()
    if not form.validate():
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    return _look(form.file.data.read())


def _look(content: bytes, *, is_anew: bool = False) -> ResponseReturnValue:
    table = read_table(content)
    with reading() as session:
        preview = importing.check_people(session, table)
    form = ConfirmForm(formdata=None, packed=pack(content), mark=preview.mark)
    page = render_template(
        "people/import.html",
        preview=preview,
        form=form,
        n_rows=len(table.rows),
        is_anew=is_anew,
    )
    if is_anew:
        return page, HTTPStatus.CONFLICT
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if preview.problems else HTTPStatus.OK


@bp.post("/rejected.csv")
@for_role(Role.HR)
def rejected() -> ResponseReturnValue:
    """Hand out the rows of a checked file that must be mended, each with its why."""
    table = read_table(unpack(ConfirmForm().packed.data or ""))
    with reading() as session:
        preview = importing.check_people(session, table)
    heading = gettext("to mend")
    return _csv(rejected_rows(table, preview.problems, heading, _told), "to-mend.csv")


def _told(problem: ImportProblem) -> str:
    return f"{problem.column}: {wording.say(problem.text, problem.fields)}"


@bp.post("/import")
@for_role(Role.HR)
def store() -> ResponseReturnValue:
    """Store what was looked at: all of it or nothing, and nothing else."""
    form = ConfirmForm()
    content = unpack(form.packed.data or "")
    table = read_table(content)
    try:
        with transaction() as session:
            preview = importing.import_people(
                session,
                table,
                now=utcnow(),
                account_id=g.account.account_id,
                mark=form.mark.data or "none",
            )
    except ImportChangedError:
        return _look(content, is_anew=True)
    return render_template("people/imported.html", preview=preview)


@bp.get("/undo")
@for_role(Role.HR)
def ask_to_undo() -> ResponseReturnValue:
    """Say what undoing the last import does, or why it cannot be undone."""
    with reading() as session:
        last = import_undo.last_import(session, now=utcnow())
        facts = organisation.organisation_facts(session)
    if last is None:
        return redirect(url_for("people.show"))
    return render_template("people/undo.html", last=last, facts=facts)


@bp.post("/undo")
@for_role(Role.HR)
def undo() -> ResponseReturnValue:
    """Bring everybody back to what they were before the last import."""
    with transaction() as session:
        undone = import_undo.undo_import(
            session, now=utcnow(), account_id=g.account.account_id
        )
    return render_template("people/undone.html", undone=undone)


@bp.errorhandler(UndoRefusedError)
@bp.errorhandler(SpreadsheetError)
def explain(error: UndoRefusedError | SpreadsheetError) -> ResponseReturnValue:
    """Show the page of people once more, with what is wrong."""
    status = getattr(error, "status", HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(UploadForm(formdata=None), problem=error), status
