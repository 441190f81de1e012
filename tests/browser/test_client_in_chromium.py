"""The browser's module in a real Chromium, as the server sends it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from statistics import median
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from survey.credentials.blind_rsa import sign_blinded
from tests.browser.site import serve
from tests.survey.credentials.module import (
    HARNESS,
    KEY,
    MODULUS,
    POINT,
    SCOPE,
    SEED,
    Call,
    Check,
    each_check,
    request,
    result,
)

pytestmark = pytest.mark.browser

ANSWER = """async request => {
  const { answer } = await import("/client.mjs");
  return answer(await import("/static/client/credential.js"), request);
}"""
TIME = """async ([request, times]) => {
  const { time } = await import("/client.mjs");
  return time(await import("/static/client/credential.js"), request, times);
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Open a page of an empty site that lets this test load a module of its own."""
    with serve(tmp_path_factory.mktemp("site")) as site:
        context = browser.new_context(bypass_csp=True)
        context.route(
            "**/client.mjs",
            lambda route: route.fulfill(path=HARNESS, content_type="text/javascript"),
        )
        page = context.new_page()
        page.goto(f"{site.url}/en/")
        yield page
        context.close()


@pytest.fixture
def call(page: Page) -> Call:
    """Call functions of the module in the page."""

    def in_chromium(name: str, *args: object) -> Any:
        return result(page.evaluate(ANSWER, request(name, *args)))

    return in_chromium


@each_check
def test_in_chromium(check: Check, call: Call) -> None:
    check(call)


def test_say_how_long_the_steps_take(
    page: Page, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    derived = call("derive", SEED, SCOPE)
    prepared = call("prepare", derived, SCOPE)
    signed = sign_blinded(KEY, call("blind", prepared, derived, MODULUS))
    steps = {
        "derive": (SEED, SCOPE),
        "blind": (prepared, derived, MODULUS),
        "finalize": (prepared, derived, MODULUS, signed),
        "seal": ("{}", POINT, SCOPE),
    }
    for name, args in steps.items():
        taken = page.evaluate(TIME, [request(name, *args), 20])
        with capsys.disabled():
            sys.stdout.write(f" {name} {median(taken):.1f} ms")
