"""A real Chromium before a real server; skipped where there is no Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    expect,
    sync_playwright,
)

from tests.browser.asked import Asking, ask
from tests.browser.company import Company, found_company
from tests.browser.site import PASSWORD, Site, serve

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP survey.test 127.0.0.1",
)
expect.set_options(timeout=20_000)
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}

NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give the one browser of all tests."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium on this machine: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=list(ARGUMENTS)
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def company(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Company]:
    """Serve the small company while tests run; not built where no browser is."""
    with serve(tmp_path_factory.mktemp("site")) as site:
        yield found_company(site)


@pytest.fixture(scope="session")
def asking(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asking]:
    """Serve an open cycle in which nobody has answered yet."""
    with serve(tmp_path_factory.mktemp("asking")) as site:
        yield ask(site)


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Return a function that opens a page with cookies and cache of its own."""
    contexts: list[BrowserContext] = []

    def open_page(**options: object) -> Page:
        contexts.append(browser.new_context(**{"viewport": DESK} | options))
        contexts[-1].set_default_timeout(20_000)
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


def follow(page: Page, what: str) -> None:
    """Click what leads to another page, and wait until that page is there.

    A bare click may come back before: what is read then is still the old page.
    """
    with page.expect_navigation():
        page.click(what)


def type_code(page: Page, site: Site, code: str, language: str = "en") -> None:
    """Go to the first page, type a code and go on."""
    page.goto(f"{site.url}/{language}/")
    page.fill("#code", code)
    follow(page, "form[id=page] button:not([formaction])")


def sign_in(page: Page, site: Site, address: str) -> None:
    """Sign in with the password of all accounts."""
    page.goto(f"{site.url}/account/sign-in")
    page.fill("#email", address)
    page.fill("#password", PASSWORD)
    follow(page, "main form button")
