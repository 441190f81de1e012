"""Shipped files and an operator's folder, found by code and version."""

from __future__ import annotations

from pathlib import Path

import pytest

from questionnaires.catalogue import Catalogue, UnknownInstrumentError


def put(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_an_operators_files_join_the_shipped_ones(tmp_path, read):
    put(tmp_path, "mine.toml", read("smallest"))
    codes = [i.code for i in Catalogue(tmp_path).instruments()]
    assert codes == ["edmondson-1999", "ll-35", "ps-8", "smallest"]


def test_the_newest_version_is_last_by_number(tmp_path, changed):
    for version in ("1.10", "1.9", "1.9.1"):
        text = changed(('version = "1"', f'version = "{version}"'), of="smallest")
        put(tmp_path, f"{version}.toml", text)
    found = [
        i.version for i in Catalogue(tmp_path).instruments() if i.code == "smallest"
    ]
    assert found == ["1.9", "1.9.1", "1.10"]


def test_a_cycle_gets_the_text_as_it_stands_in_the_file(tmp_path, read):
    put(tmp_path, "mine.toml", read("smallest"))
    catalogue = Catalogue(tmp_path)
    assert catalogue.text_of("smallest", "1") == read("smallest")
    assert catalogue.get("smallest", "1").title == {"en": "Smallest"}


def test_a_code_or_version_nobody_has_is_refused():
    with pytest.raises(UnknownInstrumentError, match=r"ll-35 9\.9"):
        Catalogue().text_of("ll-35", "9.9")


def test_a_broken_file_is_named_and_hides_no_other(tmp_path, read):
    put(tmp_path, "a.toml", "code = ")
    put(tmp_path, "b.toml", read("smallest"))
    catalogue = Catalogue(tmp_path)
    assert [error.name for error in catalogue.errors] == ["a.toml"]
    assert catalogue.get("smallest", "1").code == "smallest"


def test_a_shipped_version_cannot_be_replaced(tmp_path):
    shipped = Catalogue().text_of("ps-8", "0.1.0")
    put(tmp_path, "ps-8.toml", shipped.replace("Psychological", "Other"))
    catalogue = Catalogue(tmp_path)
    assert catalogue.text_of("ps-8", "0.1.0") == shipped
    assert "needs a new version" in catalogue.errors[0].problems[0].message


def test_a_copy_of_a_shipped_file_is_no_problem(tmp_path):
    put(tmp_path, "copy.toml", Catalogue().text_of("ps-8", "0.1.0"))
    assert Catalogue(tmp_path).errors == ()


def test_a_folder_that_is_not_there_is_said(tmp_path):
    catalogue = Catalogue(tmp_path / "nowhere")
    assert catalogue.errors[0].problems[0].message.startswith("there is no such folder")
    assert len(catalogue.instruments()) == 3
