"""What every response says to the browser: load nothing, keep nothing, tell nobody."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

from survey.web import assets

SIGNED_IN = frozenset(
    {
        "account",
        "admin",
        "audit",
        "drafts",
        "hr",
        "jobs",
        "leader",
        "organisation",
        "paper",
        "peers",
        "own",
        "people",
        "persons",
        "preview",
        "reissue",
        "representative",
        "shared",
        "steps",
        "sign_in_link",
    }
)
"""Blueprints whose forms carry a CSRF token, which over HTTPS asks for a referrer."""

_WITH_CLIENT = "; script-src 'self'; connect-src 'self'"
"""For pages that carry the client: our own files, nothing inline."""
_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), display-capture=(), geolocation=(), "
        "microphone=(), payment=(), usb=()"
    ),
}
_TWO_YEARS = "max-age=63072000"


def apply(app: Flask) -> None:
    """Give every response its headers, and serve style sheets under the same rules."""
    assets.register(app)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.after_request(_add)


def csp_nonce() -> str:
    """Return the nonce of this response; asking for it allows scripts that carry it."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def _add(response: Response) -> Response:
    headers = response.headers
    for name, value in _HEADERS.items():
        headers[name] = value
    headers["Content-Security-Policy"] = _policy()
    signed_in = request.blueprint in SIGNED_IN
    headers["Referrer-Policy"] = "same-origin" if signed_in else "no-referrer"
    if request.endpoint != assets.ENDPOINT:
        headers["Cache-Control"] = "no-store"
    if request.is_secure:
        headers["Strict-Transport-Security"] = _TWO_YEARS
    return response


def carry_client() -> None:
    """Let this response load the program that seals answers in the browser."""
    g.carries_client = True


def _policy() -> str:
    if g.get("carries_client"):
        return _CONTENT_SECURITY_POLICY + _WITH_CLIENT
    if "csp_nonce" not in g:
        return _CONTENT_SECURITY_POLICY
    return (
        f"{_CONTENT_SECURITY_POLICY}; script-src 'nonce-{g.csp_nonce}'; "
        "connect-src 'self'"
    )
