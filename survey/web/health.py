"""Is the process alive, and is it ready to serve? For load balancers and watches."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import InternalServerError

from survey.clock import utcnow
from survey.db import reading
from survey.schema import is_at_head
from survey.services.upkeep import longest_wait
from survey.web.access import public

bp = Blueprint("health", __name__)

LONGEST_WAIT = timedelta(minutes=15)
"""A job that is due for longer means that no worker runs."""


@bp.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """Say that the process answers; touches no database."""
    return _words("alive")


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Say whether database, schema and worker are as they should be."""
    if not is_at_head(current_app.extensions["engine"]):
        return _words("migrations are missing: run `hansei db upgrade`", is_ready=False)
    with reading() as session:
        waiting = longest_wait(session, now=utcnow())
    if waiting > LONGEST_WAIT:
        minutes = round(waiting.total_seconds() / 60)
        return _words(
            f"a job has been due for {minutes} minutes: does a worker run?",
            is_ready=False,
        )
    return _words("ready")


@bp.errorhandler(InternalServerError)
def unreachable(_error: InternalServerError) -> ResponseReturnValue:
    """Say that the database does not answer; the log holds why."""
    return _words("the database does not answer", is_ready=False)


def _words(text: str, *, is_ready: bool = True) -> Response:
    status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return Response(f"{text}\n", status, mimetype="text/plain")
