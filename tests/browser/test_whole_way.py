"""From a mailed code to a leader's report, as the people who do it see it."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


def test_x(company, new_page):
    from tests.browser.conftest import sign_in
    p = new_page()
    sign_in(p, company.site, "an@example.org")
    print(p.title())
    p.goto(f"{company.site.url}/leader/{company.finished}/report")
    print(p.inner_text("main")[:6000])
    sign_in(p, company.site, "binh@example.org")
    p.goto(f"{company.site.url}/leader/{company.finished}/report")
    print(p.inner_text("main"))
