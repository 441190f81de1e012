"""What the browser is told: load nothing, keep nothing, tell nobody."""

from __future__ import annotations

import gzip
from hashlib import sha256

import pytest
from flask import Blueprint, Flask, render_template_string
from flask.testing import FlaskClient

from survey.web import headers
from survey.web.access import public
from survey.web.assets import STATIC
from tests.survey.web.raters import Rater

STEPS = ("start", "form", "send", "decline")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Ask one engine only: headers do not depend on it."""
    return sqlite_url


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_no_respondent_page_sets_a_cookie_keeps_or_tells_anything(rater: Rater) -> None:
    for step in STEPS:
        given = rater.post(step).headers
        assert "Set-Cookie" not in given
        assert given["Cache-Control"] == "no-store"
        assert given["Referrer-Policy"] == "no-referrer"
        assert given["Cross-Origin-Opener-Policy"] == "same-origin"
        assert given["Cross-Origin-Resource-Policy"] == "same-origin"
        assert given["X-Content-Type-Options"] == "nosniff"
        assert "camera=()" in given["Permissions-Policy"]


def test_respondent_pages_load_only_our_own_files(rater: Rater) -> None:
    for step in STEPS:
        addresses = rater.page(step).loaded_addresses()
        assert addresses
        assert all(a.startswith("/static/") for a in addresses)


def test_the_policy_forbids_scripts_frames_and_other_hosts(rater: Rater) -> None:
    policy = rater.post("form").headers["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "style-src 'self'" in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not [rule for rule in policy if rule.startswith("script-src")]
    assert "unsafe" not in str(policy)


def test_errors_carry_the_same_headers(client: FlaskClient) -> None:
    given = client.get("/no-such-page").headers
    assert "default-src 'none'" in given["Content-Security-Policy"]
    assert given["Referrer-Policy"] == "no-referrer"
    assert given["Cache-Control"] == "no-store"


def small_app() -> Flask:
    """Give an app with a page of a signed-in audience that asks for a script."""
    app = Flask(__name__, static_folder=None)
    headers.apply(app)
    page = Blueprint("leader", __name__)

    @page.get("/with")
    @public
    def with_script() -> str:
        return render_template_string("{{ csp_nonce() }} {{ csp_nonce() }}")

    @page.get("/without")
    @public
    def without_script() -> str:
        return ""

    app.register_blueprint(page)
    return app


def test_a_script_runs_only_with_the_nonce_of_its_response() -> None:
    client = small_app().test_client()
    first, second = client.get("/with"), client.get("/with")
    nonce, same = first.text.split()
    assert nonce == same
    assert f"script-src 'nonce-{nonce}'" in first.headers["Content-Security-Policy"]
    assert nonce not in second.text
    without = client.get("/without").headers["Content-Security-Policy"]
    assert "script-src" not in without


def test_signed_in_pages_send_the_referrer_their_tokens_need() -> None:
    given = small_app().test_client().get("/without").headers
    assert given["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(("scheme", "is_strict"), [("https", True), ("http", False)])
def test_https_is_made_to_stay(
    client: FlaskClient, scheme: str, is_strict: bool
) -> None:
    given = client.get("/en/", base_url=f"{scheme}://example.org").headers
    assert ("Strict-Transport-Security" in given) is is_strict


def test_style_sheets_come_compressed_and_are_kept_for_ever(
    client: FlaskClient,
) -> None:
    source = (STATIC / "app.css").read_bytes()
    address = f"/static/app.css?v={sha256(source).hexdigest()[:12]}"
    packed = client.get(address, headers={"Accept-Encoding": "br, gzip"})
    plain = client.get(address)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data == source
    assert packed.mimetype == plain.mimetype == "text/css"
    assert "immutable" in plain.headers["Cache-Control"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert address in client.get("/en/").text


def test_an_address_without_the_right_hash_is_asked_for_again(
    client: FlaskClient,
) -> None:
    for address in ("/static/app.css", "/static/app.css?v=old"):
        assert client.get(address).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "name", ["nothing.css", "../app.py", "%2e%2e/headers.py", "vendor"]
)
def test_nothing_else_is_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404
