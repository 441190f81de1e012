from __future__ import annotations

import pytest

from tests.check_translations import FOLDERS, problems


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_text_is_there_in_vietnamese(folder: str) -> None:
    assert list(problems(folder)) == []
