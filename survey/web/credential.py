"""Answer keys: the directory of a cycle, and one blind signature a person and scope."""

from __future__ import annotations

from base64 import b64decode
from uuid import UUID

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from survey.clock import utcnow
from survey.db import reading, transaction
from survey.errors import LostVaultError, MalformedCredentialError, SurveyError
from survey.logs import note_warning
from survey.services import issuing
from survey.tokens import normalise_code
from survey.web.access import public

bp = Blueprint("credential", __name__, url_prefix="/p")

LARGEST = 700
"""Bytes of a request; ours have fewer than 450. Deep nesting stays harmless too."""


@bp.post("/issue")
@public
def issue() -> ResponseReturnValue:
    """Sign the blinded message of whoever holds the code; signed after the commit."""
    vault = current_app.extensions["vault"]
    code = _code()
    with transaction() as session:
        admitted = issuing.admit(
            session, vault, code, _scope(), _blinded(), now=utcnow()
        )
    return Response(issuing.sign(vault, admitted), mimetype="application/octet-stream")


@bp.post("/directory")
@public
def directory() -> ResponseReturnValue:
    """Give whoever holds a code every line that the fingerprint covers."""
    code = _code()
    with reading() as session:
        lines = issuing.directory(session, current_app.extensions["vault"], code)
    return Response("\n".join(lines), mimetype="text/plain")


@bp.errorhandler(LostVaultError)
def own_up(error: LostVaultError) -> ResponseReturnValue:
    """Say that the fault is ours; where the vault lies is for the operator."""
    note_warning("a sign key is missing", repair=str(error))
    return Response("The fault is ours: try again later.\n", error.status)


@bp.errorhandler(SurveyError)
def refuse(error: SurveyError) -> ResponseReturnValue:
    """Say why in one line; the page has the words for people."""
    return Response(f"{error}\n", error.status, mimetype="text/plain")


def _code() -> str:
    """Return the code, counted as a try."""
    code = _field("invite")
    current_app.extensions["rate_limits"].count_code(normalise_code(code))
    return code


def _field(name: str) -> str:
    """Return one text of the request; nothing of it is ever quoted back."""
    if (request.content_length or 0) > LARGEST:
        raise MalformedCredentialError
    body = request.get_json(silent=True)
    value = body.get(name) if isinstance(body, dict) else None
    if not isinstance(value, str):
        raise MalformedCredentialError
    return value


def _scope() -> UUID:
    try:
        return UUID(hex=_field("scope"))
    except ValueError:
        raise MalformedCredentialError from None


def _blinded() -> bytes:
    try:
        return b64decode(_field("blinded"), validate=True)
    except ValueError:  # also what is not ASCII
        raise MalformedCredentialError from None
