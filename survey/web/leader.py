"""What leaders do: rate themselves and who reports to them; read their report."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from reports.render.html import leader_fragment, report_css
from survey.clock import utcnow
from survey.db import reading, transaction
from survey.forms.rating import CANNOT_SAY, RatingForm, rating_form
from survey.promise import sentences
from survey.roles import Role
from survey.services import answers, nominating
from survey.services.answers import NamedSheet
from survey.services.reading import own_cycles, own_report
from survey.web import wording
from survey.web.access import for_role, public

bp = Blueprint("leader", __name__, url_prefix="/leader")
bp.context_processor(wording.helpers)


@bp.get("/")
@for_role(Role.LEADER)
def home() -> ResponseReturnValue:
    """Show the cycles in which this leader is rated."""
    person_id, now = g.account.person_id, utcnow()
    with reading() as session:
        found = own_cycles(session, person_id, now=now)
        managed = answers.managed(session, person_id, now=now)
        lists = nominating.tasks(session, person_id)
    return render_template(
        "leader/home.html", cycles=found, managed=managed, lists=lists
    )


@bp.get("/<int:cycle_id>/self")
@for_role(Role.LEADER)
def rate_self(cycle_id: int) -> ResponseReturnValue:
    """Ask leaders the same about themselves, with what they answered before."""
    return _asked(_own(cycle_id))


@bp.post("/<int:cycle_id>/self")
@for_role(Role.LEADER)
def keep_self(cycle_id: int) -> ResponseReturnValue:
    """Keep the ratings; they may be changed until the form closes."""
    return _kept(_own(cycle_id), url_for("leader.thanks", cycle_id=cycle_id))


@bp.get("/<int:cycle_id>/manager/<int:leader_id>")
@for_role(Role.LEADER)
def rate_report(cycle_id: int, leader_id: int) -> ResponseReturnValue:
    """Ask a manager about a leader who reports to them, under their name."""
    return _asked(_managed(cycle_id, leader_id))


@bp.post("/<int:cycle_id>/manager/<int:leader_id>")
@for_role(Role.LEADER)
def keep_report(cycle_id: int, leader_id: int) -> ResponseReturnValue:
    """Keep the ratings; they may be changed until the form closes."""
    return _kept(_managed(cycle_id, leader_id), url_for("leader.home"))


def _own(cycle_id: int) -> NamedSheet:
    with reading() as session:
        return answers.own_sheet(session, cycle_id, g.account.person_id, now=utcnow())


def _managed(cycle_id: int, leader_id: int) -> NamedSheet:
    with reading() as session:
        return answers.managers_sheet(
            session, cycle_id, leader_id, g.account.person_id, now=utcnow()
        )


def _asked(sheet: NamedSheet) -> ResponseReturnValue:
    cannot_say = dict.fromkeys(sheet.cannot_say, CANNOT_SAY)
    before = {f"i_{code}": given for code, given in (sheet.points | cannot_say).items()}
    return _page(sheet, _form_class(sheet)(data=before))


def _kept(sheet: NamedSheet, thanks: str) -> ResponseReturnValue:
    form = _form_class(sheet)()
    if not form.may_be_sent():
        return _page(sheet, form, skipped=form.skipped())
    with transaction() as session:
        points, cannot_say = form.points(), list(form.cannot_say())
        answers.keep_rating(session, sheet, points, cannot_say, now=utcnow())
    return redirect(thanks, HTTPStatus.SEE_OTHER)


def _form_class(sheet: NamedSheet) -> type[RatingForm]:
    return rating_form(
        sheet.instruments,
        sheet.form,
        sheet.group,
        str(get_locale()),
        sheet.leader,
        csrf=True,
    )


def _page(
    sheet: NamedSheet, form: RatingForm, *, skipped: tuple[str, ...] = ()
) -> ResponseReturnValue:
    said = sentences(
        sheet.promise,
        str(get_locale()),
        leader=sheet.leader,
        group=sheet.group,
        n_invited=1,
    )
    named = {"P13", "P14"}
    page = render_template(
        "leader/rate.html",
        sheet=sheet,
        form=form,
        skipped=skipped,
        named=[s.text for s in said if s.id in named],
        details=[s.text for s in said if s.id not in named],
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


@bp.get("/<int:cycle_id>/thanks")
@for_role(Role.LEADER)
def thanks(cycle_id: int) -> ResponseReturnValue:
    """Say that the ratings are kept and what comes next."""
    return render_template("leader/thanks.html", sheet=_own(cycle_id))


@bp.get("/<int:cycle_id>/report")
@for_role(Role.LEADER)
def report(cycle_id: int) -> ResponseReturnValue:
    """Show the released report to the leader whom it is about, and to nobody else."""
    with reading() as session:
        tree = own_report(session, cycle_id, g.account.person_id, now=utcnow())
    fragment = leader_fragment(tree, str(get_locale()))
    return render_template("leader/report.html", report=tree, fragment=fragment)


@bp.get("/report.css")
@public
def report_styles() -> ResponseReturnValue:
    """Serve the styles of reports; they stand beside the report's own templates."""
    return Response(report_css(), mimetype="text/css")
