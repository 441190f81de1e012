"""The file that browsers run is the one in the repository, small and alone."""

from __future__ import annotations

import gzip
import re
from hashlib import sha256

from tests.survey.credentials.module import FILE

PACKED = FILE.with_name(f"{FILE.name}.gz")
NOTE = FILE.with_name(f"{FILE.name}.sha256")


def test_the_compressed_twin_holds_the_same() -> None:
    assert gzip.decompress(PACKED.read_bytes()) == FILE.read_bytes(), (
        "run: gzip -9nkf survey/web/static/client/credential.js"
    )


def test_the_hash_beside_the_file_is_the_files_own() -> None:
    found = sha256(FILE.read_bytes()).hexdigest()
    assert NOTE.read_text(encoding="ascii") == f"{found}  {FILE.name}\n", (
        "run: cd survey/web/static/client; "
        "sha256sum credential.js > credential.js.sha256"
    )


def test_the_module_is_under_4_kb_on_the_wire() -> None:
    assert len(PACKED.read_bytes()) < 4096


def test_the_module_asks_nobody_and_keeps_nothing() -> None:
    source = FILE.read_text(encoding="utf-8")
    code = re.sub(r"//.*|/\*\*.*?\*/", "", source)
    for word in ("import ", "fetch", "document", "window", "Storage", "cookie", "http"):
        assert word not in code
    assert "Math.random" not in code
