"""Tables as spreadsheets: every cell a text, so that nothing in it is ever a formula."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from counterfoil.sources.sheets.cells import escaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The same tables give the same bytes, whenever they are written."""


def write_xlsx(tables: Mapping[str, Iterable[Sequence[str]]]) -> bytes:
    """Write tables, each by its sheet's name, as a workbook; the first row stays in view."""
    out = io.BytesIO()
    names = list(tables)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _frame(names).items():
            _put(archive, name, text)
        for n, rows in enumerate(tables.values(), 1):
            _put(archive, f"xl/worksheets/sheet{n}.xml", _sheet(rows))
    return out.getvalue()


def _put(archive: zipfile.ZipFile, name: str, text: str) -> None:
    part = zipfile.ZipInfo(name, _EPOCH)
    part.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(part, _XML + text)


def _frame(names: Sequence[str]) -> dict[str, str]:
    """Return the parts that tell what the others are."""
    numbers = range(1, len(names) + 1)
    types = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
        for part, kind in [
            ("workbook", "sheet.main"),
            ("styles", "styles"),
            *((f"worksheets/sheet{n}", "worksheet") for n in numbers),
        ]
    )
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="r{n}"/>'
        for n, name in zip(numbers, names, strict=True)
    )
    ties = "".join(_tie(f"r{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f"{types}</Types>",
        "_rels/.rels": _ties(_tie("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _ties(ties + _tie("s", "styles", "styles.xml")),
        "xl/styles.xml": _styles(),
    }


def _tie(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _ties(inside: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'


def _styles() -> str:
    """Return two styles: text, so that what is typed stays as typed, and the same in bold."""
    cell = '<xf numFmtId="49" fontId="{}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    return (
        f'<styleSheet xmlns="{_MAIN}">'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        "</cellStyleXfs>"
        f'<cellXfs count="2">{cell.format(0)}{cell.format(1)}</cellXfs></styleSheet>'
    )


def _sheet(rows: Iterable[Sequence[str]]) -> str:
    lines = "".join(_row(n, cells) for n, cells in enumerate(rows, 1))
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        '</sheetView></sheetViews><cols><col min="1" max="200" width="18" style="0"/></cols>'
        f"<sheetData>{lines}</sheetData></worksheet>"
    )


def _row(number: int, cells: Sequence[str]) -> str:
    style = 1 if number == 1 else 0
    inside = "".join(
        f'<c r="{column(n)}{number}" s="{style}" t="inlineStr"><is>'
        f'<t xml:space="preserve">{escape(escaped(text))}</t></is></c>'
        for n, text in enumerate(cells, 1)
        if text
    )
    return f'<row r="{number}">{inside}</row>'


def column(number: int) -> str:
    """Return a column's letters: 2 is B, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
