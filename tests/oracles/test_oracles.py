"""Every statistic against the figures that R made of the same data."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from reports import errors
from tests.oracles.stored import FOLDER, MODULES, argument, read, stale

FIGURES = {module: read(module) for module in MODULES}
CASES = [
    pytest.param(case, figures["data"], id=case["name"])
    for figures in FIGURES.values()
    for case in figures["cases"]
]
# What the report asks after Holm's adjustment; leader_gap holds its verdict.
ASKED_THROUGH_ANOTHER = {"gaps.verdict"}


def function_of(call: str) -> Any:
    module, name = call.split(".")
    return getattr(import_module(f"reports.{module}"), name)


def differences(
    got: Any, expected: Any, tolerance: float, place: str = "result"
) -> Iterator[str]:
    """Name every place at which a result is not what R says, field by field."""
    if isinstance(expected, dict):
        for field, value in expected.items():
            at = f"{place}.{field}"
            yield from differences(getattr(got, field), value, tolerance, at)
    elif isinstance(expected, list):
        if len(got) != len(expected):
            yield f"{place} has {len(got)} values, not {len(expected)}"
            return
        for number, pair in enumerate(zip(got, expected, strict=True)):
            yield from differences(*pair, tolerance, f"{place}[{number}]")
    elif not _is(got, expected, tolerance):
        yield f"{place} is {got!r}, R says {expected!r}"


def _is(got: Any, expected: Any, tolerance: float) -> bool:
    """Compare one figure or word; ``null`` is ``nan``, or nothing at all."""
    if expected is None:
        return got is None or bool(np.isnan(got))
    if isinstance(expected, str) and isinstance(got, str):
        return str(got) == expected
    trace = 1e-12 if expected == 0 else 0.0
    close = {"rel_tol": tolerance, "abs_tol": trace}
    return np.ndim(got) == 0 and math.isclose(got, float(expected), **close)


@pytest.mark.parametrize(("case", "data"), CASES)
def test_r_says_the_same(case: dict[str, Any], data: dict[str, Any]) -> None:
    arguments = {
        name: argument(value, data) for name, value in case["arguments"].items()
    }
    function, expected = function_of(case["call"]), case["expected"]
    if isinstance(expected, dict) and "error" in expected:
        with pytest.raises(getattr(errors, expected["error"])):
            function(**arguments)
        return
    found = list(differences(function(**arguments), expected, case["tolerance"]))
    assert found == [], case["how"]


@pytest.mark.parametrize("module", MODULES)
def test_figures_are_those_of_the_scripts_and_data_as_they_stand(module: str) -> None:
    assert list(stale(FIGURES[module])) == [], "make oracles says what to do"


def test_every_script_has_its_figures_and_no_figures_are_left_over() -> None:
    assert sorted(file.stem for file in FOLDER.glob("*.json")) == MODULES


def test_names_of_cases_are_unique() -> None:
    names = [case.id for case in CASES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("module", MODULES)
def test_every_public_function_has_a_figure_of_r(module: str) -> None:
    held = import_module(f"reports.{module}")
    names = getattr(held, "__all__", [name for name in vars(held) if name[0] != "_"])
    own = {
        f"{module}.{name}"
        for name in names
        if inspect.isfunction(function := getattr(held, name))
        and (function.__module__ == held.__name__ or hasattr(held, "__all__"))
    }
    called = {case["call"] for case in FIGURES[module]["cases"]}
    assert own - ASKED_THROUGH_ANOTHER <= called
