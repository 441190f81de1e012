"""HR plays a whole cycle of sixty people: from a bad file to released reports."""

from __future__ import annotations

import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from importlib import import_module
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from sqlalchemy import select

import survey.web
from survey import worker
from survey.clock import utcnow
from survey.models.cycle import Cycle
from survey.services import confidential, visiting
from tests.browser.asked import (
    ALL_ANSWERED,
    SEND,
    START,
    choose,
    expect_thanks,
    open_form,
)
from tests.browser.company import HR, SCALES, name_organisation
from tests.browser.conftest import PHONE, NewPage, follow, sign_in
from tests.browser.site import PASSWORD, Site, serve
from tests.conftest import DAY
from tests.survey.test_mail import Sink, free_port

pytestmark = [pytest.mark.browser, pytest.mark.long]

ZONE = ZoneInfo("UTC")
TEAMS = {"An": 14, "Binh": 14, "Chi": 13, "Dung": 9, "Em": 4}
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
ON_PAPER = "Dung"


@dataclass
class Play:
    """The house with a clock to turn, and what reached the post office."""

    site: Site
    sink: Sink
    now: datetime

    def turn(self, now: datetime) -> None:
        """Let it be ``now`` for every page, and let the worker do what is due."""
        self.now = now
        self.work()

    def work(self) -> None:
        worker.run_due(self.site.shop, now=self.now)

    def letters(self, kind: str) -> dict[str, EmailMessage]:
        """Return the letters of one kind by address; nobody got two."""
        found = [m for m in self.sink.messages if m["Message-ID"][1:].startswith(kind)]
        addresses = [m["To"].addresses[0].addr_spec for m in found]
        assert max(Counter(addresses).values(), default=0) <= 1, kind
        return dict(zip(addresses, found, strict=True))


@pytest.fixture
def play(
    tmp_path: Path, browser: object, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Play]:
    del browser  # without one nothing is served
    sink = Sink()
    post = Controller(sink, hostname="127.0.0.1", port=free_port())
    post.start()
    monday = utcnow() + timedelta(days=7 - utcnow().weekday())
    now = monday.replace(hour=9, minute=0, second=0, microsecond=0)
    with serve(tmp_path, smtp_url=f"smtp://127.0.0.1:{post.port}") as site:
        play = Play(site, sink, now)
        for found in pkgutil.iter_modules(survey.web.__path__, "survey.web."):
            if hasattr(import_module(found.name), "utcnow"):
                monkeypatch.setattr(f"{found.name}.utcnow", lambda: play.now)
        with site.shop.sessions.begin() as session:
            name_organisation(session, now)
        yield play
    post.stop()


def people() -> str:
    """Return sixty people: a director, five leaders, their teams; one team on paper."""
    lines = ["id,name,email,manager_id,unit,language,channel,shoe size"]
    lines.append("D,Director,director@example.org,,Board,en,,42")
    for leader, size in TEAMS.items():
        address = f"{leader.lower()}@example.org"
        lines.append(f"{leader},{leader},{address},D,{leader}'s hall,en,,41")
        for n in range(size):
            mail = "" if leader == ON_PAPER else f"{leader.lower()}-{n}@example.org"
            channel = "slip" if leader == ON_PAPER else ""
            person = f"{leader}-{n},{leader} {n},{mail},{leader},{leader}'s hall"
            lines.append(f"{person},{'vi' if n % 2 else 'en'},{channel},40")
    return "\n".join(lines) + "\n"


def test_hr_plays_a_whole_cycle(play: Play, new_page: NewPage, tmp_path: Path) -> None:
    assert people().count("\n") == 61
    desk = new_page()
    sign_in(desk, play.site, HR)
    _import(desk, play, tmp_path)
    _plan(desk, play)
    _launch(desk)
    play.work()
    cycle = _cycle(play)
    play.turn(cycle.opens_at)
    links = _invited(play)
    for address in ("an-0", "an-1", "binh-2"):
        phone = new_page(viewport=PHONE)
        _answers(phone, links[f"{address}@example.org"])
    first, second, *_ = _prints_slips(new_page(), play, cycle.id)
    _types(new_page(viewport=PHONE), f"{play.site.url}/en/", first)
    _answers_at_the_kiosk(new_page(), play, second)
    _others_answer(play, links)
    _reminded(play, cycle, links)
    play.turn(cycle.closes_at)
    _releases(new_page(), play, cycle.id)
    play.work()
    _reads(new_page(), play, "an@example.org")


def _import(page: Page, play: Play, folder: Path) -> None:
    """Choose a bad file, read what is wrong, choose the mended one, look, store."""
    good = people()
    bad = good.replace("an-3@example.org", "an-3@").replace(",Chi,Chi's", ",Cho,Chi's")
    for name, text in (("bad.csv", bad), ("good.csv", good)):
        (folder / name).write_text(text, encoding="utf-8")
    page.goto(f"{play.site.url}/hr/people")
    page.set_input_files("#file", folder / "bad.csv")
    follow(page, "text=Check the file")
    told = page.inner_text(".problem")
    assert "14 cells must be mended first" in told
    assert "an-3@" in told
    assert "Cho" in told
    follow(page, "text=Choose another file")
    page.set_input_files("#file", folder / "good.csv")
    follow(page, "text=Check the file")
    seen = page.inner_text("main")
    assert "shoe size" in seen
    follow(page, "text=Import these 60 changes")
    page.goto(f"{play.site.url}/hr/people")
    assert "60 people, 6 leaders." in page.inner_text("main")


def _plan(page: Page, play: Play) -> None:
    opens = play.now + 2 * DAY
    page.goto(f"{play.site.url}/hr/cycles/new")
    page.fill("#name", "Autumn")
    for n in range(page.locator("[name=instruments]").count()):
        page.check(f"#instruments-{n}")
    page.fill("#opens_at", f"{opens:%Y-%m-%dT%H:%M}")
    page.fill("#closes_at", f"{opens + 14 * DAY:%Y-%m-%dT%H:%M}")
    follow(page, "text=Save the draft")
    assert page.inner_text("h1") == "Autumn"


def _launch(page: Page) -> None:
    """Decide about Em's team of four, read the promise, launch."""
    assert page.locator(".points .decide:has-text('Em.')").count() == 1
    assert page.locator("button:text-is('Launch')").count() == 0
    follow(page, "text=Leave out leaders who cannot get a report")
    assert page.locator(".points .decide").count() == 0
    for n in range(page.locator("[name=confirmed]").count()):
        page.check(f"#confirmed-{n}")
    page.check("#sure")
    follow(page, "button:text-is('Launch')")
    assert page.inner_text("h1 + p") == "Being launched"


def _cycle(play: Play) -> Cycle:
    with play.site.shop.sessions() as session:
        cycle = session.scalars(select(Cycle)).one()
        session.expunge(cycle)
    assert cycle.fingerprint
    return cycle


def _invited(play: Play) -> dict[str, str]:
    """Return the link in each invitation; nobody on paper and none of Em's has one."""
    letters = play.letters("invitation")
    expected = {
        f"{leader.lower()}-{n}@example.org"
        for leader, size in TEAMS.items()
        if leader not in {ON_PAPER, "Em"}
        for n in range(size)
    } | {f"{leader.lower()}@example.org" for leader in TEAMS}
    assert set(letters) == expected
    assert len(play.letters("self_rating")) == 5
    return {
        address: re.search(r"http\S+#\S+", _text(letter)).group()
        for address, letter in letters.items()
    }


def _text(letter: EmailMessage) -> str:
    text: str = letter.get_body(("plain",)).get_content()
    return text


def _answers(page: Page, link: str) -> None:
    open_form(page, re.sub("/vi/s#", "/en/s#", link))
    choose(page, ALL_ANSWERED)
    page.click(SEND)
    expect_thanks(page)


def _prints_slips(page: Page, play: Play, cycle_id: int) -> list[str]:
    sign_in(page, play.site, HR)
    page.goto(f"{play.site.url}/hr/cycles/{cycle_id}/slips")
    with page.expect_download() as printed:
        page.click("main form button")
    text = " ".join(
        sheet.extract_text()
        for sheet in PdfReader(BytesIO(printed.value.path().read_bytes())).pages
    )
    codes = list(dict.fromkeys(CODE.findall(text)))
    assert len(codes) >= TEAMS[ON_PAPER]
    return codes


def _types(page: Page, start: str, code: str) -> None:
    page.goto(start)
    page.fill("#code", code.lower())
    follow(page, "#page > button[type=submit]")
    page.click(START)
    choose(page, ALL_ANSWERED)
    page.click(SEND)
    expect_thanks(page)


def _answers_at_the_kiosk(page: Page, play: Play, code: str) -> None:
    _types(page, f"{play.site.url}/en/kiosk", code)
    page.click("#kiosk .next-person")
    expect(page.locator("#page")).to_be_visible()
    assert page.input_value("#code") == ""


def _others_answer(play: Play, links: dict[str, str]) -> None:
    """Let eight more of An's people answer, so that An has a report."""
    points = dict.fromkeys(SCALES, 3)
    for n in range(2, 10):
        code = links[f"an-{n}@example.org"].rpartition(".")[2]
        shop = play.site.shop
        with shop.sessions.begin() as session:
            visit = visiting.open_visit(session, shop.vault, code, now=play.now)
            confidential.keep_confidential_answer(
                session,
                shop.vault,
                code,
                visit.sheets[0].scope_id,
                confidential.PlainAnswer(points),
                now=play.now,
            )


def _reminded(play: Play, cycle: Cycle, links: dict[str, str]) -> None:
    """Turn the clock to the first reminder: it goes to who has not used a link."""
    used = {f"an-{n}@example.org" for n in range(10)} | {"binh-2@example.org"}
    play.turn(cycle.reminds_at[0])
    assert set(play.letters("remind_1")) == set(links) - used


def _releases(page: Page, play: Play, cycle_id: int) -> None:
    sign_in(page, play.site, HR)
    page.goto(f"{play.site.url}/hr/")
    assert "Autumn" in page.inner_text(".points")
    page.goto(f"{play.site.url}/hr/cycles/{cycle_id}")
    page.check("#sure")
    follow(page, "main button:text-is('Release')")


def _reads(page: Page, play: Play, address: str) -> None:
    """Set a password by the mail's link, sign in, read the report."""
    letter = play.letters("report_ready")[address]
    page.goto(re.search(r"http\S+", _text(letter)).group())
    page.fill("#password", PASSWORD)
    follow(page, "main form button")
    sign_in(page, play.site, address)
    follow(page, "text=Read your report")
    assert "Your team\t14\t8–11" in page.inner_text("main")
    assert page.locator("svg.chart").first.is_visible()
