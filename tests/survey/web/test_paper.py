"""What HR prints for people without e-mail, read back from the files."""

from __future__ import annotations

import re
import unicodedata
from io import BytesIO

import pytest
from flask import Flask
from pypdf import PdfReader

from survey.models.cycle import Cycle
from survey.models.people import Channel
from survey.roles import Role
from survey.worker import Workshop
from tests.conftest import MakeCycle, add_team
from tests.survey.services.test_invitations import cycle_with_slips
from tests.survey.web.office import Desk, Office, open_office

LETTERS = "ế ậ ả ằ ệ ỉ ộ ữ ỹ đ"
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


@pytest.fixture
def office(app: Flask, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(app, shop, monkeypatch)


@pytest.fixture
def hr(office: Office) -> Desk:
    return office.desk(Role.HR)


def pages_of(content: bytes) -> list[str]:
    """Return the words of each page, on one line."""
    texts = (page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return [unicodedata.normalize("NFC", " ".join(text.split())) for text in texts]


def print_slips(hr: Desk, cycle_id: int, spares: object = 0) -> bytes:
    answer = hr.post(f"/hr/cycles/{cycle_id}/slips", spares=spares)
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.data


def test_slips_hold_every_code_once_and_nobody_who_answers(
    hr: Desk, shop: Workshop
) -> None:
    cycle_id = cycle_with_slips(shop, 9, 5)
    assert not CODE.findall(hr.get(f"/hr/cycles/{cycle_id}/slips").text)
    pages = pages_of(print_slips(hr, cycle_id, 20))
    codes = [CODE.findall(page) for page in pages]
    assert [len(found) for found in codes] == [6, 8, 3]  # An's alone, then Lan's
    assert len({code for found in codes for code in found}) == 17
    assert "Member" not in " ".join(pages)


def test_each_slip_says_the_same_in_every_language(hr: Desk, shop: Workshop) -> None:
    cycle_id = cycle_with_slips(shop, 5)
    with shop.sessions() as session:
        check = session.get_one(Cycle, cycle_id).fingerprint[:20]
    (page,) = pages_of(print_slips(hr, cycle_id))
    for words in (
        "Your view on Lan.",
        "Open until 1 December 2026.",
        "Take any slip; nobody notes which one you take.",
        "Ý kiến của bạn về Lan.",
        "Lấy phiếu nào cũng được; không ai ghi lại bạn lấy phiếu nào.",
    ):
        assert page.count(words) == 5, words
    assert page.count(check) == 10


def test_a_print_is_the_only_place_of_its_codes(hr: Desk, shop: Workshop) -> None:
    cycle_id = cycle_with_slips(shop, 5)
    first, second = (
        set(CODE.findall(pages_of(print_slips(hr, cycle_id))[0])) for _ in range(2)
    )
    assert len(first) == len(second) == 5
    assert not first & second


@pytest.mark.parametrize("path", ["slips", "poster.pdf"])
def test_a_file_tells_neither_author_nor_time(
    hr: Desk, shop: Workshop, path: str
) -> None:
    cycle_id = cycle_with_slips(shop, 5)
    if path == "slips":
        content = print_slips(hr, cycle_id)
    else:
        content = hr.get(f"/hr/cycles/{cycle_id}/{path}").data
    told = PdfReader(BytesIO(content))
    assert set(told.metadata or {}) <= {"/Title", "/Creator"}
    packet = told.xmp_metadata
    assert packet is None or not (packet.xmp_create_date or packet.dc_creator)
    assert b"CreationDate" not in content
    assert b"ModDate" not in content


@pytest.mark.parametrize(
    ("spares", "wrong"),
    [("21", "from 0 to 20"), ("-1", "from 0 to 20"), ("many", "a whole number")],
)
def test_too_many_spares_change_no_code(
    hr: Desk, shop: Workshop, spares: str, wrong: str
) -> None:
    cycle_id = cycle_with_slips(shop, 5)
    answer = hr.post(f"/hr/cycles/{cycle_id}/slips", spares=spares)
    assert answer.status_code == 422
    assert wrong in answer.text
    assert 'value="' + spares in answer.text


def test_where_everybody_has_a_mail_there_is_nothing_to_print(
    hr: Desk, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    page = hr.get(f"/hr/cycles/{cycle_id}/slips").text
    assert "there are no slips" in page
    assert '<button type="submit">Make' not in page


def test_the_poster_says_what_is_promised_and_holds_no_code(
    hr: Desk, shop: Workshop, app: Flask
) -> None:
    cycle_id = cycle_with_slips(shop, 5)
    (page,) = pages_of(hr.get(f"/hr/cycles/{cycle_id}/poster.pdf").data)
    with shop.sessions() as session:
        cycle = session.get_one(Cycle, cycle_id)
    assert cycle.fingerprint[:20] in page
    assert app.extensions["settings"].base_url in page
    assert not CODE.findall(page)
    for words in (
        "IP address, device and the time you answer are not stored with your answers.",
        f"only when {cycle.k} or more people in it answered",
        "After the reports are released single answers are destroyed.",
        "Sau khi báo cáo được phát hành, các câu trả lời riêng lẻ sẽ bị hủy.",
    ):
        assert words in page
    assert "anonymous" not in page
    assert "ẩn danh" not in page


@pytest.mark.parametrize("path", ["slips", "poster.pdf"])
def test_nothing_is_printed_for_a_cycle_that_is_not_launched(
    hr: Desk, office: Office, open_cycle: MakeCycle, path: str
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    with office.shop.sessions.begin() as session:
        session.get_one(Cycle, cycle_id).state = "closed"
    address = f"/hr/cycles/{cycle_id}/{path}"
    answer = hr.post(address, spares=0) if path == "slips" else hr.get(address)
    assert answer.status_code == 409


def test_vietnamese_is_drawn_with_fonts_that_are_in_the_file(
    hr: Desk, shop: Workshop
) -> None:
    with shop.sessions.begin() as session:
        add_team(session, LETTERS, 5, channel=Channel.SLIP)
    content = print_slips(hr, cycle_with_slips(shop, 5))
    fonts = PdfReader(BytesIO(content)).pages[1]["/Resources"]["/Font"]
    names = {font.get_object()["/BaseFont"] for font in fonts.values()}
    assert names
    assert all("DejaVu" in name for name in names)
    assert LETTERS in pages_of(content)[1]
