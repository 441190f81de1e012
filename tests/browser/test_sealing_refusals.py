"""What a browser does not do: seal to foreign keys, or send anything in the open."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest
from playwright.sync_api import Page, Route, expect

from survey.clock import utcnow
from survey.credentials.blind_rsa import sign_blinded
from survey.promise_texts import TEXTS
from tests.browser.asked import (
    ALL_ANSWERED,
    PLAIN_START,
    SEND,
    START,
    Asking,
    Heard,
    choose,
    expect_thanks,
    listening,
    open_form,
    watch_policy,
)
from tests.browser.company import SCALES, launch, mailed_codes
from tests.browser.conftest import PHONE, NewPage, follow, type_code
from tests.conftest import DAY
from tests.survey.credentials.module import KEY

FIRST = next(iter(SCALES))
pytestmark = [pytest.mark.browser, pytest.mark.long]

FOREIGN = {
    "en": "This page does not use the keys that were announced. Do not answer.",
    "vi": "Trang này không dùng đúng các chìa khóa đã công bố. Đừng trả lời.",
}
CANNOT = "This browser cannot lock answers here"
ONLY_LOCKED = "This survey takes only answers that your browser locks before sending."


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page(viewport=PHONE)


def hexed(digit: str) -> str:
    """Return another digit."""
    return "1" if digit != "1" else "2"


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_link_that_announced_other_keys_leads_nowhere(
    asking: Asking, page: Page, language: str
) -> None:
    address, _, secret = asking.somebody(language).partition("#")
    page.goto(f"{address}#{hexed(secret[0])}{secret[1:]}")
    expect(page.locator("#foreign-keys")).to_contain_text(FOREIGN[language])
    assert page.is_hidden("#sealing")
    page.eval_on_selector(START, "button => button.click()")
    expect(page.locator("#told")).to_contain_text(FOREIGN[language])
    expect(page.locator("#told")).to_contain_text("Bảo Vũ")
    assert page.is_hidden("#answers")


@pytest.mark.parametrize("of", ["data-line", "data-path"])
def test_keys_that_the_fingerprint_does_not_cover_are_refused(
    asking: Asking, page: Page, of: str
) -> None:
    def alter(route: Route) -> None:
        answer = route.fetch()
        found = re.search(rf'{of}="\S*?[0-9a-f]{{30}}', answer.text())
        text, end = answer.text(), found.end()
        text = f"{text[: end - 1]}{hexed(text[end - 1])}{text[end:]}"
        route.fulfill(response=answer, body=text)

    page.route("**/en/seal", alter)
    page.goto(asking.somebody())
    page.click(START)
    expect(page.locator("#told")).to_contain_text(FOREIGN["en"])
    assert page.is_hidden("#answers")


def test_a_directory_of_another_form_is_refused(asking: Asking, page: Page) -> None:
    def alter(route: Route) -> None:
        answer = route.fetch()
        text = answer.text().replace('data-line="', 'data-line="|')
        route.fulfill(response=answer, body=text)

    page.route("**/en/seal", alter)
    page.goto(asking.somebody())
    page.click(START)
    expect(page.locator("#told")).to_contain_text(FOREIGN["en"])


def _another_keys_signature(route: Route) -> None:
    blinded = base64.b64decode(json.loads(route.request.post_data)["blinded"])
    n = KEY.public_key().public_numbers().n
    below = int.from_bytes(blinded) % n
    route.fulfill(body=sign_blinded(KEY, below.to_bytes(len(blinded))))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(_another_keys_signature, id="another key"),
        pytest.param(
            lambda route: route.fulfill(body="<!doctype html><title>Log in</title>"),
            id="a page",
        ),
    ],
)
def test_a_signature_of_another_key_stops_everything(
    asking: Asking, page: Page, answer: object
) -> None:
    before = asking.counted()
    page.route("**/p/issue", answer, times=1)
    open_form(page, asking.somebody())
    choose(page, ALL_ANSWERED)
    with listening(asking.site.app) as heard:
        page.click(SEND)
        expect(page.locator("#told")).to_contain_text("Not sent")
    assert heard == []
    assert asking.counted() == before
    page.click("#told button")
    expect_thanks(page)


def test_the_form_posts_nothing_by_itself(asking: Asking, page: Page) -> None:
    open_form(page, asking.somebody())
    choose(page, {f"i-{FIRST}": "3"})
    assert page.get_attribute("#answers", "action") is None
    with listening(asking.site.app) as heard:
        page.eval_on_selector("#answers", "form => form.submit()")
        for _ in range(2):
            page.focus("#answers input:checked")
            page.keyboard.press("Enter")
            expect(page.locator("#soft-check")).to_be_focused()
        page.wait_for_timeout(100)
    assert heard == []
    assert page.url.endswith("/en/seal")


@pytest.mark.parametrize("file", ["seal.js", "credential.js"])
def test_without_its_program_the_page_sends_nothing(
    asking: Asking, page: Page, file: str
) -> None:
    page.goto(asking.somebody())
    page.route(f"**/{file}*", lambda route: route.abort())
    follow(page, START)
    assert page.is_hidden("#answers")
    page.eval_on_selector("#answers", "form => { form.hidden = false; }")
    choose(page, ALL_ANSWERED)
    with listening(asking.site.app) as heard:
        page.eval_on_selector("#answers", "form => form.submit()")
        page.click(SEND)
        page.wait_for_timeout(100)
    assert _bodies(heard) == b""
    assert page.url.endswith("/en/seal")


def _bodies(heard: list[Heard]) -> bytes:
    return b"".join(h.body for h in heard)


def test_without_a_script_the_page_says_what_it_cannot_hide(
    asking: Asking, new_page: NewPage
) -> None:
    page = new_page(viewport=PHONE, java_script_enabled=False)
    type_code(page, asking.site, asking.somebody().rpartition(".")[2])
    assert page.inner_text("#P11") == TEXTS["P11"]
    assert page.is_hidden("#sealing")
    follow(page, PLAIN_START)
    assert TEXTS["P11"] in page.inner_text("#page > section:last-child")


def test_a_cycle_for_locked_answers_only_has_no_form_without_a_script(
    asking: Asking, new_page: NewPage
) -> None:
    cycle_id = launch(
        asking.site,
        "Locked",
        ("Binh",),
        opens=utcnow() - DAY,
        server_path_allowed=False,
    )
    code = mailed_codes(asking.site, cycle_id)["binh-0@example.org"]
    page = new_page(viewport=PHONE, java_script_enabled=False)
    type_code(page, asking.site, code)
    assert ONLY_LOCKED in page.inner_text("noscript")
    assert page.locator("noscript form").count() == 0
    sealing = new_page(viewport=PHONE)
    type_code(sealing, asking.site, code)
    expect(sealing.locator(START)).to_be_visible()


def test_without_https_the_plain_way_is_offered_in_the_open(
    asking: Asking, page: Page
) -> None:
    before, complaints = asking.counted(), watch_policy(page)
    page.goto(asking.somebody().replace("127.0.0.1", "survey.test"))
    expect(page.locator("#cannot-seal")).to_contain_text(CANNOT)
    expect(page.locator("#P11")).to_have_text(TEXTS["P11"])
    expect(page.locator("#P11")).to_be_visible()
    assert page.is_hidden("#sealing")
    follow(page, "#P11 >> xpath=ancestor::div[1] >> button[name=scope]")
    assert page.locator("fieldset").count() == 43
    follow(page, "#page > section:last-child > button")
    follow(page, "[name=send_anyway]")
    expect_thanks(page)
    assert complaints == []
    assert asking.counted() == (before[0] + 1, before[1] + 1)


def test_a_browser_without_storage_is_offered_the_plain_way_too(
    asking: Asking, page: Page
) -> None:
    page.add_init_script(
        """for (const name of ["localStorage", "sessionStorage"])
             Object.defineProperty(window, name, { get() { throw Error("off"); } });"""
    )
    page.goto(asking.somebody())
    expect(page.locator("#cannot-seal")).to_be_visible()
    expect(page.locator("#P11")).to_be_visible()


def test_the_browser_runs_the_files_that_the_page_names(
    asking: Asking, page: Page
) -> None:
    got: dict[str, bytes] = {}

    def read(route: Route) -> None:
        answer = route.fetch()
        got[route.request.url.removeprefix(asking.site.url)] = answer.body()
        route.fulfill(response=answer)

    page.route(re.compile(r"/en/|/client/"), read)
    open_form(page, asking.somebody())
    pages = [text.decode() for path, text in got.items() if path.startswith("/en/")]
    tags = r'<(?:script|link rel="modulepreload")[^>]*>'
    named = dict(
        re.findall(r'(?:src|href|integrity)="([^"]+)"', tag)
        for text in pages
        for tag in re.findall(tags, text)
    )
    assert named.keys() == {path for path in got if "/client/" in path}
    for source, stated in named.items():
        digest = hashlib.sha384(got[source]).digest()
        assert stated == f"sha384-{base64.b64encode(digest).decode()}"
    assert not re.search(r"<script[^>]*>[^<]", "".join(pages))
    assert not re.search(r"\son\w+=|javascript:", "".join(pages))


@pytest.mark.parametrize("name", ["credential.js", "wire.js"])
def test_a_changed_file_does_not_run(asking: Asking, page: Page, name: str) -> None:
    def change(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text() + "// another")

    before = asking.counted()
    page.route(f"**/client/{name}*", change)
    page.goto(asking.somebody())
    page.locator(START).click()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#answers")).to_be_hidden()
    assert asking.counted() == before
