"""What tests of questionnaires share: tiny files, and what is wrong with a text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from questionnaires.loader import InstrumentError, load
from questionnaires.model import Instrument

FILES = Path(__file__).with_name("files")


def _read(name: str) -> str:
    return (FILES / f"{name}.toml").read_text(encoding="utf-8")


def _load(name: str) -> Instrument:
    return load(_read(name), name=name)


def _faults(text: str) -> list[str]:
    try:
        load(text, name="test")
    except InstrumentError as error:
        return [f"{p.where}: {p.message}" for p in error.problems]
    return []


def _changed(*changes: tuple[str, str], of: str = "complete") -> str:
    text = _read(of)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


@pytest.fixture(name="read")
def fixture_read() -> Callable[[str], str]:
    """Return the text of a tiny file."""
    return _read


@pytest.fixture(name="instrument")
def fixture_instrument() -> Callable[[str], Instrument]:
    """Return the instrument of a tiny file."""
    return _load


@pytest.fixture(name="load_text")
def fixture_load_text() -> Callable[[str], Instrument]:
    """Return the instrument of a text."""
    return lambda text: load(text, name="test")


@pytest.fixture(name="faults")
def fixture_faults() -> Callable[[str], list[str]]:
    """Return every problem of a text as one line."""
    return _faults


@pytest.fixture(name="changed")
def fixture_changed() -> Callable[..., str]:
    """Return a tiny file's text with a few words replaced."""
    return _changed
