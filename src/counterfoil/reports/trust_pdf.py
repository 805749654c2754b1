"""A trust month on paper: reconciliation with room to sign, balances, cash book, ledgers.

The same month prepared at the same moment gives the same bytes, so that a kept copy can be told
from a changed one.
"""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from fpdf import FPDF
from fpdf.fonts import FontFace

from counterfoil.core.money import amount_text
from counterfoil.reports.trust_tables import ENTRIES, balances, entries, three_ways

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from counterfoil.core.trust_month import TrustMonth

FONT: Final = "paper"
FACES: Final = {"": "SourceSansPro-Regular.ttf", "B": "SourceSansPro-Semibold.ttf"}
SMALL, PLAIN, LARGE = 8, 10, 16
RULE = 190
"""The grey of lines between rows, of 255."""
BOOK_WIDTHS = (20, 27, 73, 23, 23, 24)
BALANCE_WIDTHS = (110, 50, 30)


def trust_month_pdf(month: TrustMonth, firm: str, prepared: dt.datetime, by: str) -> bytes:
    """Return the month as a PDF of A4 pages. ``prepared`` is the moment, and ``by`` the person."""
    paper = _Paper(f"{firm}, {month.trust_account}, {month.end:%B %Y}")
    paper.set_creation_date(prepared)
    _front(paper, month, firm, f"Prepared on {prepared:%d %B %Y} by {by}")
    paper.heading("List of ledger balances")
    paper.rows(("client", "matter", "balance"), balances(month), BALANCE_WIDTHS, figures=1)
    paper.add_page()
    paper.heading("Cash book")
    paper.rows(ENTRIES, entries(month.opening, month.cash_book), BOOK_WIDTHS, figures=3)
    for page in month.ledgers:
        paper.heading(f"{page.client}: {page.matter}")
        paper.rows(ENTRIES, entries(page.opening, page.lines), BOOK_WIDTHS, figures=3)
    return bytes(paper.output())


def _front(paper: _Paper, month: TrustMonth, firm: str, prepared: str) -> None:
    paper.title_of(month.place.statement)
    of = f"{firm}: trust account {month.trust_account}, {month.begin:%d %B} to {month.end:%d %B %Y}"
    paper.say(of)
    if month.place.rules:
        paper.say(f"Under the rules of {month.place.name}; due {month.due:%d %B %Y}")
    paper.say(prepared)
    paper.ln(4)
    for each in three_ways(month):
        amount = "none" if each.amount is None else _grouped(amount_text(each.amount))
        paper.sum(each.words, amount, strong=each.strong)
    statement = month.statement
    for line in statement.unrecorded if statement else ():
        words = f"On the statement and not recorded: {line.date} {line.text}"
        paper.sum(words, _grouped(amount_text(line.amount)), strong=False)
    paper.ln(4)
    agrees = "All three ways agree." if month.agrees else "The three ways do NOT agree."
    paper.say(agrees, "B")
    paper.signatures(("Prepared by", "Reviewed by"))


def _grouped(amount: str) -> str:
    """Write an amount as people read it: 1,234.50."""
    return f"{Decimal(amount):,.2f}" if amount else ""


class _Paper(FPDF):
    """A4 pages with a footer that names the account and the page."""

    def __init__(self, footer: str) -> None:
        super().__init__(format="A4", unit="mm")
        self._footer = footer
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
        self.set_font(FONT, "B", LARGE)
        self.multi_cell(0, 9, text, new_x="LMARGIN", new_y="NEXT")

    def heading(self, text: str) -> None:
        self.ln(5)
        self.set_font(FONT, "B", PLAIN + 1)
        self.multi_cell(0, 7, text, new_x="LMARGIN", new_y="NEXT")

    def say(self, text: str, style: str = "") -> None:
        self.set_font(FONT, style, PLAIN)
        self.multi_cell(0, 6, text, new_x="LMARGIN", new_y="NEXT")

    def sum(self, words: str, amount: str, *, strong: bool) -> None:
        self.set_font(FONT, "B" if strong else "", PLAIN)
        self.cell(150, 7, words, border="B")
        self.cell(40, 7, amount, border="B", align="R", new_x="LMARGIN", new_y="NEXT")

    def signatures(self, roles: Sequence[str]) -> None:
        self.ln(10)
        self.set_font(FONT, "", PLAIN)
        for role in roles:
            self.cell(25, 10, role)
            self.cell(85, 10, "", border="B")
            self.cell(20, 10, "on", align="C")
            self.cell(50, 10, "", border="B", new_x="LMARGIN", new_y="NEXT")

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
                table.row([*row[:-figures], *map(_grouped, row[-figures:])])
