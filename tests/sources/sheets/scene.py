"""Spreadsheets as other programs write them: whatever stands in the XML of a sheet."""

from __future__ import annotations

import io
import zipfile

from counterfoil.sources.files.numbered import Numbered
from counterfoil.sources.recognised import documents_in
from counterfoil.sources.sheets.workbook import Workbook
from counterfoil.sources.sheets.writer import write_xlsx

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="170" formatCode="d\\-mmm\\-yy"/>'
    '<numFmt numFmtId="171" formatCode="[Red]&quot;day&quot; 0.00"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/>'
    "</cellXfs></styleSheet>"
)
SHARED = (
    f'<sst xmlns="{MAIN}"><si><t>plain</t></si><si><r><t>in </t></r>'
    '<r><t xml:space="preserve">pieces </t></r><rPh><t>SPOKEN</t></rPh></si></sst>'
)


def workbook(rows: str, **parts: str) -> bytes:
    """Return a workbook whose sheet holds these rows of XML; other parts by a name of theirs."""
    changed = {
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>'
        "</worksheet>",
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": SHARED,
        **{f"xl/{name}.xml": text for name, text in parts.items()},
    }
    made = zipfile.ZipFile(io.BytesIO(write_xlsx({"Sheet": []})))
    kept = {name: made.read(name).decode() for name in made.namelist()} | changed
    ties = kept["xl/_rels/workbook.xml.rels"]
    tie = ties[ties.index("<Relationship ") : ties.index("</Relationships>")]
    shared = tie.partition("/>")[0].replace("worksheets/sheet1", "sharedStrings") + "/>"
    shared = shared.replace("/worksheet", "/sharedStrings").replace('"r1"', '"t"')
    kept["xl/_rels/workbook.xml.rels"] = ties.replace(
        "</Relationships>", f"{shared}</Relationships>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in kept.items():
            archive.writestr(name, text)
    return out.getvalue()


def cells(data: bytes) -> list[tuple[int, list[str]]]:
    book = Workbook(io.BytesIO(data))
    return [(row.number, row.cells) for sheet in book.sheets for row in book.rows(sheet)]


def read(data: bytes) -> list[Numbered]:
    return list(documents_in(io.BytesIO(data)))
