"""Who may open which page: denied unless the view says who."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from survey.clock import utcnow
from survey.config import Settings
from survey.db import reading, transaction
from survey.errors import NotAllowedError, NotFoundError
from survey.roles import Role
from survey.services import signing_in
from survey.sign_ins import Begun

_View = TypeVar("_View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class _Access:
    """Who may call a view; without roles everybody who is signed in."""

    is_public: bool = False
    roles: frozenset[Role] = frozenset()


_declared: dict[Callable[..., Any], _Access] = {}


def public(view: _View) -> _View:
    """Let everybody call ``view``; it never learns who is signed in."""
    _declared[view] = _Access(is_public=True)
    return view


def signed_in(view: _View) -> _View:
    """Let every account call ``view``."""
    _declared[view] = _Access()
    return view


def for_role(*roles: Role) -> Callable[[_View], _View]:
    """Let accounts with one of ``roles`` call the view."""

    def declare(view: _View) -> _View:
        _declared[view] = _Access(roles=frozenset(roles))
        return view

    return declare


def guard(app: Flask) -> None:
    """Ask at every request, before anything else does, whether it may go on."""
    app.before_request_funcs.setdefault(None, []).insert(0, _let_in_or_refuse)


def _let_in_or_refuse() -> ResponseReturnValue | None:
    g.account = None
    g.setdefault("language", request.args.get("language"))
    if request.endpoint is None:
        return None  # no such address: Flask answers
    access = _declared.get(current_app.view_functions[request.endpoint])
    if access is None:
        raise NotFoundError
    if access.is_public:
        return None
    g.account = _account_of_request()
    if g.account is None:
        return redirect(url_for("account.sign_in", next=_way_back()))
    g.language = g.account.language
    if access.roles and not access.roles & g.account.roles:
        raise NotAllowedError
    if needs_second_factor(g.account) and request.blueprint not in _BEFORE_IT:
        return redirect(url_for("own.show_account"))
    return None


_BEFORE_IT = frozenset({"account", "own"})
"""Blueprints that serve somebody who must set a second factor up first."""


def needs_second_factor(account: signing_in.SignedIn) -> bool:
    """Whether this account must set a second factor up before anything else."""
    return must_have_second_factor(account) and not account.has_second_factor


def must_have_second_factor(account: signing_in.SignedIn) -> bool:
    """Whether the settings demand a second factor of these roles."""
    asked = _settings().second_factor_required
    return asked and bool(account.roles & {Role.HR, Role.ADMIN})


def token_of_request() -> str:
    """Return the token that the browser brought; empty if it brought none."""
    return request.cookies.get(_cookie_name(), "")


def _account_of_request() -> signing_in.SignedIn | None:
    token = token_of_request()
    if not token:
        return None
    now = utcnow()
    with reading() as rows:
        account = signing_in.signed_in(rows, token, now=now)
    if account and account.is_fading:
        with transaction() as rows:
            signing_in.stay_signed_in(rows, token, now=now)
    return account


def _way_back() -> str | None:
    """Return where to go on after signing in; what was sent is not sent again."""
    if request.method != "GET":
        return None
    return request.full_path.rstrip("?")


def is_local(path: str) -> bool:
    """Whether a redirect to ``path`` stays on this site, however browsers read it."""
    parts = urlsplit(path)
    return (
        path.startswith("/")
        and not path.startswith(("//", "/\\"))
        and not parts.netloc
        and path.isprintable()
    )


def enter(begun: Begun, go_on: str) -> Response:
    """Hand out the new sign-in, and lead on: to the code if it waits for one."""
    target = go_on if is_local(go_on) else url_for("account.home")
    if begun.waits_for_code:
        target = url_for("account.ask_for_code", next=go_on or None)
    return begin(redirect(target, HTTPStatus.SEE_OTHER), begun.token)


def begin(response: Response, token: str) -> Response:
    """Hand the browser the token of a new sign-in; the one before ends."""
    _end_running()
    response.set_cookie(
        _cookie_name(),
        token,
        secure=_settings().is_https,
        httponly=True,
        samesite="Lax",
    )
    return response


def end(response: Response) -> Response:
    """End the sign-in of this browser."""
    _end_running()
    response.delete_cookie(
        _cookie_name(), secure=_settings().is_https, httponly=True, samesite="Lax"
    )
    return response


def _end_running() -> None:
    """End the sign-in that came with the request, and the forms given under it."""
    if token := token_of_request():
        with transaction() as rows:
            signing_in.sign_out(rows, token)
    session.clear()


def _cookie_name() -> str:
    return "__Host-hansei" if _settings().is_https else "hansei"


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
