import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from reports.charts import (
    LegendEntry,
    Row,
    Shape,
    dot_plot,
)
from reports.drawing import WIDTH, About
from reports.tree import (
    Band,
    Because,
    End,
    Hidden,
    Mean,
    NoData,
    ScaleFacts,
    ShownInterval,
)

FIVE = ScaleFacts(1, 5, {})
ABOUT = About("c", "t", "d")
ROW = Row("Listen", ("3.4", "you 4.2"), Mean(3.4), ShownInterval(3.0, 3.8), 4.2)
CLIPPED = Row(
    "Kaizen", ("4.5 or above",), Mean(4.5, End.OR_ABOVE), ShownInterval(4.2, None)
)
LEFT, RIGHT = 16, WIDTH - 16


def x_of(value, scale=FIVE):
    share = (value - scale.low) / (scale.high - scale.low)
    return round(LEFT + share * (RIGHT - LEFT), 2)


def marks(svg, css_class):
    """Return the x reach of all shapes of one colour."""
    found = []
    for element in ElementTree.fromstring(svg):
        if css_class in element.get("class", "").split() and element.get("d"):
            xs = [
                float(x)
                for x, _ in re.findall(r"(-?[\d.]+) (-?[\d.]+)", element.get("d"))
            ]
            found.append((min(xs), max(xs)))
    return found


def middles(svg, css_class):
    return [round((low + high) / 2, 1) for low, high in marks(svg, css_class)]


def words(svg):
    return [e.text for e in ElementTree.fromstring(svg) if e.tag.endswith("text")]


def test_the_whole_scale_is_drawn_whatever_the_ratings():
    said = words(dot_plot([ROW], ScaleFacts(1, 7, {}), ABOUT))
    assert said[-7:] == ["1", "2", "3", "4", "5", "6", "7"]


def test_marks_stand_where_the_shown_figures_say():
    svg = dot_plot([ROW], FIVE, ABOUT)
    assert middles(svg, "self") == [pytest.approx(x_of(4.2), abs=0.1)]
    assert pytest.approx(x_of(3.4), abs=0.1) in middles(svg, "others")
    assert pytest.approx((x_of(3.0), x_of(3.8)), abs=0.1) in marks(svg, "others")


def test_the_figures_stand_beside_the_marks():
    assert "3.4 | you 4.2" in words(dot_plot([ROW], FIVE, ABOUT))


def test_self_and_others_differ_in_shape_and_never_cover_each_other():
    same = replace(ROW, self_score=3.4)
    svg = ElementTree.fromstring(dot_plot([same], FIVE, ABOUT))
    shapes = {e.get("class"): e.get("d") for e in svg if "shape" in e.get("class", "")}
    assert "C" in shapes["shape others"]
    assert "C" not in shapes["shape self"]
    tops = [float(d.split()[2]) for d in (shapes["shape others"], shapes["shape self"])]
    assert abs(tops[0] - tops[1]) > 6


def test_a_clipped_mean_is_a_zone_with_open_arrows_and_no_dot():
    svg = ElementTree.fromstring(dot_plot([CLIPPED], FIVE, ABOUT))
    shapes = [e for e in svg if e.get("class") == "shape others"]
    zone, *arrows = shapes
    assert zone.get("opacity") == "0.16"
    assert {a.get("fill-opacity", a.get("fill")) for a in arrows} == {"none"}
    assert len(arrows) == 2
    assert not any("C" in e.get("d") for e in shapes)


def test_the_zone_begins_at_the_clip_point_and_ends_beyond_the_scale():
    zones = marks(dot_plot([CLIPPED], FIVE, ABOUT), "others")
    assert pytest.approx((x_of(4.5), RIGHT + 8), abs=0.1) in zones


def test_a_low_clipped_mean_is_the_mirror():
    low = Row("a", ("1.5 or below",), Mean(1.5, End.OR_BELOW), ShownInterval(None, 1.9))
    zones = marks(dot_plot([low], FIVE, ABOUT), "others")
    assert pytest.approx((LEFT - 8, x_of(1.5)), abs=0.1) in zones
    assert pytest.approx((x_of(1.5), x_of(1.9)), abs=0.1) in zones


def test_without_an_interval_the_circle_is_hollow():
    def circle(row):
        svg = ElementTree.fromstring(dot_plot([row], FIVE, ABOUT))
        return next(e for e in svg if "C" in (e.get("d") or "")).get("fill")

    assert circle(ROW) == "#0072b2"
    assert circle(replace(ROW, interval=None)) == "none"


@pytest.mark.parametrize("cell", [Hidden(Because.TOO_FEW), NoData()])
def test_what_is_not_shown_leaves_words_and_no_mark(cell):
    svg = dot_plot([Row("Peers", ("hidden to protect raters",), cell)], FIVE, ABOUT)
    assert marks(svg, "others") == []
    assert "hidden to protect raters" in words(svg)


def test_a_hidden_row_has_no_track_and_leaves_the_scale_below_the_last_mark():
    hidden = Row("Peers", ("hidden",), Hidden(Because.TOO_FEW))
    svg = dot_plot([ROW, hidden], FIVE, ABOUT)
    ys = {e.text: float(e.get("y")) for e in ElementTree.fromstring(svg) if e.get("y")}
    assert len(marks(svg, "ink")) == len(marks(dot_plot([ROW], FIVE, ABOUT), "ink"))
    assert ys["1"] < ys["Peers"]


def test_a_band_is_a_bar_from_edge_to_edge():
    svg = dot_plot([Row("a", ("2–2.5",), Band(2, 2.5))], FIVE, ABOUT)
    assert marks(svg, "others") == [pytest.approx((x_of(2), x_of(2.5)), abs=0.1)]


def test_the_interval_of_a_band_reaches_beyond_both_edges():
    row = Row("a", ("3.4–3.9",), Band(3.4, 3.9), ShownInterval(3.1, 4.2))
    reaches = marks(dot_plot([row], FIVE, ABOUT), "others")
    assert pytest.approx((x_of(3.1), x_of(4.2)), abs=0.1) in reaches
    assert pytest.approx((x_of(3.4), x_of(3.9)), abs=0.1) in reaches


@pytest.mark.parametrize(
    "label",
    [
        "Xây dựng văn hóa cải tiến liên tục (Kaizen)",
        "Build a culture of continuous improvement (Kaizen)",
    ],
)
def test_a_long_title_is_wrapped_before_the_values(label):
    row = Row(label, ("từ 4,5 trở lên", "bạn 4,2"), Mean(4.5, End.OR_ABOVE))
    room = WIDTH - 8.2 * max(len(line) for line in row.label_lines)
    assert " ".join(row.label_lines) == label
    assert room > 7.4 * max(len(line) for line in row.value_lines)


def test_long_values_stand_below_each_other():
    row = Row("a", ("hidden to protect raters", "you 4.0"))
    assert row.value_lines == ["hidden to protect raters", "you 4.0"]


def test_rows_do_not_overlap_and_leave_room_for_stacked_marks():
    svg = ElementTree.fromstring(dot_plot([ROW, CLIPPED, ROW], FIVE, ABOUT))
    lines = sorted({float(e.get("y")) for e in svg if e.tag.endswith("text")})
    assert all(b - a >= 14 * 1.25 for a, b in pairwise(lines))


def test_the_legend_explains_the_marks():
    legend = [
        LegendEntry(Shape.DIAMOND, "you"),
        LegendEntry(Shape.CIRCLE, "others", with_interval=True),
        LegendEntry(Shape.ZONE, "người khác; " * 6),
    ]
    svg = dot_plot([ROW], FIVE, ABOUT, legend)
    assert words(svg)[:2] == ["you", "others"]
    assert all(len(line) <= 44 for line in words(svg))


def test_groups_have_their_own_shape_and_colour():
    rows = [
        Row("team", ("3",), Mean(3), shape=Shape.CIRCLE),
        Row("peers", ("3",), Mean(3), shape=Shape.SQUARE),
        Row("manager", ("3",), Mean(3), shape=Shape.TRIANGLE),
    ]
    svg = dot_plot(rows, FIVE, ABOUT)
    assert all(len(marks(svg, kind)) == 1 for kind in ("others", "peers", "manager"))
