"""Banks' own files: CSV in its many shapes, OFX in both, and what is refused with words."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from counterfoil.core.amounts import AmountFault
from counterfoil.sources.recognised import documents_in
from counterfoil.sources.statements.amounts import bank_amount, bank_date, order_of
from counterfoil.sources.statements.numbered import Told
from counterfoil.sources.statements.reader import BankFile, read_file

TRUST = Told("TRUST1")
OCTOBER = dt.date(2026, 10, 1), dt.date(2026, 10, 31)
DEBIT_CREDIT = """Account: Law Practice Trust,,,,
Date,Description,Debit,Credit,Balance
13/10/2026,Cheque 100231,"1,250.00",,"8,750.00"
02/10/2026,Deposit TR-000101,,"10,000.00","10,000.00"
"""
SGML = """OFXHEADER:100
DATA:OFXSGML

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>AUD
<BANKACCTFROM><BANKID>062000<ACCTID>12345678<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20261001<DTEND>20261031
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261002120000[+10:AEST]<TRNAMT>10000.00<FITID>1
<NAME>Ng &amp; Sons<MEMO>TR-000101</STMTTRN>
<STMTTRN><TRNTYPE>CHECK<DTPOSTED>20261013<TRNAMT>-1250.00<FITID>2<CHECKNUM>100231</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>8750.00<DTASOF>20261031</LEDGERBAL>
<AVAILBAL><BALAMT>9999.00<DTASOF>20261031</AVAILBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""


def read(text: str, told: Told = TRUST) -> BankFile:
    return read_file(io.BytesIO(text.encode()), told)


def refused(text: str, told: Told = TRUST) -> list[tuple[int, str, str]]:
    found = read(text, told)
    assert found.document is None
    return [(one.line, one.finding.code, one.finding.path) for one in found.refused]


def test_debits_and_credits_newest_first_are_proved_by_the_running_balance() -> None:
    found = read(DEBIT_CREDIT)
    assert found.document is not None
    assert found.columns == {
        "date": "Date",
        "debit": "Debit",
        "credit": "Credit",
        "balance": "Balance",
        "description": "Description",
    }
    assert (found.document.opening_balance, found.document.closing_balance) == (0, 8_750_00)
    assert [(str(one.date), one.amount) for one in found.document.lines] == [
        ("2026-10-02", 10_000_00),
        ("2026-10-13", -1_250_00),
    ]


def test_the_same_file_is_the_same_document() -> None:
    assert read(DEBIT_CREDIT).document == read(DEBIT_CREDIT).document


def test_a_row_that_is_missing_shows_in_the_balance() -> None:
    rows = DEBIT_CREDIT + "30/09/2026,Deposit,,5.00,7.00\n"
    assert refused(rows) == [(4, "balance_does_not_run", "balance")]


def test_the_days_asked_for_are_cut_out_and_both_balances_stay_true() -> None:
    cut = read(DEBIT_CREDIT, Told("TRUST1", begin=dt.date(2026, 10, 10), end=OCTOBER[1]))
    assert cut.document is not None
    assert (cut.document.opening_balance, cut.document.closing_balance) == (10_000_00, 8_750_00)
    assert (cut.document.date, cut.left_out) == (OCTOBER[1], 1)


def test_a_date_that_reads_in_two_ways_is_refused_until_somebody_says_which() -> None:
    text = "Date,Amount,Details\n03/10/2026,5.00,a\n04/10/2026,6.00,b\n"
    assert refused(text) == [(2, "date_ambiguous", "date")]
    told = Told("TRUST1", opening=0, dates="mdy")
    document = read(text, told).document
    assert document is not None
    assert str(document.from_) == "2026-03-10"


def test_without_a_balance_somebody_has_to_give_one() -> None:
    text = "Date,Amount,Details\n13/10/2026,5.00,a\n"
    assert refused(text) == [(1, "no_balance", "")]
    document = read(text, Told("TRUST1", closing=7_00)).document
    assert document is not None
    assert document.opening_balance == 2_00


def test_every_fault_names_its_line_and_column_and_nothing_is_taken() -> None:
    text = "Date,Debit,Credit\n13/10/2026,5.00,5.00\n31/13/2026,,1.00\n14/10/2026,,1.005\n"
    assert refused(text) == [
        (2, "debit_and_credit", "debit, credit"),
        (3, "not_a_date", "date"),
        (4, "not_an_amount", "credit"),
    ]


def test_a_file_without_a_header_needs_the_names_of_its_columns() -> None:
    text = "13/10/2026,-5.00,Cheque 7,95.00\n"
    assert refused(text) == [(1, "no_header", "")]
    told = Told("TRUST1", columns=("date", "amount", "description", "balance"))
    document = read(text, told).document
    assert document is not None
    assert document.opening_balance == 100_00


@pytest.mark.parametrize(
    "text", [SGML, SGML.replace("\n<MEMO>", "</NAME><MEMO>").replace("CR", "CR\r")]
)
def test_sgml_has_values_that_nobody_closes(text: str) -> None:
    document = read(text).document
    assert document is not None
    assert (document.from_, document.date) == OCTOBER
    assert (document.opening_balance, document.closing_balance) == (0, 8_750_00)
    assert [(one.text, one.reference) for one in document.lines] == [
        ("Ng & Sons, TR-000101", None),
        ("100231", "100231"),
    ]


def test_xml_closes_them_and_reads_alike() -> None:
    xml = '<?xml version="1.0"?><?OFX OFXHEADER="200" VERSION="211"?>' + SGML.partition("\n\n")[2]
    for name in ("CURDEF", "TRNAMT", "FITID", "DTPOSTED", "TRNTYPE", "CHECKNUM", "BALAMT"):
        parts = xml.split(f"<{name}>")
        closed = [part.replace("<", f"</{name}><", 1) for part in parts[1:]]
        xml = f"<{name}>".join([parts[0], *closed])
    assert read(xml).document == read(SGML).document


@pytest.mark.parametrize("entity", ['a "aaaaaaaaaa"><!ENTITY b "&a;&a;"', 'a SYSTEM "/etc/passwd"'])
def test_a_file_with_entities_of_its_own_is_refused_unread(entity: str) -> None:
    bomb = f'<?xml version="1.0"?>\n<!DOCTYPE b [<!ENTITY {entity}>]>\n'
    assert refused("<OFX>" + bomb + SGML) == [(2, "entities_declared", "")]


def test_an_import_of_a_banks_file_says_which_command_takes_it() -> None:
    (found,) = documents_in(io.BytesIO(b"\xef\xbb\xbf\n" + SGML.encode()))
    (finding,) = found.read.findings
    assert (finding.code, "counterfoil statement" in finding.fix) == ("bank_file", True)


def test_two_accounts_in_one_file_are_not_mixed() -> None:
    both = SGML.replace("</STMTRS>", "</STMTRS><STMTRS><CURDEF>AUD</STMTRS>", 1)
    assert refused(both) == [(1, "not_one_statement", "")]


def test_a_balance_that_was_given_must_be_the_files() -> None:
    assert refused(SGML, Told("TRUST1", opening=1_00)) == [(1, "balance_differs", "opening")]


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1,234.50", 123450),
        ("-$12.00", -1200),
        ("$-12.00", None),
        ("(12.00)", -1200),
        ("12.00-", -1200),
        ("12.00 DR", -1200),
        ("12.00CR", 1200),
        ("+7", 700),
        ("1.234,50", None),
        ("1,23.00", None),
        ("--5", None),
        ("5.005", None),
        ("", None),
        ("NaN", None),
    ],
)
def test_amounts_as_banks_write_them(text: str, cents: int | None) -> None:
    if cents is None:
        with pytest.raises(AmountFault):
            bank_amount(text)
    else:
        assert bank_amount(text) == cents


def test_dates_as_banks_write_them() -> None:
    for text in ("2026-10-05", "20261005", "5 Oct 2026", "05-Oct-26", "05/10/2026", "5.10.26"):
        assert bank_date(text, "dmy") == dt.date(2026, 10, 5), text
    assert order_of(["01/02/2026", "14/02/2026"]) == "dmy"
    assert order_of(["01/14/2026", "01/02/2026"]) == "mdy"
    assert order_of(["03/03/2026"]) == ""
