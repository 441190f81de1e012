"""Whatever the bytes, the loader gives an instrument or names the problems."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questionnaires.catalogue import SHIPPED
from questionnaires.checks import launch_problems, warnings
from questionnaires.file_format import TABLES, known_keys
from questionnaires.loader import InstrumentError, load_bytes
from questionnaires.model import Instrument
from questionnaires.preview import preview

TINY = Path(__file__).with_name("files")
SAMPLES = [
    (TINY / "complete.toml").read_bytes(),
    (TINY / "stub.toml").read_bytes(),
    (TINY / "many_problems.toml").read_bytes(),
    (SHIPPED / "edmondson-1999.toml").read_bytes(),
    (SHIPPED / "ps-8.toml").read_bytes(),
    (SHIPPED / "ll-35.toml").read_bytes()[:9000],
]
KEYS = sorted({key.encode() for table in TABLES for key in known_keys(table)})
VALUES = [
    b'""',
    b'"{leader}"',
    b'"\\u0000"',
    b"0",
    b"-1",
    b"1e400",
    b"nan",
    b"0x" + b"f" * 300,
    b"9" * 5000,
    b"true",
    b"1979-05-27",
    b"07:32:00",
    b"[]",
    b"[[]]",
    b"{}",
    b"{en = 1}",
    b'[{}, 1, "x"]',
    b"[" * 1000,
]
ODD = "a=.,[]{}'\"#\\\n\r\t0-_:+ \x00\x7f\x85\u0301\u2028\u202e\ufeffệ😀"
ANY_TIME = settings(
    max_examples=3000,
    deadline=None,
    derandomize=False,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def assert_is_answered(data: bytes) -> None:
    """Load and use the file; any other exception than the refusal fails the test."""
    try:
        instrument = load_bytes(data, name="any")
    except InstrumentError as error:
        problems = error.problems
    else:
        problems = ()
        assert_is_usable(instrument)
    for problem in problems:
        assert problem.where
        assert problem.message
        assert f"{problem.where}{problem.message}".isprintable()
        assert len(problem.where) + len(problem.message) < 1000


def assert_is_usable(instrument: Instrument) -> None:
    """Do with an instrument what the commands do."""
    warnings(instrument)
    launch_problems([instrument], languages=["en"])
    for form in instrument.forms:
        for group in instrument.asked_groups:
            for language in instrument.languages:
                assert preview(instrument, form, group, language)


@ANY_TIME
@given(st.binary(max_size=400))
def test_random_bytes(data: bytes):
    assert_is_answered(data)


@ANY_TIME
@given(st.text(ODD, max_size=60))
def test_odd_characters(text: str):
    assert_is_answered(f"format = 1\n{text}".encode())
    assert_is_answered(f"title = {{ en = '{text}' }}".encode())


@ANY_TIME
@given(st.sampled_from(SAMPLES), st.data())
def test_flipped_bytes(sample: bytes, data: Any):
    changed = bytearray(sample)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(
            st.integers(0, 255)
        )
    assert_is_answered(bytes(changed))


@ANY_TIME
@given(st.sampled_from(SAMPLES), st.data())
def test_lines_dropped_doubled_and_moved(sample: bytes, data: Any):
    lines = sample.splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        to = data.draw(st.integers(0, len(lines) - 1))
        line = lines[at]
        if data.draw(st.booleans()):
            del lines[at]
        if data.draw(st.booleans()):
            lines.insert(to, line)
        lines = lines or [line]
    assert_is_answered(b"".join(lines))


@ANY_TIME
@given(st.sampled_from(SAMPLES), st.data())
def test_keys_renamed_and_values_replaced(sample: bytes, data: Any):
    lines = sample.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        key, equals, value = lines[at].partition(b"=")
        if data.draw(st.booleans()):
            key = data.draw(st.sampled_from(KEYS))
        else:
            value = data.draw(st.sampled_from(VALUES))
        lines[at] = key + (equals or b"=") + value
    assert_is_answered(b"\n".join(lines))


@ANY_TIME
@given(st.sampled_from(SAMPLES), st.data())
def test_a_file_cut_off_anywhere(sample: bytes, data: Any):
    assert_is_answered(sample[: data.draw(st.integers(0, len(sample)))])
