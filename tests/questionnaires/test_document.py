"""The page about the format is true: its example loads, and no key is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from questionnaires.checks import launch_problems, warnings
from questionnaires.file_format import TABLES, known_keys
from questionnaires.loader import load

ROOT = next(p for p in Path(__file__).parents if (p / "pyproject.toml").is_file())
PAGE = (ROOT / "docs/questionnaire-format.md").read_text(encoding="utf-8")


def test_the_example_is_sound_and_ready():
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
    instrument = load(example, name="example")
    assert warnings(instrument) == ()
    assert launch_problems([instrument], languages=["en", "vi"]) == ()


@pytest.mark.parametrize("table", TABLES)
def test_every_key_is_explained(table):
    missing = [key for key in known_keys(table) if f"`{key}`" not in PAGE]
    assert missing == []


def test_every_value_that_can_be_chosen_is_named():
    for value in ("ready", "stub", "leader", "team", "self", "peers", "manager"):
        assert f"`{value}`" in PAGE
    for value in ("low", "over", "under", "split", "good", "bad"):
        assert f"`{value}`" in PAGE
