import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from reports.drawing import WIDTH, About
from reports.plane import PlaneTexts, Point, plane
from reports.tree import ScaleFacts

FIVE = ScaleFacts(1, 5, {})
ABOUT = About("p", "t", "d")
TEXTS = PlaneTexts("across", "above", "below", "tl", "tr", "bl", "br")


def draw(*points, median=3.0, texts=TEXTS):
    return ElementTree.fromstring(plane(points, FIVE, median, texts, ABOUT))


def words(svg):
    return [e.text for e in svg if e.tag.endswith("text")]


def circles(svg):
    """Return the middle of each circle, and whether it is hollow."""
    found = []
    for element in svg:
        if "C" in (element.get("d") or ""):
            places = re.findall(r"(-?[\d.]+) (-?[\d.]+)", element.get("d"))
            x, y = ([float(p[i]) for p in places] for i in (0, 1))
            middle = ((min(x) + max(x)) / 2, (min(y) + max(y)) / 2)
            found.append((*middle, element.get("fill") == "none"))
    return found


def test_lays_both_views_with_the_scale_across_and_the_gap_upwards():
    low, high = circles(draw(Point(1, 2.0, -1.0, False), Point(2, 4.0, 1.0, False)))
    assert low[0] < high[0]
    assert low[1] > high[1]


def test_numbers_and_quadrants_are_written():
    said = words(draw(Point(7, 3.0, 1.0, hollow=False)))
    assert {"7", "tl", "tr", "bl", "br", "1", "5"} <= set(said)


def test_an_open_dimension_is_hollow():
    svg = draw(Point(1, 3.0, 0.2, hollow=True), Point(2, 4.0, 0.2, hollow=False))
    assert [hollow for _, _, hollow in circles(svg)] == [True, False]


@pytest.mark.parametrize("mean", [1.0, 4.5, 5.0])
def test_dimensions_at_one_place_stand_side_by_side_on_the_sheet(mean):
    points = [Point(n, mean, 0.3, hollow=False) for n in range(1, 9)]
    xs = sorted(x for x, _, _ in circles(draw(*points)))
    assert len(xs) == 8
    assert all(b - a >= 24 for a, b in pairwise(xs))
    assert xs[0] >= 11
    assert xs[-1] <= WIDTH - 11


@pytest.mark.parametrize("gap", [-4.0, -2.0, 2.0, 4.0])
def test_the_widest_gap_stays_between_the_texts(gap):
    ((_, y, _),) = circles(draw(Point(1, 1.0, gap, hollow=False)))
    assert 30 <= y <= 320


def test_long_names_of_quadrants_do_not_meet():
    long = PlaneTexts(
        "x", "u", "d", "a", "b", "Điểm chung cần cải thiện", "Điểm mạnh chưa nhận ra"
    )
    said = words(draw(Point(1, 3.0, 1.0, hollow=False), texts=long))
    assert "Điểm chung cần" in said
    assert "Điểm mạnh chưa" in said


def test_a_dimension_that_had_to_move_aside_is_tied_to_its_place():
    alone = draw(Point(1, 3.0, 0.3, hollow=False))
    crowded = draw(*[Point(n, 3.0, 0.3, hollow=False) for n in (1, 2)])
    assert lines(crowded) == lines(alone) + 1


def lines(svg):
    """Count the straight lines."""
    paths = [e.get("d") or "" for e in svg if e.tag.endswith("path")]
    return sum(d.count("L") for d in paths if "C" not in d and "Z" not in d.upper())
