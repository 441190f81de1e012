"""Every test that a page of the documentation names is there."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGES = [*TESTS.parent.glob("*.md"), *TESTS.parent.glob("docs/**/*.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_tests_that_a_page_names_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    files = {file.name: file.read_text("utf-8") for file in TESTS.rglob("test_*.py")}
    all_tests = "".join(files.values())
    for name in re.findall(r"`(test_\w+)`", text):
        assert f"def {name}(" in all_tests, name
    assert set(re.findall(r"`(test_\w+\.py)`", text)) <= files.keys()
