"""A browser without JavaScript in the hands of somebody who was asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from survey.app import create_app
from survey.config import Settings
from survey.plans import CycleText
from survey.worker import Workshop
from tests.conftest import NOON, MakeCycle
from tests.survey.web.raters import Rater, rater_of

FILES = Path(__file__).parents[3] / "questionnaires/files"
FULL = tuple(
    CycleText(name, "1", (FILES / f"{name}.toml").read_text(encoding="utf-8"))
    for name in ("ll-35", "ps-8")
)


def set_clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Let the pages of people who answer believe that it is ``now``."""
    for module in ("entry", "visit"):
        monkeypatch.setattr(f"survey.web.{module}.utcnow", lambda: now)


@pytest.fixture
def app(
    settings: Settings, shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """Give the real application, at noon on the opening day."""
    set_clock(monkeypatch, NOON)
    app = create_app(settings)
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def rater(app: Flask, shop: Workshop, open_cycle: MakeCycle) -> Rater:
    """Give a member of a team of nine, asked five statements."""
    return rater_of(app, shop, open_cycle(sizes={"Lan": 9}))


@pytest.fixture
def rater_of_43(app: Flask, shop: Workshop, open_cycle: MakeCycle) -> Rater:
    """Give a member of a team of nine, asked the whole questionnaire."""
    return rater_of(app, shop, open_cycle(sizes={"Lan": 9}, texts=FULL))
