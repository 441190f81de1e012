"""The stored figures of R: what they rest on, and what each one is a figure of."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).resolve().parent
COMMON = "common.R"
SURVEYS = {"lq2002": FOLDER.parent / "data/lq2002/lq2002.csv"}
"""Data that the project carries already; all other data stand beside the figures."""

MODULES = sorted(script.stem for script in FOLDER.glob("*.R") if script.name != COMMON)
"""Modules of `reports` that have a script."""

Json = dict[str, Any]


def read(module: str) -> Json:
    """Return the stored figures of a module."""
    return json.loads(file_of(module).read_text(encoding="utf-8"))


def file_of(module: str) -> Path:
    return FOLDER / f"{module}.json"


def stamped(module: str, printed: Json) -> Json:
    """Add to what a script printed the hashes of what it was made from."""
    data = {name: {"sha256": hash_of_file(SURVEYS[name])} for name in printed["used"]}
    for name, kept in printed.get("data", {}).items():
        data[name] = {"sha256": hash_of_table(kept["columns"]), **kept}
    return {
        "scripts": {name: hash_of_file(FOLDER / name) for name in scripts_of(module)},
        "r": printed["r"],
        "packages": printed["packages"],
        "data": data,
        "cases": printed["cases"],
    }


def scripts_of(module: str) -> tuple[str, str]:
    return (f"{module}.R", COMMON)


def hash_of_file(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def hash_of_table(columns: Json) -> str:
    text = json.dumps(columns, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def stale(figures: Json) -> Iterator[str]:
    """Name the scripts and data that are no longer those of the figures."""
    for name, wanted in figures["scripts"].items():
        if hash_of_file(FOLDER / name) != wanted:
            yield f"{name} has changed since its figures were made"
    for name, kept in figures["data"].items():
        if name in SURVEYS:
            found = hash_of_file(SURVEYS[name])
        else:
            found = hash_of_table(kept["columns"])
        if found != kept["sha256"]:
            yield f"the data {name} have changed since the figures were made"


@cache
def _survey(name: str) -> dict[str, list[float]]:
    with SURVEYS[name].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {column: [float(row[column]) for row in rows] for column in rows[0]}


def argument(value: Any, data: Json) -> Any:
    """Turn an argument as it is written in JSON into the one that Python takes.

    Lists become arrays, ``null`` in them ``nan``. A reference names a data set and
    ``columns`` (ratings), ``column`` (one value a row) or ``mean_of`` (a score a row),
    ``first`` rows only, ``holes``: answers taken out, from a row on, every so many.
    """
    if isinstance(value, list):
        return _array(value)
    if isinstance(value, dict) and "seed" in value:
        return np.random.default_rng(value["seed"])
    if isinstance(value, dict):
        return _looked_up(value, data)
    return value


def _array(values: list[Any]) -> np.ndarray:
    worded = any(isinstance(value, str) for value in values)
    return np.array(values, dtype=None if worded else float)


def _looked_up(reference: Json, data: Json) -> np.ndarray:
    """Take columns out of a survey, or of a data set beside the figures."""
    name = reference["from"]
    table = _survey(name) if name in SURVEYS else data[name]["columns"]
    first = reference.get("first")
    if "column" in reference:
        return _array(table[reference["column"]][:first])
    columns = reference.get("columns") or reference["mean_of"]
    ratings = np.stack([_array(table[column][:first]) for column in columns], axis=1)
    for column, (row, step) in reference.get("holes", {}).items():
        ratings[row - 1 :: step, columns.index(column)] = np.nan
    return ratings.mean(axis=1) if "mean_of" in reference else ratings
