"""Refusals and faults as pages: in words, with the right status."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from survey.errors import N_, SurveyError
from survey.web.wording import say

_NOT_POSSIBLE = N_("That is not possible")
_TITLES = {
    HTTPStatus.FORBIDDEN: N_("Not for this account"),
    HTTPStatus.NOT_FOUND: N_("Page not found"),
    HTTPStatus.GONE: N_("No longer possible"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: N_("Too large"),
    HTTPStatus.TOO_MANY_REQUESTS: N_("Too many tries"),
}
_TEXTS = {
    HTTPStatus.NOT_FOUND: N_("There is no such page, or it is not for you."),
    HTTPStatus.METHOD_NOT_ALLOWED: N_(
        "This address takes only what a form sends. Go back and use the form."
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: N_(
        "What you sent is too large. Files may have up to 5 MB: split yours."
    ),
}
_OTHER = N_("Your browser sent something that this site does not understand.")
_STALE = N_(
    "The form was not sent: it was open for too long, or you signed in or out in "
    "between. Go back, load the page again and send it once more."
)


def register(app: Flask) -> None:
    """Render every refusal and fault here, so that views need not."""
    app.register_error_handler(SurveyError, show_refusal)
    app.register_error_handler(CSRFError, show_stale_form)
    app.register_error_handler(HTTPException, show_http_error)


def show_refusal(error: SurveyError) -> ResponseReturnValue:
    """Tell why something cannot be done."""
    return _page(error.status, say(error.text, error.fields))


def show_stale_form(error: CSRFError) -> ResponseReturnValue:
    """Ask to load the form again."""
    return _page(HTTPStatus(error.code or HTTPStatus.BAD_REQUEST), gettext(_STALE))


def show_http_error(error: HTTPException) -> ResponseReturnValue:
    """Tell about a wrong address or request, or that the fault is ours."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return render_template("errors/fault.html"), status
    return _page(status, gettext(_TEXTS.get(status, _OTHER)))


def _page(status: HTTPStatus, text: str) -> ResponseReturnValue:
    template = "office/refusal.html" if g.get("account") else "errors/refusal.html"
    title = gettext(_TITLES.get(status, _NOT_POSSIBLE))
    return render_template(template, title=title, text=text), status
