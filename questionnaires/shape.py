"""What is wrong with a file's keys and types, in sentences for its author."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from questionnaires.file_format import known_keys
from questionnaires.problems import Problem, named, quoted

UNKNOWN_KEY = "extra_forbidden"

Path = tuple[int | str, ...]
"""Keys and list positions from the top of the file to a value."""

_ENTRIES = {
    "dimensions": "dimension",
    "items": "item",
    "suggestions": "suggestion",
    "questions": "question",
}
_EXPECTED = {
    "string_type": "a text in quotation marks",
    "int_type": "a whole number without quotation marks",
    "float_type": "a number without quotation marks",
    "bool_type": "true or false, without quotation marks",
    "list_type": "a list in square brackets",
    "dict_type": "a table with one entry for each language",
    "model_type": "a table",
    "enum": "{expected}",
    "literal_error": "{expected}",
    "string_pattern_mismatch": "a language code such as en or vi",
    "greater_than_equal": "at least {ge}",
    "greater_than": "more than {gt}",
    "less_than_equal": "at most {le}",
    "too_short": "at least one entry",
}
_DIGITS = 20


def shape_problems(
    error: ValidationError, document: Mapping[str, Any]
) -> tuple[Problem, ...]:
    """Return a problem for every fault pydantic found."""
    return tuple(
        Problem(place(fault["loc"], document), _message(fault))
        for fault in error.errors(include_url=False)
    )


def place(path: Path, document: Mapping[str, Any]) -> str:
    """Name a place as its author does: by codes and keys, counting from one."""
    labels: list[str] = []
    keys = ""
    node: Any = document
    for above, part in zip(("", *path), path, strict=False):
        node = node.get(part) if isinstance(node, Mapping) else node[part]
        if isinstance(part, int) and above in _ENTRIES:
            code = node.get("code") if isinstance(node, Mapping) else None
            is_named = isinstance(code, str) and code != ""
            label = named(str(code)) if is_named else str(part + 1)
            labels = [] if is_named else labels
            labels.append(f"{_ENTRIES[str(above)]} {label}")
            keys = ""
        elif isinstance(part, int):
            keys += f"[{part + 1}]"
        else:
            keys += f".{named(part)}" if keys else named(part)
    return ", ".join([*labels, keys] if keys else labels)


def _message(fault: ErrorDetails) -> str:
    kind = fault["type"]
    if kind == "missing":
        return "the key is missing; add it"
    if kind == UNKNOWN_KEY:
        return _unknown_key(fault["loc"])
    found = _found(fault["input"])
    if fault["loc"] == ("format",):
        return f"found {found}, expected 1, the format this program reads"
    if kind == "list_type" and isinstance(fault["input"], Mapping):
        heading = f"[[{fault['loc'][-1]}]]"
        return f"found a table; write its heading in double brackets: {heading}"
    expected = _EXPECTED.get(kind, "another value").format_map(fault.get("ctx", {}))
    return f"found {found}, expected {expected}"


def _unknown_key(path: Path) -> str:
    """Say that a key is unknown, and which one may be meant or where it belongs."""
    key = str(path[-1])
    tables = [part for part in path[:-1] if isinstance(part, str)]
    here = known_keys(tables[-1] if tables else "")
    if near := get_close_matches(key, here, n=1):
        return f"there is no such key; did you mean “{near[0]}”?"
    if key in known_keys(""):
        return "the key belongs at the top of the file, before the first [table]"
    return f"there is no such key here; known are {', '.join(here)}"


def _found(value: object) -> str:
    """Describe a value from a file without trusting its size or characters."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        is_huge = isinstance(value, int) and abs(value) >= 10**_DIGITS
        return "a very large number" if is_huge else str(value)
    if isinstance(value, dt.date | dt.time):
        return "a date or time"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return "a table"
