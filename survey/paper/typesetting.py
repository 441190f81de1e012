"""Typst templates -> PDF without author or time; QR codes as drawings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import segno

_HERE = Path(__file__).parent
_MASK = 2
"""Any mask can be read; trying all eight for the prettiest takes five times as long."""


def typeset(template: str, facts: Mapping[str, object]) -> bytes:
    """Return the PDF of a template; what it says comes as data, never as markup.

    The fonts are those of matplotlib, which cover Vietnamese on every machine; the
    system's own help with names in scripts that these do not have.
    """
    import matplotlib as mpl
    import typst

    pdf = typst.compile(
        _HERE / template,
        font_paths=[Path(mpl.get_data_path()) / "fonts/ttf"],
        sys_inputs={"facts": json.dumps(facts)},
    )
    if not isinstance(pdf, bytes):
        raise TypeError("Typst returned several files where one was asked for")
    return pdf


def qr(text: str) -> str:
    """Return ``text`` as a drawing that a phone's camera reads."""
    drawing = BytesIO()
    code = segno.make_qr(text, error="m", boost_error=False, mask=_MASK)
    code.save(drawing, kind="svg", border=0)
    return drawing.getvalue().decode()
