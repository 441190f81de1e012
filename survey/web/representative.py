"""What the representative sees: check codes, promises, and whether they were kept."""

from __future__ import annotations

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from questionnaires.model import RaterGroup
from survey.clock import utcnow
from survey.credentials.fingerprint import SHOWN
from survey.db import reading
from survey.promise import PromiseSentence, sentences
from survey.roles import Role
from survey.services import overseeing
from survey.services.overseeing import Overseen
from survey.web import wording
from survey.web.access import for_role

bp = Blueprint("representative", __name__, url_prefix="/representative")
bp.context_processor(wording.helpers)


@bp.get("/")
@for_role(Role.REPRESENTATIVE)
def list_cycles() -> ResponseReturnValue:
    """Show every launched cycle with its check code."""
    with reading() as session:
        cycles = overseeing.list_launched(session, now=utcnow())
    return render_template("representative/cycles.html", cycles=cycles, shown=SHOWN)


@bp.get("/cycles/<int:cycle_id>")
@for_role(Role.REPRESENTATIVE)
def show_cycle(cycle_id: int) -> ResponseReturnValue:
    """Show what to post, how to compare, and the promise word for word."""
    with reading() as session:
        seen = overseeing.oversee(session, cycle_id, now=utcnow())
    return render_template(
        "representative/cycle.html", cycle=seen, promise=_promise(seen), shown=SHOWN
    )


def _promise(seen: Overseen) -> tuple[PromiseSentence, ...]:
    """Return what members of a team read, whoever their leader is."""
    return sentences(
        seen.promise,
        g.language,
        leader=gettext("the leader"),
        group=RaterGroup.TEAM,
        n_invited=seen.promise.k + 3,
    )
