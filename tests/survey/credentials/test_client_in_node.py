"""The browser's module under Node, without a browser."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from subprocess import PIPE, Popen
from typing import Any

import pytest

from tests.survey.credentials.module import (
    FILE,
    HARNESS,
    Call,
    Check,
    each_check,
    request,
    result,
)


@pytest.fixture(scope="module")
def call() -> Iterator[Call]:
    """Call functions of the module in one running Node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node on this machine: apt install nodejs")
    with Popen([node, HARNESS, FILE], stdin=PIPE, stdout=PIPE, encoding="utf-8") as run:

        def in_node(name: str, *args: object) -> Any:
            run.stdin.write(json.dumps(request(name, *args)) + "\n")
            run.stdin.flush()
            return result(json.loads(run.stdout.readline()))

        yield in_node
        run.stdin.close()


@each_check
def test_under_node(check: Check, call: Call) -> None:
    check(call)
