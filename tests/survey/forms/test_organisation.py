"""A checked file travels with the page."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.forms.organisation import pack, unpack
from survey.spreadsheets import LARGEST


@given(st.binary(max_size=2000))
def test_a_file_comes_back_as_it_went(content: bytes) -> None:
    assert unpack(pack(content)) == content


@pytest.mark.parametrize("packed", ["", "%%%", "aGVsbG8=", "ế"])
def test_what_was_tampered_with_is_nothing(packed: str) -> None:
    assert unpack(packed) == b""


def test_a_small_text_cannot_unfold_beyond_the_largest_file() -> None:
    bomb = pack(b"0" * (LARGEST * 4))
    assert len(bomb) < 50_000
    assert len(unpack(bomb)) == LARGEST


def test_a_file_of_twenty_thousand_people_fits_into_a_page() -> None:
    rows = "".join(
        f"{n},Nguyễn Văn {n},nguyen.{n}@firm.vn,{n // 9},Unit {n % 40},vi,\n"
        for n in range(20_000)
    )
    assert len(pack(rows.encode())) < 500_000
    assert zlib.crc32(unpack(pack(rows.encode()))) == zlib.crc32(rows.encode())
