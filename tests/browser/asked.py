"""Somebody who was asked, with a script that seals; and what the server heard of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from survey.clock import utcnow
from survey.models.answer import SealedAnswer
from survey.models.cycle import CycleLeader, Scope
from survey.models.invitation import Collected, Invitation
from survey.vault.keys import box_key
from survey.vault.sealing import unseal
from tests.browser.company import SCALES, launch, mailed_links, name_organisation
from tests.browser.site import Site
from tests.conftest import DAY, add_team

SEND = "#answers > section:last-child > button"
START = "#sealing button[name=scope]"
PLAIN_START = "noscript button[name=scope]"
THANKS = {
    "en": "Thank you. Your answers have been sent.",
    "vi": "Cảm ơn bạn. Câu trả lời đã được gửi.",
}
ALL_ANSWERED = {f"i-{item}": "3" for item in SCALES}


@dataclass(frozen=True)
class Asking:
    """An open cycle, and the links of those who have not used theirs."""

    site: Site
    cycle_id: int
    links: list[str]
    links_to_two: list[str]

    def somebody(self, language: str = "en") -> str:
        """Return a link that nobody has used."""
        return _speaking(language, self.links.pop())

    def somebody_with_two_leaders(self) -> str:
        return _speaking("en", self.links_to_two.pop())

    def counted(self) -> tuple[int, int]:
        """Return how many credentials were given and how many answers are kept."""
        given = select(func.count()).where(Collected.is_collected)
        kept = select(func.count()).select_from(SealedAnswer)
        with self.site.shop.sessions() as session:
            return session.scalar(given), session.scalar(kept)

    def arrived(self) -> list[dict[str, Any]]:
        """Open every sealed answer, as closing will."""
        with self.site.shop.sessions() as session:
            return [
                json.loads(unseal(one.sealed, self._box(one.scope_id), one.scope_id))
                for one in session.scalars(select(SealedAnswer))
            ]

    def _box(self, scope_id: UUID) -> Any:
        return box_key(self.site.shop.vault.folder, self.cycle_id, scope_id)


def ask(site: Site) -> Asking:
    """Ask a team of 70 about An; Binh's team of six may rate An as well."""
    now = utcnow()
    with site.shop.sessions.begin() as session:
        name_organisation(session, now)
        add_team(session, "An", 70)
        add_team(session, "Binh", 6)
    cycle_id = launch(site, "Now", ("An", "Binh"), opens=now - DAY)
    _let_rate_both(site, cycle_id)
    links = mailed_links(site, cycle_id).items()
    return Asking(
        site,
        cycle_id,
        [link for address, link in links if address.startswith("an-")],
        [link for address, link in links if address.startswith("binh-")],
    )


def _speaking(language: str, link: str) -> str:
    return re.sub("/(en|vi)/s#", f"/{language}/s#", link)


def _let_rate_both(site: Site, cycle_id: int) -> None:
    with site.shop.sessions.begin() as session:
        mine = select(Scope).where(Scope.cycle_id == cycle_id, Scope.group == "team")
        teams = {
            scope.leader.name: scope.id
            for scope in session.scalars(mine.join(CycleLeader))
        }
        of_binh = (
            select(Invitation)
            .join(Collected)
            .where(Collected.scope_id == teams["Binh"])
        )
        for invitation in session.scalars(of_binh).all():
            invitation.collected.append(Collected(scope_id=teams["An"]))


@dataclass(frozen=True)
class Heard:
    """One request as it reached the server, and the headers of what went back."""

    path: str
    query: bytes
    headers: dict[str, str]
    body: bytes
    answered: dict[str, str]


@contextmanager
def listening(app: Flask) -> Iterator[list[Heard]]:
    """Write down everything that the server hears until the block ends."""
    heard: list[Heard] = []
    inner = app.wsgi_app

    def listen(environ: dict[str, Any], start_response: Any) -> Any:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        names = (name for name in environ if name.startswith("HTTP_"))
        headers = {name[5:].replace("_", "-"): environ[name] for name in names}
        answered: dict[str, str] = {}
        path, query = environ["PATH_INFO"], environ["QUERY_STRING"].encode()
        if not path.endswith("favicon.svg"):  # comes when it likes
            heard.append(Heard(path, query, headers, body, answered))

        def start(status: str, given: list[tuple[str, str]], *rest: Any) -> Any:
            answered.update(given)
            return start_response(status, given, *rest)

        return inner(environ | {"wsgi.input": BytesIO(body)}, start)

    app.wsgi_app = listen
    try:
        yield heard
    finally:
        app.wsgi_app = inner


def watch_policy(page: Page) -> list[str]:
    """Return a list that fills with what the policy refuses and what scripts throw."""
    complaints: list[str] = []
    page.add_init_script(
        """document.addEventListener("securitypolicyviolation",
             e => console.error(`refused ${e.violatedDirective} ${e.blockedURI}`));"""
    )
    page.on(
        "console", lambda m: m.text.startswith("refused ") and complaints.append(m.text)
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def open_form(page: Page, link: str) -> None:
    """Go by a mail's link to the statements."""
    page.goto(link)
    page.click(START)
    expect(page.locator("#answers")).to_be_visible()


def choose(page: Page, chosen: dict[str, str]) -> None:
    """Tap answers, each one as a person would, in a single call."""
    page.evaluate(
        """chosen => Object.entries(chosen).forEach(([name, value]) =>
             document.querySelector(`[name="${name}"][value="${value}"]`).click())""",
        chosen,
    )


def chosen(page: Page) -> dict[str, str]:
    """Return which answers are marked."""
    return page.eval_on_selector_all(
        "#answers input[type=radio]:checked",
        "all => Object.fromEntries(all.map(one => [one.name, one.value]))",
    )


def expect_thanks(page: Page, language: str = "en") -> None:
    expect(page.locator("h1")).to_have_text(THANKS[language])


def kept(page: Page) -> set[str]:
    """Return the kinds of things that lie on this device."""
    names = page.evaluate("Object.keys({...localStorage, ...sessionStorage})")
    return {name.split("-")[1] for name in names}
