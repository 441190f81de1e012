"""Import people from a file: look first, then all of it or nothing."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, g, render_template
from flask.typing import ResponseReturnValue

from survey.clock import utcnow
from survey.db import reading, transaction
from survey.forms.organisation import ConfirmForm, UploadForm, pack, unpack
from survey.people_rows import KNOWN
from survey.roles import Role
from survey.services import organisation
from survey.spreadsheets import SpreadsheetError, read_csv
from survey.web import wording
from survey.web.access import for_role

bp = Blueprint("people", __name__, url_prefix="/hr/people")
bp.context_processor(wording.helpers)


@bp.get("", strict_slashes=False)
@for_role(Role.HR)
def show() -> ResponseReturnValue:
    """Show how many people there are, and ask for a file of them."""
    with reading() as session:
        facts = organisation.organisation_facts(session)
    return render_template("people/people.html", form=UploadForm(), facts=facts)


@bp.get("/template.csv")
@for_role(Role.HR)
def template() -> ResponseReturnValue:
    """Hand out an empty file with the right columns; its mark makes Excel use UTF-8."""
    heading = ",".join(KNOWN)
    return Response(
        f"\ufeff{heading}\r\n",
        mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=people.csv"},
    )


@bp.post("/check")
@for_role(Role.HR)
def check() -> ResponseReturnValue:
    """Show what a file would change and what is wrong with it; store nothing."""
    form = UploadForm()
    if not form.validate():
        page = render_template("people/people.html", form=form, facts=None)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    content = form.file.data.read()
    table = read_csv(content)
    with reading() as session:
        preview = organisation.check_people(session, table)
    confirm = ConfirmForm(formdata=None, packed=pack(content))
    page = render_template("people/import.html", preview=preview, form=confirm)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if preview.problems else HTTPStatus.OK
    return page, status


@bp.post("/import")
@for_role(Role.HR)
def store() -> ResponseReturnValue:
    """Store the file that was checked: all of it or nothing."""
    table = read_csv(unpack(ConfirmForm().packed.data or ""))
    with transaction() as session:
        preview = organisation.import_people(
            session, table, now=utcnow(), account_id=g.account.account_id
        )
    return render_template("people/imported.html", preview=preview)


@bp.errorhandler(SpreadsheetError)
def explain_file(error: SpreadsheetError) -> ResponseReturnValue:
    """Ask for another file, with what is wrong with this one."""
    page = render_template(
        "people/people.html", form=UploadForm(), facts=None, problem=error
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY
