"""XLSX workbooks written by hand, part by part, so that a test can break any of them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

Cell = tuple[str, str] | str | int | float | bool | None
"""A text, a number, a truth, nothing; or a cell's attributes and content as they are written."""

_SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = (
    f'<styleSheet {_SPACE}><numFmts count="2"><numFmt numFmtId="164" formatCode="[$-409]d\\-mmm\\-yyyy;@"/>'
    '<numFmt numFmtId="165" formatCode="[Red]0.0&quot; days&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/>'
    '</cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/>'
    '<xf numFmtId="22"/></cellXfs></styleSheet>'
)
GENERAL, DAY, OWN_DAY, OWN_NUMBER, INSTANT = range(5)
"""Styles of a cell by their place in ``STYLES``."""


def letters(place: int) -> str:
    """Give the letters of a column by its place from 0."""
    name, n = "", place + 1
    while n:
        n, rest = divmod(n - 1, 26)
        name = chr(65 + rest) + name
    return name


def sheet_xml(rows: Mapping[int, Sequence[Cell]], more: str = "") -> str:
    """Write a sheet: its rows by their numbers, and what follows them."""
    written = "".join(f'<row r="{number}">{_cells(number, cells)}</row>' for number, cells in rows.items())
    head = f'<?xml version="1.0" encoding="UTF-8"?><worksheet {_SPACE}>'
    return f"{head}<sheetData>{written}</sheetData>{more}</worksheet>"


def _cells(number: int, cells: Sequence[Cell]) -> str:
    return "".join(_cell(cell, f"{letters(place)}{number}") for place, cell in enumerate(cells))


def _cell(cell: Cell, place: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, tuple):
        return f'<c r="{place}" {cell[0]}>{cell[1]}</c>'
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
    return f'<c r="{place}"><v>{cell}</v></c>'


def parts(
    sheets: Mapping[str, str], *, shared: Sequence[str] = (), hidden: Sequence[str] = (), more: str = ""
) -> dict[str, str]:
    """Give the parts of a workbook by path: its sheets by name, texts as written, and more of the workbook's own."""
    listed = "".join(
        f'<sheet name={quoteattr(name)} state="{"hidden" if name in hidden else "visible"}" r:id="rId{n}"/>'
        for n, name in enumerate(sheets, 1)
    )
    named = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    named += f'<Relationship Id="a" Type="{_OFFICE}/styles" Target="/xl/styles.xml"/>'
    named += f'<Relationship Id="b" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    texts = "".join(f"<si>{text if text.startswith('<') else f'<t>{escape(text)}</t>'}</si>" for text in shared)
    out = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook {_SPACE} xmlns:r="{_OFFICE}">{more}<sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships>{named}</Relationships>",
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f"<sst {_SPACE}>{texts}</sst>",
    }
    return out | {f"xl/worksheets/sheet{n}.xml": xml for n, xml in enumerate(sheets.values(), 1)}


def zipped(members: Mapping[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Pack members into a ZIP that is the same in every process."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, content in members.items():
            file.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def workbook(rows: Mapping[int, Sequence[Cell]], name: str = "Links") -> bytes:
    """Write a workbook of one sheet."""
    return zipped(parts({name: sheet_xml(rows)}))


def office_file(*streams: str) -> bytes:
    """Write the header and directory of a compound file of Office with streams of these names."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHH", 0x3E, 3, 0xFFFE)
    header += struct.pack("<HH", 9, 6) + bytes(14) + struct.pack("<I", 0)
    directory = b"".join(f"{name}\0".encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", *streams))
    return header.ljust(512, b"\0") + directory.ljust(1024, b"\0")
