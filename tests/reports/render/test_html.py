import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from reports.render.html import (
    leader_fragment,
    leader_page,
    organisation_fragment,
    organisation_page,
    report_css,
)
from reports.tree import Band, Mean, ShownInterval

LANGUAGES = ["en", "vi"]
VOID = {"meta", "br", "link"}


class Page(HTMLParser):
    """The parsed page: its tags with attributes, and the text under each."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.texts = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs), "/".join(self.open)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes another tag"

    def handle_data(self, data):
        self.texts.append(("/".join(self.open), " ".join(data.split())))

    def count(self, tag):
        return sum(name == tag for name, _, _ in self.tags)

    def read(self, *without):
        """Return the words of the page, those inside some tags left out."""
        return " ".join(
            text for path, text in self.texts if not set(path.split("/")) & set(without)
        )


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture(scope="module")
def page(report, language):
    """The full report of one leader."""
    return leader_page(report, language)


@pytest.fixture(scope="module")
def organisations(organisation, small_organisation, named_organisation):
    return [organisation, small_organisation, named_organisation]


@pytest.fixture(scope="module")
def pages(page, hidden_report, without_self, organisations, language):
    return [
        page,
        leader_page(hidden_report, language),
        leader_page(without_self, language),
        *(organisation_page(one, language) for one in organisations),
    ]


def test_pages_have_one_heading_one_main_a_title_and_their_language(pages, language):
    for text in pages:
        page = Page(text)
        assert page.tags[0] == ("html", {"lang": language}, "")
        titles = [path for tag, _, path in page.tags if tag == "title"]
        assert [page.count("h1"), page.count("main")] == [1, 1]
        assert titles.count("html/head") == 1
        assert page.open == []


def test_ids_are_unique_and_every_reference_has_its_target(pages):
    for text in pages:
        attributes = [a for _, a, _ in Page(text).tags]
        ids = [a["id"] for a in attributes if "id" in a]
        wanted = " ".join(a.get("aria-labelledby") or "" for a in attributes).split()
        assert len(ids) == len(set(ids))
        assert set(wanted) <= set(ids)


def test_headings_follow_in_order(pages):
    for text in pages:
        levels = [int(t[1]) for t, _, _ in Page(text).tags if re.fullmatch("h[1-6]", t)]
        assert levels[0] == 1
        assert all(b - a <= 1 for a, b in pairwise(levels))


def test_fragments_bring_nothing_a_strict_page_forbids(report, organisation, language):
    for fragment in (
        leader_fragment(report, language),
        organisation_fragment(organisation, language),
    ):
        page = Page(fragment)
        attributes = {name for _, found, _ in page.tags for name in found}
        assert not {a for a in attributes if a == "style" or a.startswith("on")}
        forbidden = {"script", "style", "html", "head", "body", "main", "link", "img"}
        assert not forbidden & {tag for tag, _, _ in page.tags}


def test_styles_come_under_the_nonce_of_the_page(report):
    fragment = leader_fragment(report, "en", nonce="abc")
    assert '<style nonce="abc">' in fragment
    assert report_css() in fragment


def test_a_page_loads_nothing(pages):
    for text in pages:
        links = {"src", "href", "srcset", "xlink:href"}
        assert not links & {name for _, found, _ in Page(text).tags for name in found}
        assert "url(" not in text
        assert "@import" not in text


def test_a_page_stays_small(pages):
    named = pages[-1]  # grows with the number of teams, as it must
    assert max(len(text.encode()) for text in pages if text is not named) < 150_000


def test_the_same_report_gives_the_same_bytes(report, language):
    assert leader_page(report, language) == leader_page(report, language)


def charts_with_tables(text):
    """Return each chart and the first table behind it, as the words they hold."""
    for chart in re.finditer(r"<svg.*?</svg>", text, re.DOTALL):
        behind = text[chart.end() :]
        table = behind[behind.index("<table") : behind.index("</table>") + 8]
        yield ElementTree.fromstring(chart[0]), Page(table).read()


def test_every_chart_speaks_and_has_a_table(page):
    found = list(charts_with_tables(page))
    assert len(found) == 9
    for chart, table in found:
        title, description = chart[0], chart[1]
        assert title.tag.endswith("title")
        assert title.text
        assert description.text
        assert table


def test_the_table_holds_every_figure_of_its_chart(page):
    for chart, table in charts_with_tables(page):
        drawn = " ".join(e.text or "" for e in chart if e.tag.endswith("text"))
        figures = re.findall(r"\d[.,]\d", drawn)
        assert set(figures) <= set(re.findall(r"\d[.,]\d", table))


def test_the_overview_table_holds_what_the_tree_holds(report):
    tables = re.findall(r"<table.*?</table>", leader_page(report, "en"), re.DOTALL)
    row = next(r for r in tables[1].split("<tr>") if "Listen more" in r)
    said = " ".join(Page(row.split("</tr>")[0]).read().split())
    assert said == (
        "Listen more, command less 3.4 (3.0 to 3.8) 4.2 0.8 higher clearly higher"
    )


def test_tables_are_real_tables(pages):
    for text in pages:
        for table in re.findall(r"<table.*?</table>", text, re.DOTALL):
            page = Page(table)
            assert page.count("caption") == 1
            heads = [a for tag, a, _ in page.tags if tag == "th"]
            assert all(a["scope"] in {"col", "row", "rowgroup"} for a in heads)


def test_no_table_has_an_empty_head(pages):
    for text in pages:
        for cell in re.findall(r"<th[ >].*?</th>", text, re.DOTALL):
            assert Page(cell).read().strip()


def test_the_first_section_holds_the_five_facts(report):
    text = leader_page(report, "en")
    first = text[text.index("<dl>") : text.index("</dl>")]
    assert Page(first + "</dl>").count("dt") == 5
    assert "Ask two people in the team." in first
    assert text.index("<dl>") < text.index("<table")


def test_a_leader_below_k_reads_no_figure(hidden_report, language):
    text = Page(leader_page(hidden_report, language)).read("style", "title")
    dates = {"5", "10", "19", "2026"}
    asked = {str(group.invited) for group in hidden_report.groups}
    assert set(re.findall(r"\d+", text)) <= dates | asked | {"5"}
    assert "<svg" not in leader_page(hidden_report, language)


def test_a_leader_below_k_reads_why(hidden_report):
    text = Page(leader_page(hidden_report, "en")).read()
    assert "Too few answers: results are shown only from 5 answers on" in text
    assert "Fewer than 5 team members answered." in text


def test_what_the_tree_hides_is_nowhere_on_the_page(report, page, language):
    """The page with the figure shown has it; hidden, only words stand there."""
    places = [d.code for d in report.dimensions].index("behaviour")
    told = report.dimensions[places]
    view = replace(told.views[0], mean=Mean(2.2), interval=ShownInterval(1.9, 2.6))
    dimensions = list(report.dimensions)
    dimensions[places] = replace(told, views=(view,))
    shown = leader_page(replace(report, dimensions=tuple(dimensions)), language)
    for figure in ("2.2", "1.9") if language == "en" else ("2,2", "1,9"):
        assert figure in Page(shown).read("style")
        assert figure not in Page(page).read("style")


def test_a_hidden_dimension_has_no_chart_of_its_own(report):
    text = leader_page(report, "en")
    assert 'id="report-behaviour"' in text
    assert "group-behaviour-title" not in text


def test_a_clipped_mean_has_no_decimal_beyond_its_clip_point(page):
    section = page[page.index('<h3 id="report-kaizen"') :]
    section = Page(section[: section.index("</section>")]).read()
    figures = {float(x.replace(",", ".")) for x in re.findall(r"\d[.,]\d", section)}
    assert max(figures) == 4.5


def test_a_mean_told_as_a_band_is_a_bar_and_the_same_band_in_words(report):
    listen = report.dimensions[2]
    band = replace(listen.views[0], mean=Band(3.4, 3.9), interval=None)
    dimensions = list(report.dimensions)
    dimensions[2] = replace(listen, views=(band,))
    text = leader_page(replace(report, dimensions=tuple(dimensions)), "en")
    assert "3.4–3.9 | you 4.2" in text
    assert "others, somewhere in this band" in text


def test_without_own_ratings_there_is_no_diamond_and_no_plane(without_self):
    text = leader_page(without_self, "en")
    assert "shape self" not in text
    assert "both-views-title" not in text
    assert "There is no rating of your own" in text


def test_fewer_than_three_placed_dimensions_stay_a_list(report):
    few = replace(report, placements=report.placements[:2])
    text = leader_page(few, "en")
    assert "both-views-title" not in text
    assert "Hidden strength" in text


def test_the_plane_has_all_that_can_be_placed(report):
    text = leader_page(report, "en")
    plane = next(c for c, _ in charts_with_tables(text) if "both" in c[0].get("id"))
    drawn = {e.text for e in plane if e.tag.endswith("text")}
    assert {"1", "2", "3", "4", "5"} <= drawn
    assert "6" not in drawn


def test_what_is_not_in_the_tree_has_no_section(report):
    bare = replace(report, comments=(), placements=(), focus=())
    text = leader_page(bare, "en")
    for absent in ("In their own words", "agree and differ", "What to work on"):
        assert absent in leader_page(report, "en")
        assert absent not in text


def test_people_cannot_write_markup(report):
    text = leader_page(replace(report, leader="<i>Lan</i>"), "en")
    assert "Walks the floor &lt;b&gt;daily&lt;/b&gt; &amp; asks." in text
    assert "<i>" not in text


def test_comments_stand_apart_from_groups_and_dates(report):
    text = leader_page(report, "en")
    comments = text[text.index('class="comments"') :].split("</ul>")[0]
    items = re.findall(r"<li>(.*?)</li>", comments)
    assert len(items) == 2
    assert "Comments: hidden to protect raters." in text


@pytest.mark.parametrize(
    ("language", "warning"),
    [
        ("en", "Contains figures of single small groups: not for distribution."),
        ("vi", "Có số liệu của từng nhóm nhỏ: không được chia sẻ."),
    ],
)
def test_an_open_analysis_says_so_in_every_section_and_on_every_sheet(
    report, organisation, language, warning
):
    for one, render in ((report, leader_page), (organisation, organisation_page)):
        opened = replace(one, cycle=replace(one.cycle, open_analysis=True))
        text = render(opened, language)
        assert Page(text).read("style").count(warning) >= Page(text).count("h2")
        assert f'@top-center {{ content: "{warning}"' in text
        assert warning not in render(one, language)


def test_made_up_data_says_so(report, organisation):
    assert "Made-up data" in organisation_page(organisation, "en")
    assert "Made-up data" not in leader_page(report, "en")


def test_a_report_about_several_leaders_says_so_first(report, hidden_report, language):
    for one in (report, hidden_report):
        several = replace(one, together=("An Tran", "Binh Le"))
        said = Page(leader_page(several, language)).read()
        assert "An Tran, Binh Le" in said
        assert "An Tran, Binh Le" not in Page(leader_page(one, language)).read()


def test_shares_are_words_for_those_who_do_not_see_the_boxes(report):
    text = Page(leader_page(report, "en")).read()
    assert (
        "low: under a third; middle: a third to two thirds; high: a third to two thirds"
        in text
    )


def test_the_page_speaks_one_language(report):
    text = Page(leader_page(report, "vi")).read("style")
    for english in ("Your", "answers", "higher", "Show", "hidden", "points"):
        assert english not in text


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Answer keys given anew"), ("vi", "được cấp lại")]
)
def test_keys_given_anew_are_said_where_there_are_some(report, language, said):
    assert said not in leader_page(report, language)
    some = Page(leader_page(replace(report, reissued=3), language)).read()
    assert re.search(f"{said}[^.]*: 3\\.", some)
