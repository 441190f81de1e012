"""The preview shows what a rater would see."""

from __future__ import annotations

from questionnaires.catalogue import Catalogue
from questionnaires.model import Form, RaterGroup
from questionnaires.preview import preview

EN_TEAM = """\
Complete (complete 1.0)
=======================
full form, team, en, 4 statements, about 1 minute

How often did you see it?

  ( ) 1  Never
  ( ) 2  Sometimes
  ( ) 3  Always
  ( ) -  Cannot say

Asking
  1. My leader asks why.
  2. My leader waits.
  3. My leader cuts doubts short.
  4. When asked, my leader listens.

Q1. What should my leader keep doing?
    Name nobody.
"""


def test_a_team_sees_this_page(instrument):
    assert preview(instrument("complete"), Form.FULL, RaterGroup.TEAM, "en") == EN_TEAM


def test_the_short_form_in_vietnamese_asks_less(instrument):
    page = preview(instrument("complete"), Form.SHORT, RaterGroup.TEAM, "vi")
    assert "  2. Lãnh đạo của tôi chờ.\n\nQ1. Lãnh đạo của tôi nên" in page


def test_peers_read_a_name(instrument):
    page = preview(instrument("complete"), Form.FULL, RaterGroup.PEERS, "en")
    assert "  1. Mai Trần asks why." in page


def test_a_leader_reads_about_themselves_and_no_open_question(instrument):
    page = preview(instrument("complete"), Form.FULL, RaterGroup.SELF, "en")
    assert "  1. I ask why." in page
    assert "How often did you?" in page
    assert "Q1." not in page


def test_what_was_left_out_leaves_no_gap(instrument):
    page = preview(instrument("smallest"), Form.FULL, RaterGroup.TEAM, "en")
    assert "1 statements, about 1 minute\n\n  ( ) 0  No\n" in page


def test_a_question_without_help_stands_alone(load_text, changed):
    text = changed(('help = { en = "Name nobody.", vi = "Xin đừng nêu tên." }\n', ""))
    page = preview(load_text(text), Form.FULL, RaterGroup.TEAM, "en")
    assert page.endswith("\n\nQ1. What should my leader keep doing?\n")


def test_a_stub_shows_its_hints_or_codes(instrument):
    page = preview(instrument("stub"), Form.FULL, RaterGroup.TEAM, "vi")
    assert "  1. (no text yet: waiting for words)\n  2. " in page


def test_a_long_form_tells_its_minutes():
    page = preview(Catalogue().get("ll-35", "0.1.0"), Form.FULL, RaterGroup.TEAM, "vi")
    assert "35 statements, about 6 minutes" in page
