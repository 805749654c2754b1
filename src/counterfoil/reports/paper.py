"""The paper that every report is printed on: A4, one font, tables over many pages.

The same content at the same moment gives the same bytes, so that a kept copy can be told from a
changed one.
"""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from fpdf import FPDF
from fpdf.fonts import FontFace

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

FONT: Final = "paper"
FACES: Final = {"": "SourceSansPro-Regular.ttf", "B": "SourceSansPro-Semibold.ttf"}
SMALL, PLAIN, LARGE = 8, 10, 16
NEEDED = 30
"""Millimetres that a name and the first rows below it take."""
RULE = 190
"""The grey of lines between rows, of 255."""


def grouped(amount: str) -> str:
    """Write an amount as people read it: 1,234.50."""
    return f"{Decimal(amount):,.2f}" if amount else ""


class Paper(FPDF):
    """A4 pages with a footer that names the account and the page."""

    def __init__(self, footer: str, prepared: dt.datetime, *, across: bool = False) -> None:
        """Begin a paper; ``prepared`` is the moment it is dated by, ``across`` lays it sideways."""
        super().__init__("landscape" if across else "portrait", format="A4", unit="mm")
        self._footer = footer
        self.set_creation_date(prepared)
        folder = files("font_source_sans_pro") / "files"
        for style, name in FACES.items():
            self.add_font(FONT, style, str(folder / name))
        self.set_title(footer)
        self.set_draw_color(RULE)
        self.set_auto_page_break(auto=True, margin=18)
        self.set_margins(10, 12)
        self.add_page()

    def footer(self) -> None:
        """Name the account and the page; the library calls this on each page."""
        self.set_y(-14)
        self.set_font(FONT, "", SMALL)
        self.cell(0, 5, self._footer)
        self.set_x(10)
        self.cell(0, 5, f"page {self.page_no()}", align="R")

    def title_of(self, text: str) -> None:
        """Write the name of the report."""
        self.set_font(FONT, "B", LARGE)
        self.multi_cell(0, 9, text, new_x="LMARGIN", new_y="NEXT")

    def heading(self, text: str) -> None:
        """Write the name of a table, on the page where the table begins."""
        if self.will_page_break(NEEDED):
            self.add_page()
        self.ln(5)
        self.set_font(FONT, "B", PLAIN + 1)
        self.multi_cell(0, 7, text, new_x="LMARGIN", new_y="NEXT")

    def say(self, text: str, style: str = "") -> None:
        """Write a sentence; ``B`` makes it strong."""
        self.set_font(FONT, style, PLAIN)
        self.multi_cell(0, 6, text, new_x="LMARGIN", new_y="NEXT")

    def sum(self, words: str, amount: str, *, strong: bool) -> None:
        """Write words with an amount at the right."""
        self.set_font(FONT, "B" if strong else "", PLAIN)
        self.cell(150, 7, words, border="B")
        self.cell(40, 7, amount, border="B", align="R", new_x="LMARGIN", new_y="NEXT")

    def signatures(self, roles: Sequence[str]) -> None:
        """Leave room for each role to sign and date."""
        self.ln(10)
        self.set_font(FONT, "", PLAIN)
        for role in roles:
            self.cell(65, 10, role)
            self.cell(70, 10, "", border="B")
            self.cell(15, 10, "on", align="C")
            self.cell(40, 10, "", border="B", new_x="LMARGIN", new_y="NEXT")

    def rows(
        self,
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[int],
        *,
        figures: int,
    ) -> None:
        """Draw a table whose last ``figures`` columns are amounts, with a header on each page."""
        self.set_font(FONT, "", SMALL)
        aligned = ["LEFT"] * (len(header) - figures) + ["RIGHT"] * figures
        strong = FontFace(emphasis="BOLD")
        with self.table(
            col_widths=tuple(widths),
            text_align=tuple(aligned),
            borders_layout="HORIZONTAL_LINES",
            headings_style=strong,
            line_height=5,
        ) as table:
            table.row(header)
            for row in rows:
                table.row([*row[:-figures], *map(grouped, row[-figures:])])
