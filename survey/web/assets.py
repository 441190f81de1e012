"""Style sheets: their addresses carry a hash, so that browsers keep them for ever."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256, sha384
from pathlib import Path

from flask import Flask, Response, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from survey.web.access import public

ENDPOINT = "static"
STATIC = Path(__file__).with_name("static")

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_MIMETYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".md": "text/plain",
    ".svg": "image/svg+xml",
}


def register(app: Flask) -> None:
    """Serve the files, and give templates ``asset()`` for their addresses."""
    app.add_url_rule("/static/<path:name>", ENDPOINT, _send)
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.globals["integrity"] = integrity


def asset(name: str) -> str:
    """Return the address of a file; it changes with the file's content."""
    return url_for(ENDPOINT, name=name, v=_version(name))


@cache
def integrity(name: str) -> str:
    """Return the hash that a browser checks before it runs a script."""
    digest = sha384((STATIC / name).read_bytes()).digest()
    return f"sha384-{b64encode(digest).decode()}"


@cache
def _version(name: str) -> str:
    return sha256((STATIC / name).read_bytes()).hexdigest()[:12]


@public
def _send(name: str) -> Response:
    """Send a file, compressed when it was shipped and never on the way."""
    path = safe_join(str(STATIC), name)
    if path is None or not Path(path).is_file():
        raise NotFound
    file, packed = Path(path), Path(f"{path}.gz")
    takes_gzip = request.accept_encodings["gzip"] > 0 and packed.is_file()
    response = Response(
        (packed if takes_gzip else file).read_bytes(),
        mimetype=_MIMETYPES.get(file.suffix, "application/octet-stream"),
    )
    if takes_gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    is_current = request.args.get("v") == _version(name)
    response.headers["Cache-Control"] = _FOR_EVER if is_current else _ASK_AGAIN
    return response
