"""Files of others are what they claim to be; compressed twins hold the same."""

from __future__ import annotations

import gzip
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[1] / "survey/web/static"
VENDORED = sorted((STATIC / "vendor").iterdir())
SOURCES = sorted(STATIC.rglob("*.css"))


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.name)
def test_a_vendored_file_is_untouched_and_brings_its_licence(folder: Path) -> None:
    note = tomllib.loads((folder / "VENDOR.toml").read_text(encoding="utf-8"))
    assert set(note) == {"name", "version", "licence", "licence_file", "file", "sha256"}
    content = (folder / note["file"]).read_bytes()
    assert sha256(content).hexdigest() == note["sha256"]
    assert folder.name.endswith(f"-{note['version']}")
    assert note["licence"] in (folder / note["licence_file"]).read_text(
        encoding="utf-8"
    )


def test_nothing_is_vendored_without_a_note() -> None:
    assert VENDORED
    for folder in VENDORED:
        note = tomllib.loads((folder / "VENDOR.toml").read_text(encoding="utf-8"))
        known = {note["file"], f"{note['file']}.gz", note["licence_file"]}
        assert {file.name for file in folder.iterdir()} - known == {"VENDOR.toml"}


@pytest.mark.parametrize("source", SOURCES, ids=lambda file: file.name)
def test_a_style_sheet_ships_with_its_compressed_twin(source: Path) -> None:
    packed = source.with_name(f"{source.name}.gz")
    same = packed.is_file() and gzip.decompress(packed.read_bytes()) == (
        source.read_bytes()
    )
    assert same, f"run: gzip -9nkf {source.relative_to(STATIC.parents[2])}"


@pytest.mark.parametrize("source", SOURCES, ids=lambda file: file.name)
def test_style_sheets_load_nothing_from_elsewhere(source: Path) -> None:
    text = source.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert "@import" not in text
    assert "url(http" not in text
    assert "url(//" not in text
    assert 'url("http' not in text
