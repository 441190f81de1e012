"""Who rates a leader besides the team: named by leaders, agreed to by others."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.clock import utcnow
from survey.db import reading, transaction
from survey.errors import PeerRefusedError
from survey.raters import MOST_PEERS
from survey.roles import Role
from survey.services import mailing, nominating, watching
from survey.services.nominating import Viewer
from survey.web import wording
from survey.web.access import for_role

bp = Blueprint("peers", __name__, url_prefix="/peers")
bp.context_processor(wording.helpers)


def _viewer() -> Viewer:
    account = g.account
    return Viewer(account.person_id, Role.HR in account.roles, account.account_id)


@bp.get("/<int:cycle_id>")
@for_role(Role.HR)
def show_leaders(cycle_id: int) -> ResponseReturnValue:
    """Show how many people can rate each leader of a cycle."""
    with reading() as session:
        seen = watching.status(session, cycle_id, now=utcnow())
        rows = nominating.rows(session, cycle_id)
    return render_template("peers/leaders.html", cycle=seen, rows=rows)


@bp.post("/<int:cycle_id>/ask")
@for_role(Role.HR)
def ask_leaders(cycle_id: int) -> ResponseReturnValue:
    """Ask every leader by mail to name peers."""
    with transaction() as session:
        mailing.ask_for_peers(session, cycle_id, now=utcnow())
    return redirect(
        url_for("peers.show_leaders", cycle_id=cycle_id, asked=1), HTTPStatus.SEE_OTHER
    )


@bp.post("/<int:cycle_id>/approve")
@for_role(Role.HR)
def approve_all(cycle_id: int) -> ResponseReturnValue:
    """Agree to every name that waits."""
    with transaction() as session:
        nominating.approve_all(session, cycle_id, _viewer(), now=utcnow())
    return redirect(
        url_for("peers.show_leaders", cycle_id=cycle_id), HTTPStatus.SEE_OTHER
    )


@bp.get("/<int:cycle_id>/<int:leader_id>")
@for_role(Role.LEADER, Role.HR)
def show(cycle_id: int, leader_id: int) -> ResponseReturnValue:
    """Show who is named for a leader, and find others."""
    return _page(cycle_id, leader_id)


@bp.post("/<int:cycle_id>/<int:leader_id>/name")
@for_role(Role.LEADER, Role.HR)
def name(cycle_id: int, leader_id: int) -> ResponseReturnValue:
    """Name somebody."""
    with transaction() as session:
        nominating.name_peer(
            session, cycle_id, leader_id, _person_id(), _viewer(), now=utcnow()
        )
    return _back(cycle_id, leader_id)


@bp.post("/<int:cycle_id>/<int:leader_id>/strike")
@for_role(Role.LEADER, Role.HR)
def strike(cycle_id: int, leader_id: int) -> ResponseReturnValue:
    """Take somebody off."""
    with transaction() as session:
        nominating.strike_peer(
            session, cycle_id, leader_id, _person_id(), _viewer(), now=utcnow()
        )
    return _back(cycle_id, leader_id)


def _person_id() -> int:
    """Return who was chosen; 0 is nobody."""
    return request.form.get("person", 0, type=int)


@bp.post("/<int:cycle_id>/<int:leader_id>/approve")
@for_role(Role.LEADER, Role.HR)
def approve(cycle_id: int, leader_id: int) -> ResponseReturnValue:
    """Agree to everybody who is named for a leader."""
    with transaction() as session:
        nominating.approve_peers(session, cycle_id, leader_id, _viewer(), now=utcnow())
    return _back(cycle_id, leader_id)


@bp.errorhandler(PeerRefusedError)
def explain(error: PeerRefusedError) -> ResponseReturnValue:
    """Show the list once more, with why it was not changed."""
    page = _page(
        **(request.view_args or {}), problem=wording.say(error.text, error.fields)
    )
    return page, error.status


def _page(cycle_id: int, leader_id: int, problem: str = "") -> str:
    typed = request.args.get("find", "").strip()
    with reading() as session:
        peers = nominating.peer_list(
            session, cycle_id, leader_id, _viewer(), now=utcnow()
        )
        found = nominating.find_people(
            session, cycle_id, leader_id, _viewer(), typed, now=utcnow()
        )
    return render_template(
        "peers/list.html",
        list=peers,
        found=found,
        typed=typed,
        problem=problem,
        most=MOST_PEERS,
        most_found=nominating.MOST_FOUND,
    )


def _back(cycle_id: int, leader_id: int) -> ResponseReturnValue:
    typed = request.form.get("find", "")
    target = url_for(
        "peers.show", cycle_id=cycle_id, leader_id=leader_id, find=typed or None
    )
    return redirect(target, HTTPStatus.SEE_OTHER)
