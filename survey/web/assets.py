"""Style sheets: their addresses carry a hash, so that browsers keep them for ever."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request, send_from_directory, url_for

from survey.web.access import public

ENDPOINT = "static"
STATIC = Path(__file__).with_name("static")

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


def register(app: Flask) -> None:
    """Serve the files, and give templates ``asset()`` for their addresses."""
    app.add_url_rule("/static/<path:name>", ENDPOINT, _send)
    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str:
    """Return the address of a file; it changes with the file's content."""
    return url_for(ENDPOINT, name=name, v=_version(name))


@cache
def _version(name: str) -> str:
    return sha256((STATIC / name).read_bytes()).hexdigest()[:12]


@public
def _send(name: str) -> Response:
    """Send a file, compressed when it was shipped and never on the way."""
    packed = f"{name}.gz"
    takes_gzip = request.accept_encodings["gzip"] > 0
    if takes_gzip and (STATIC / packed).is_file():
        response = send_from_directory(STATIC, packed)
        response.headers["Content-Encoding"] = "gzip"
        response.mimetype = _mimetype(name)
    else:
        response = send_from_directory(STATIC, name)
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = _ASK_AGAIN
    if request.args.get("v") == _version(name):
        response.headers["Cache-Control"] = _FOR_EVER
    return response


_MIMETYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def _mimetype(name: str) -> str:
    return _MIMETYPES.get(Path(name).suffix, "application/octet-stream")
