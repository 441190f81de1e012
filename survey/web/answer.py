"""Sealed answers, identified by nothing: whatever says who sends one is refused."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from survey.clock import utcnow
from survey.credentials.envelope import ENVELOPE_SIZE
from survey.db import transaction
from survey.errors import IdentifiedSenderError, MalformedCredentialError, SurveyError
from survey.services.answers import keep_sealed_answer
from survey.web.access import public

bp = Blueprint("answer", __name__, url_prefix="/a")

_TELLTALES = ("Cookie", "Authorization", "Referer")


@bp.post("/submit")
@public
def submit() -> ResponseReturnValue:
    """Keep one sealed answer; the same one again changes nothing."""
    if any(name in request.headers for name in _TELLTALES):
        raise IdentifiedSenderError
    if request.content_length != ENVELOPE_SIZE:
        raise MalformedCredentialError
    with transaction() as session:
        keep_sealed_answer(session, request.get_data(), now=utcnow())
    return Response(b"")


@bp.errorhandler(SurveyError)
def refuse(error: SurveyError) -> ResponseReturnValue:
    """Say why in one line; nothing that was sent is quoted."""
    return Response(f"{error}\n", error.status, mimetype="text/plain")
