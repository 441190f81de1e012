"""What leaders do: rate themselves, and read the report about themselves."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from questionnaires.model import RaterGroup
from reports.render.html import leader_fragment, report_css
from survey.clock import utcnow
from survey.db import reading, transaction
from survey.forms.rating import CANNOT_SAY, RatingForm, rating_form
from survey.promise import sentences
from survey.roles import Role
from survey.services.answers import OwnSheet, keep_own_rating, own_sheet
from survey.services.reading import own_cycles, own_report
from survey.web import wording
from survey.web.access import for_role, public

bp = Blueprint("leader", __name__, url_prefix="/leader")
bp.context_processor(wording.helpers)


@bp.get("/")
@for_role(Role.LEADER)
def home() -> ResponseReturnValue:
    """Show the cycles in which this leader is rated."""
    with reading() as session:
        found = own_cycles(session, g.account.person_id, now=utcnow())
    return render_template("leader/home.html", cycles=found)


@bp.get("/<int:cycle_id>/self")
@for_role(Role.LEADER)
def rate_self(cycle_id: int) -> ResponseReturnValue:
    """Ask leaders the same about themselves, with what they answered before."""
    with reading() as session:
        sheet = own_sheet(session, cycle_id, g.account.person_id, now=utcnow())
    cannot_say = dict.fromkeys(sheet.cannot_say, CANNOT_SAY)
    before = {f"i_{code}": given for code, given in (sheet.points | cannot_say).items()}
    return _self_page(sheet, _form_class(sheet)(data=before))


@bp.post("/<int:cycle_id>/self")
@for_role(Role.LEADER)
def keep_self(cycle_id: int) -> ResponseReturnValue:
    """Keep the ratings; they may be changed until the form closes."""
    with transaction() as session:
        sheet = own_sheet(session, cycle_id, g.account.person_id, now=utcnow())
        form = _form_class(sheet)()
        if not form.may_be_sent():
            return _self_page(sheet, form, skipped=form.skipped())
        keep_own_rating(
            session,
            cycle_id,
            g.account.person_id,
            form.points(),
            list(form.cannot_say()),
            now=utcnow(),
        )
    return redirect(url_for("leader.thanks", cycle_id=cycle_id), HTTPStatus.SEE_OTHER)


def _form_class(sheet: OwnSheet) -> type[RatingForm]:
    return rating_form(
        sheet.instruments,
        sheet.form,
        RaterGroup.SELF,
        str(get_locale()),
        sheet.leader,
        csrf=True,
    )


def _self_page(
    sheet: OwnSheet, form: RatingForm, *, skipped: tuple[str, ...] = ()
) -> ResponseReturnValue:
    said = sentences(
        sheet.promise,
        str(get_locale()),
        leader=sheet.leader,
        group=RaterGroup.SELF,
        n_invited=1,
    )
    page = render_template(
        "leader/self.html",
        sheet=sheet,
        form=form,
        skipped=skipped,
        named=[s.text for s in said if s.id == "P14"],
        details=[s.text for s in said if s.id != "P14"],
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


@bp.get("/<int:cycle_id>/thanks")
@for_role(Role.LEADER)
def thanks(cycle_id: int) -> ResponseReturnValue:
    """Say that the ratings are kept and what comes next."""
    with reading() as session:
        sheet = own_sheet(session, cycle_id, g.account.person_id, now=utcnow())
    return render_template("leader/thanks.html", sheet=sheet)


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
