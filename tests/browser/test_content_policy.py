"""Charts inside the page, under the policy that the server really sends."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from reports.drawing import Colour
from tests.browser.company import Company
from tests.browser.conftest import NewPage, sign_in

pytestmark = pytest.mark.browser

LISTEN = """
window.refused = [];
document.addEventListener("securitypolicyviolation",
  e => window.refused.push(`${e.violatedDirective} ${e.sourceFile}:${e.lineNumber}`));
"""


def _rgb(colour: Colour) -> str:
    parts = (int(colour.value[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgb({', '.join(map(str, parts))})"


@pytest.fixture
def report(company: Company, new_page: NewPage) -> Page:
    """Open An's report."""
    page = new_page(color_scheme="light")
    sign_in(page, company.site, "an@example.org")
    page.add_init_script(LISTEN)
    answer = page.goto(f"{company.site.url}/leader/{company.finished}/report")
    assert answer
    assert "'unsafe-inline'" not in answer.headers["content-security-policy"]
    return page


def test_the_policy_refuses_nothing_on_a_report(report: Page) -> None:
    assert report.locator("svg.chart").count() > 2
    assert report.evaluate("window.refused") == []


def test_the_listener_hears_what_the_policy_refuses(report: Page) -> None:
    report.evaluate("document.querySelector('h1').setAttribute('style', 'color: red')")
    refused = report.evaluate("window.refused")
    assert [line.split()[0] for line in refused] == ["style-src-attr"]


@pytest.mark.parametrize("colour", [Colour.SELF, Colour.OTHERS])
def test_marks_have_the_colours_they_were_drawn_in(
    report: Page, colour: Colour
) -> None:
    fills = report.eval_on_selector_all(
        f"svg.chart .shape.{colour.css_class}:not([fill=none])",
        "marks => marks.map(mark => getComputedStyle(mark).fill)",
    )
    assert fills
    assert set(fills) == {_rgb(colour)}
