"""What a LEDES file becomes, and what is said of one that does not add up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core.documents import Bill
from counterfoil.sources.ledes.columns import LEDES_98BI, LEDES_1998B, TYPE
from counterfoil.sources.ledes.rows import LONGEST_LINE
from tests.sources.ledes.scene import (
    ADJUSTMENT,
    EXPENSE,
    FEE,
    TAXED,
    bill_of,
    file_of,
    found,
    invoice,
    read,
    row,
    taxed,
    taxed_row,
)

THREE_LINES = invoice("674.95", FEE, EXPENSE, ADJUSTMENT)


def test_an_invoice_of_1998b_is_a_bill_with_its_lines() -> None:
    bill = bill_of(file_of(row(FEE)))
    assert (bill.id, bill.number, str(bill.date)) == ("ledes:INV-7", "INV-7", "2026-07-31")
    assert (bill.client.id, bill.client.name) == ("C-17", "C-17")
    assert bill.matter is not None
    assert (bill.matter.number, bill.total, bill.tax) == ("2026/044", 70000, 0)
    (line,) = bill.lines
    assert (line.account, line.tax_code, line.tax) == ("LEDES/F/L510/A103", "LEDES/NONE", None)
    assert (line.description, line.quantity, line.unit_price) == (
        "Draft the reply",
        2_000_000,
        350_000_000,
    )


def test_adjustments_of_lines_and_of_the_invoice_stand_on_the_bill() -> None:
    adjusted = FEE | {"LINE_ITEM_ADJUSTMENT_AMOUNT": "-70", "LINE_ITEM_TOTAL": "630"}
    expenses = {"LINE_ITEM_ADJUSTMENT_AMOUNT": "+25.0000", "LINE_ITEM_TOTAL": "25.00", TYPE: "ie"}
    bill = bill_of(invoice("605.00", adjusted, ADJUSTMENT, ADJUSTMENT | expenses))
    assert [(line.account, line.total) for line in bill.lines] == [
        ("LEDES/F/L510/A103", 63000),
        ("LEDES/IF", -5000),
        ("LEDES/IE", 2500),
    ]
    assert bill.lines[0].description == "Draft the reply (2 × 350, adjusted by -70.00)"


def test_two_files_that_were_put_together_are_one() -> None:
    other = FEE | {"INVOICE_NUMBER": "INV-8"}
    both = read(file_of(row(FEE)) + file_of(row(other)))
    assert [one.read.id for one in both if one.read.document] == ["ledes:INV-7", "ledes:INV-8"]
    assert len(both) == 2


@pytest.mark.parametrize(
    ("units", "cost", "adjustment"),
    [("1", "-50.00", ""), ("1", "-50", "-50"), ("", "", "-50.00"), ("", "", "")],
)
def test_systems_write_an_adjustment_of_the_invoice_in_four_ways(
    units: str, cost: str, adjustment: str
) -> None:
    factors = {
        "LINE_ITEM_NUMBER_OF_UNITS": units,
        "LINE_ITEM_UNIT_COST": cost,
        "LINE_ITEM_ADJUSTMENT_AMOUNT": adjustment,
    }
    assert bill_of(invoice("650", FEE, ADJUSTMENT | factors)).total == 65000


def test_98bi_tells_the_tax_the_names_and_the_currency() -> None:
    bill = bill_of(taxed(taxed_row()))
    assert (bill.client.name, bill.currency, bill.tax, bill.total) == (
        "Abernethy Pty Ltd",
        "AUD",
        7000,
        77000,
    )
    (line,) = bill.lines
    assert (line.total, line.tax, line.tax_code) == (70000, 7000, "LEDES/GST/10%")


def test_line_totals_without_their_tax_are_read_where_the_whole_invoice_says_so() -> None:
    assert bill_of(taxed(taxed_row(LINE_ITEM_TOTAL="700.00"))).lines[0].total == 70000


def test_several_invoices_and_matters_come_in_the_order_they_begin_even_when_mixed() -> None:
    first, second = (row(FEE, INVOICE_NUMBER=name, INVOICE_TOTAL="1400") for name in ("A", "B"))
    other = row(FEE, INVOICE_NUMBER="A", INVOICE_TOTAL="1400", LAW_FIRM_MATTER_ID="2026/045")
    a, b = read(file_of(first, second, other, second))
    assert [(each.line, each.read.id) for each in (a, b)] == [(3, "ledes:A"), (4, "ledes:B")]
    assert isinstance(a.read.document, Bill)
    assert a.read.document.matter is None
    assert [line.matter and line.matter.number for line in a.read.document.lines] == [
        "2026/044",
        "2026/045",
    ]


@pytest.mark.parametrize(
    "changed",
    [
        file_of(row(FEE), end="\n"),
        file_of(row(FEE))[:-4],
        file_of(row(FEE)).replace("[]", ""),
        file_of(row(FEE)).replace("[]", "|[]").replace("B|[]", "B[]").replace("D|[]", "D[]", 1),
        "\ufeff\r\n" + file_of(row(FEE)).replace("[]", "[]  \t"),
        file_of(row(FEE)).replace("|", " | "),
        file_of(row(FEE)).replace("700.00", "700."),
        file_of(row(FEE)).partition("\r\n")[2],
        file_of(row(FEE).lower().replace("draft", "Draft")).replace("inv-7", "INV-7"),
    ],
)
def test_what_real_files_leave_out_or_add_does_not_matter(changed: str) -> None:
    (answer,) = read(changed)
    assert isinstance(answer.read.document, Bill), answer.read.findings
    assert (answer.read.document.number, answer.read.document.total) == ("INV-7", 70000)


@pytest.mark.parametrize("name", ["LINE_ITEM_DESCRIPTION", "INVOICE_DESCRIPTION"])
def test_pipes_and_quotes_in_a_text_are_given_back_to_it(name: str) -> None:
    bill = bill_of(file_of(row(FEE | {name: 'Mark "up" | lease | again'})))
    texts = (bill.lines[0].description, bill.memo or "")
    assert any('Mark "up" | lease | again' in text for text in texts)
    assert bill.total == 70000


def test_a_row_broken_inside_its_description_is_put_together() -> None:
    bill = bill_of(file_of(row(FEE).replace("Draft the reply", "Draft\r\nthe\r\nreply")))
    assert bill.lines[0].description == "Draft\nthe\nreply"


def test_the_letters_of_windows_are_read() -> None:
    data = file_of(row(TAXED, LEDES_98BI, CLIENT_NAME="Café Zoë – Ltd"), columns=LEDES_98BI)
    assert bill_of(data.encode("cp1252")).client.name == "Café Zoë – Ltd"


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        (
            file_of(row(FEE, LINE_ITEM_TOTAL="699.00", INVOICE_TOTAL="699.00")),
            "line_total_off",
            "line 3, column 13 LINE_ITEM_TOTAL",
        ),
        (
            file_of(row(FEE, INVOICE_TOTAL="701.00")),
            "invoice_total_off",
            "line 3, column 5 INVOICE_TOTAL",
        ),
        (
            file_of(row(FEE, INVOICE_DATE="31/07/2026")),
            "not_a_date",
            "line 3, column 1 INVOICE_DATE",
        ),
        (
            file_of(row(FEE, LINE_ITEM_DATE="20260732")),
            "not_a_date",
            "line 3, column 14 LINE_ITEM_DATE",
        ),
        (
            file_of(row(FEE, LINE_ITEM_UNIT_COST="1,350")),
            "not_an_amount",
            "line 3, column 21 LINE_ITEM_UNIT_COST",
        ),
        (
            file_of(row(FEE, LINE_ITEM_NUMBER_OF_UNITS="")),
            "not_an_amount",
            "line 3, column 11 LINE_ITEM_NUMBER_OF_UNITS",
        ),
        (
            file_of(row(FEE, LINE_ITEM_TOTAL="700.001")),
            "too_many_decimals",
            "line 3, column 13 LINE_ITEM_TOTAL",
        ),
        (
            file_of(row(FEE | {TYPE: "X"})),
            "not_a_choice",
            "line 3, column 10 EXP/FEE/INV_ADJ_TYPE",
        ),
        (file_of(row(FEE, CLIENT_ID="")), "empty_text", "line 3, column 3 CLIENT_ID"),
        (
            file_of(row(FEE, INVOICE_TOTAL="1400"), row(FEE, CLIENT_ID="C-18")),
            "several_clients",
            "line 4, column 3 CLIENT_ID",
        ),
        (file_of(row(FEE)[:40]), "row_too_short", "line 3"),
        (file_of(row(FEE, CLIENT_ID="C|17")), "pipe_in_text", "line 3"),
        (file_of(row(FEE)).replace("1998B[]", "2000[]"), "not_ledes", "line 1"),
        (file_of(row(FEE)).replace("|CLIENT_ID", "|KLIENT"), "missing_field", "line 2"),
    ],
)
def test_a_complaint_names_its_line_and_column(text: str, code: str, path: str) -> None:
    (answer,) = read(text)
    assert answer.read.document is None
    assert (code, path) in found(answer)


def test_a_bad_row_spoils_its_own_invoice_and_leaves_the_others() -> None:
    spoilt = [row(FEE, LINE_ITEM_NUMBER="9")[:60], row(FEE)]
    bad, good = read(file_of(*spoilt, row(FEE, INVOICE_NUMBER="INV-8")))
    assert (bad.read.id, bad.read.document) == ("ledes:INV-7", None)
    assert good.read.document is not None


def test_a_file_that_was_cut_anywhere_gives_whole_bills_only() -> None:
    text = THREE_LINES + row(FEE, INVOICE_NUMBER="INV-8") + "\r\n"
    for end in range(0, len(text), 7):
        for answer in read(text[:end]):
            document = answer.read.document
            assert document is None or (
                isinstance(document, Bill)
                and (document.number, len(document.lines)) in {("INV-7", 3), ("INV-8", 1)}
            )


def test_figures_beside_the_lines_that_contradict_them_are_warned_of() -> None:
    (answer,) = read(taxed(taxed_row(INVOICE_TAX_TOTAL="71.00", LINE_ITEM_TAX_RATE="0.2")))
    assert answer.read.document is not None
    assert [code for code, _ in found(answer)] == ["invoice_tax_total_off", "tax_rate_off"]


@pytest.mark.parametrize("columns", [LEDES_1998B, LEDES_98BI])
@given(st.data())
def test_any_bytes_are_read_without_an_exception(
    columns: tuple[str, ...], data: st.DataObject
) -> None:
    cell = st.sampled_from(["", "x", "1.", "-1", "F", "IE", "20260731", "|", "[]", "\r\n", "\xe9"])
    cells = st.lists(cell | st.text(max_size=5), min_size=len(columns), max_size=len(columns) + 2)
    rows = data.draw(st.lists(cells.map("|".join), max_size=4))
    for answer in read(file_of(*rows, columns=columns).encode("utf-8", "replace")):
        assert (answer.read.document is None) == bool(
            [one for one in answer.read.findings if one.severity == "error"]
        )
    read(b"LEDES" + data.draw(st.binary(max_size=60)))


def test_an_invoice_is_in_one_currency() -> None:
    def rows(*currencies: str) -> str:
        each = {"INVOICE_TOTAL": "1540.00", "INVOICE_TAX_TOTAL": "", "INVOICE_NET_TOTAL": ""}
        return taxed(*(taxed_row(INVOICE_CURRENCY=one, **each) for one in currencies))

    (mixed,) = read(rows("USD", "AUD"))
    (refused,) = mixed.read.findings
    assert (refused.code, refused.path[:14]) == ("several_currencies", "line 4, column")
    assert "is in USD, and this line in AUD" in refused.message
    assert bill_of(rows("", "usd")).currency == "USD"


def test_lines_may_end_in_returns_alone_and_a_complaint_names_its_own() -> None:
    wrong = row(FEE | {"LINE_ITEM_TOTAL": "1.00"}, INVOICE_NUMBER="INV-8")
    whole = row(FEE, INVOICE_NUMBER="INV-9")
    for end in ("\n", "\r", "\r\n"):
        answers = read(file_of(row(FEE), wrong, whole, end=end))
        assert [one.line for one in answers] == [3, 4, 5]
        assert [one.read.document is not None for one in answers] == [True, False, True]
        assert {path.partition(",")[0] for _, path in found(answers[1])} == {"line 4"}


@pytest.mark.parametrize("end", ["\n", "\r", ""])
def test_no_invoice_is_lost_in_a_file_whose_lines_are_longer_than_what_is_held(end: str) -> None:
    text = {"LINE_ITEM_DESCRIPTION": "Draft [] " + "the reply " * 1_000}
    rows = [row(FEE | text, INVOICE_NUMBER=f"INV-{number}") for number in range(60)]
    head = file_of(end=end or "\n")
    answers = read(head + end.join(rows))
    assert len(head) + sum(map(len, rows)) > 2 * LONGEST_LINE
    assert [one.read.id for one in answers if one.read.document] == [
        f"ledes:INV-{number}" for number in range(60)
    ]
    assert {one.line for one in answers} == (set(range(3, 63)) if end else {3})
