from xml.etree import ElementTree

import pytest

from reports.drawing import About, Colour, Fill, Letters, Sheet, Stroke

ABOUT = About("a", "A title", "What is drawn")


@pytest.fixture
def sheet():
    sheet = Sheet(100)
    sheet.write((10, 20), "Nguyễn Đức ậ ả ằ ệ ỉ ộ ữ ỹ", Letters(bold=True))
    sheet.lines([((0, 30), (100, 30))], Stroke(Colour.OTHERS, width=2, dashed=True))
    sheet.box((10, 40), (33.333333, 10), Fill(alpha=0.5))
    sheet.circle((50, 50), 5, Fill(Colour.SELF, empty=True))
    return sheet


def test_says_what_is_drawn_to_those_who_do_not_see_it(sheet):
    svg = ElementTree.fromstring(sheet.svg(ABOUT))
    named = {e.get("id"): e.text for e in svg if e.get("id")}
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby").split() == list(named)
    assert list(named.values()) == ["A title", "What is drawn"]


def test_holds_nothing_that_a_strict_page_forbids(sheet):
    svg = sheet.svg(ABOUT)
    for forbidden in ("style", "<script", "<?xml", "<!DOCTYPE", "metadata", "href"):
        assert forbidden not in svg


def test_ids_carry_the_prefix(sheet):
    svg = ElementTree.fromstring(sheet.svg(About("mine", "t", "d")))
    ids = [e.get("id") for e in svg.iter() if e.get("id")]
    assert ids == ["mine-title", "mine-description"]


def test_scales_with_the_page(sheet):
    svg = ElementTree.fromstring(sheet.svg(ABOUT))
    assert svg.get("viewBox") == "0 0 380 100"
    assert svg.get("width") is None
    assert svg.get("height") is None


def test_text_stays_text_in_the_font_of_the_page(sheet):
    svg = sheet.svg(ABOUT)
    assert ">Nguyễn Đức ậ ả ằ ệ ỉ ộ ữ ỹ</text>" in svg
    assert "font-family" not in svg
    assert 'font-weight="700"' in svg


def test_styles_become_attributes(sheet):
    svg = sheet.svg(ABOUT)
    assert 'stroke="#0072b2"' in svg
    assert 'opacity="0.5"' in svg
    assert "stroke-dasharray" in svg


def test_ink_follows_the_page(sheet):
    svg = ElementTree.fromstring(sheet.svg(ABOUT))
    colours = {e.get("fill") or e.get("stroke") for e in svg if e.tag.endswith("text")}
    assert svg.get("fill") == "currentColor"
    assert colours == {None}


def test_coordinates_are_short(sheet):
    assert "43.33 " in sheet.svg(ABOUT)
    assert "43.333" not in sheet.svg(ABOUT)


def test_gives_the_same_bytes_each_time(sheet):
    assert sheet.svg(ABOUT) == sheet.svg(ABOUT)


def test_a_dollar_or_a_bracket_is_a_letter():
    sheet = Sheet(30)
    sheet.write((0, 10), "$x$ <b> & $y$")
    assert "$x$ &lt;b&gt; &amp; $y$" in sheet.svg(ABOUT)
