"""What a form of 43 statements costs a phone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.asked import PLAIN_START, START
from tests.browser.company import Company, mailed_codes
from tests.browser.conftest import PHONE, NewPage, follow, type_code

pytestmark = pytest.mark.browser

NARROWEST = {"width": 320, "height": 640}


@dataclass
class Wire:
    """What Chromium counts for one document: bytes as they arrive, with headers."""

    urls: dict[str, str] = field(default_factory=dict)
    n_bytes: dict[str, float] = field(default_factory=dict)

    def listen(self, page: Page) -> Wire:
        """Count from now on, without a cache; a new document starts at nothing."""
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.on("Network.requestWillBeSent", self._on_request)
        session.on("Network.loadingFinished", self._on_end)
        return self

    def _on_request(self, event: dict[str, Any]) -> None:
        if event["type"] == "Document":
            self.urls.clear()
        self.urls[event["requestId"]] = event["request"]["url"]

    def _on_end(self, event: dict[str, Any]) -> None:
        self.n_bytes[event["requestId"]] = event["encodedDataLength"]

    @property
    def total(self) -> float:
        """Return the bytes of everything that was asked for; all of it has come."""
        return sum(self.n_bytes[request] for request in self.urls)


def _open_form(page: Page, company: Company, language: str, start: str = START) -> None:
    code = mailed_codes(company.site, company.running)["chi-0@example.org"]
    type_code(page, company.site, code, language)
    follow(page, start)
    assert page.locator("fieldset").count() == 43


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize(
    ("seals", "start", "most_requests", "most_bytes"),
    [
        pytest.param(True, START, 9, 75_000, id="sealing"),
        pytest.param(False, PLAIN_START, 4, 60_000, id="without a script"),
    ],
)
def test_a_form_of_43_statements_costs_a_phone_little(
    company: Company,
    new_page: NewPage,
    language: str,
    seals: bool,
    start: str,
    most_requests: int,
    most_bytes: int,
) -> None:
    page = new_page(viewport=PHONE, java_script_enabled=seals)
    wire = Wire().listen(page)
    _open_form(page, company, language, start)
    page.wait_for_load_state("networkidle")
    icon = Wire()
    address = company.site.url + page.get_attribute("link[rel=icon]", "href")
    if address not in wire.urls.values():  # browsers keep icons in a place of their own
        icon.listen(other := new_page(java_script_enabled=False))
        other.goto(address)
    urls = [*wire.urls.values(), *icon.urls.values()]
    assert len(urls) <= most_requests
    assert 10_000 < wire.total + icon.total <= most_bytes
    assert {urlsplit(url).hostname for url in urls} == {"127.0.0.1"}


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_form_fits_320_pixels(
    company: Company, new_page: NewPage, language: str
) -> None:
    page = new_page(viewport=NARROWEST)
    _open_form(page, company, language)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
