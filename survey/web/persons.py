"""Find a person: an address that fails, and erasing who asks for it."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.clock import utcnow
from survey.db import reading, transaction
from survey.forms.persons import EraseForm
from survey.roles import Role
from survey.services import erasing
from survey.web import wording
from survey.web.access import for_role

bp = Blueprint("persons", __name__, url_prefix="/hr/persons")
bp.context_processor(wording.helpers)


@bp.get("/")
@for_role(Role.HR)
def find() -> ResponseReturnValue:
    """Ask for a part of a name, number or address, and show who fits."""
    words = request.args.get("words", "")
    with reading() as session:
        found = erasing.find_people(session, words)
    return render_template("persons/find.html", words=words, people=found)


@bp.get("/<int:person_id>")
@for_role(Role.HR)
def show(person_id: int) -> ResponseReturnValue:
    """Show one person, whether mails arrive, and what erasing does."""
    with reading() as session:
        found = erasing.person(session, person_id)
    return render_template(
        "persons/person.html", person=found, form=EraseForm(found.name)
    )


@bp.post("/<int:person_id>/address")
@for_role(Role.HR)
def note_bounce(person_id: int) -> ResponseReturnValue:
    """Note that mails to this address come back, or that they arrive again."""
    with transaction() as session:
        erasing.note_bounce(
            session,
            person_id,
            bounces=request.form.get("bounces") == "1",
            now=utcnow(),
            account_id=g.account.account_id,
        )
    target = url_for("persons.show", person_id=person_id)
    return redirect(target, HTTPStatus.SEE_OTHER)


@bp.post("/<int:person_id>/erase")
@for_role(Role.HR)
def erase(person_id: int) -> ResponseReturnValue:
    """Erase name, address, account, and the report about this person."""
    with transaction() as session:
        found = erasing.person(session, person_id)
        form = EraseForm(found.name)
        if not form.validate():
            page = render_template("persons/person.html", person=found, form=form)
            return page, HTTPStatus.UNPROCESSABLE_ENTITY
        erasing.erase(session, person_id, now=utcnow(), account_id=g.account.account_id)
    return render_template("persons/erased.html")
