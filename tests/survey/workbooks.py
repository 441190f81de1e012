"""Workbooks as people's programs write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape

Cells = Sequence[Sequence[object]]

_ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">
<office:body><office:spreadsheet><table:table table:name="People">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"""

_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest
 xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/"
 manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
</manifest:manifest>"""


def xlsx(rows: Cells) -> bytes:
    """Write numbers as numbers and days as days, as Excel does."""
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for line, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(line, column, cell, day)
                else:
                    sheet.write(line, column, cell)
    return file.getvalue()


def ods(rows: Cells) -> bytes:
    """Write every cell as a text."""
    lines = "".join(
        "<table:table-row>"
        + "".join(
            '<table:table-cell office:value-type="string">'
            f"<text:p>{escape(str(cell))}</text:p></table:table-cell>"
            for cell in cells
        )
        + "</table:table-row>"
        for cells in rows
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as folder:
        folder.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        folder.writestr("META-INF/manifest.xml", _MANIFEST)
        folder.writestr("content.xml", _ODS.format(rows=lines))
    return file.getvalue()


def bomb(n_cells: int) -> bytes:
    """Write a small XLSX whose cells each hold the same huge text."""
    small = xlsx([["id"]])
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(small)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
    ):
        for name in old.namelist():
            new.writestr(name, _unfold(name, old.read(name), n_cells))
    return file.getvalue()


def _unfold(name: str, content: bytes, n_cells: int) -> bytes:
    if not name.endswith("sheet1.xml"):
        return content
    before, _, after = content.partition(b"<sheetData>")
    row = b'<row><c t="inlineStr"><is><t>' + b"x" * 30_000 + b"</t></is></c></row>"
    return before + b"<sheetData>" + row * n_cells + after.partition(b"</row>")[2]
