"""What each movement of clients' money becomes in Xero, and what stands in its way."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest

from counterfoil.core.conversion import Act, Books, Conversion
from counterfoil.core.convert.table import translate
from counterfoil.core.convert.trust_bills import covered
from counterfoil.core.documents import (
    Allocation,
    FirmAdvance,
    Key,
    OpeningSupplierBill,
    OpeningTrust,
    Reversal,
    StatutoryDeposit,
    SupplierBill,
    SupplierLine,
    TrustBankEntry,
    TrustBillPayment,
    TrustLedger,
    TrustOfficeTransfer,
    TrustPayment,
    TrustTransfer,
)
from counterfoil.core.lookup import lookup
from counterfoil.core.pipeline import convert
from counterfoil.core.xero_documents import (
    BankTransaction,
    BankTransfer,
    CreditNote,
    ManualJournal,
    Payment,
    Symbol,
)
from tests.core.scene import DAY, ESTATE, JONES, LEASE, SMITH, cents, plain_bill, split
from tests.core.trust_scene import PER_BANK, TRUST_CHART, TRUST_MAPPING

if TYPE_CHECKING:
    from counterfoil.core.documents import Direction, Document, Matter, Party, Split
    from counterfoil.core.mapping import Mapping

TERMS: dict[str, Any] = {"id": "x-1", "number": "X-1", "date": DAY}
LAW_SOCIETY = JONES


def converted(
    document: Document, *others: Document, mapping: Mapping = TRUST_MAPPING
) -> Conversion:
    known = {each.key: each for each in others}
    return convert(document, Books(TRUST_CHART, mapping, known))


def translated(
    document: Document, *others: Document, mapping: Mapping = TRUST_MAPPING
) -> Conversion:
    """What a document becomes before it is asked whether it is held."""
    known = {each.key: each for each in others}
    return translate(document, Books(TRUST_CHART, mapping, known), lookup(mapping, TRUST_CHART))


def codes(conversion: Conversion) -> list[str]:
    return [finding.code for finding in conversion.findings]


def payment(amount: str, *splits: Split, **more: object) -> TrustPayment:
    given: dict[str, Any] = {**TERMS, "trust_account": "TRUST1", "payee": JONES, **more}
    return TrustPayment(amount=cents(amount), splits=splits, **given)


def ledger(account: str, client: Party = SMITH, matter: Matter = ESTATE) -> TrustLedger:
    return TrustLedger(trust_account=account, client=client, matter=matter)


def transfer(left: TrustLedger, reached: TrustLedger) -> TrustTransfer:
    return TrustTransfer(**TERMS, amount=cents("200.00"), from_=left, to=reached)


def bill_payment(amount: str = "110.00", **more: object) -> TrustBillPayment:
    given: dict[str, Any] = {
        "id": "tb-1",
        "number": "TB-1",
        "date": DAY,
        "client": SMITH,
        "matter": ESTATE,
    }
    applied = Allocation(bill=Key("bill", "b-1"), amount=cents(amount))
    return TrustBillPayment(
        **(given | more),
        trust_account="TRUST1",
        amount=cents(amount),
        allocations=(applied,),
    )


def office_transfer(amount: str, *payments: Key, **more: object) -> TrustOfficeTransfer:
    given: dict[str, Any] = {"trust_account": "TRUST1", "bank_account": "OFFICE", **more}
    return TrustOfficeTransfer(**TERMS, amount=cents(amount), payments=payments, **given)


def journal_of(conversion: Conversion) -> list[tuple[str | None, int]]:
    journal = conversion.planned[-1].element
    assert isinstance(journal, ManualJournal)
    return [(line.account.code, line.amount) for line in journal.lines]


def test_a_trust_payment_is_money_spent_that_is_owed_no_more() -> None:
    made = converted(payment("75.00", split("75.00"))).planned[0].element
    assert isinstance(made, BankTransaction)
    assert (made.type, made.bank_account.code, made.reference) == ("SPEND", "091", "X-1")
    assert [(line.account.code, line.description) for line in made.lines] == [
        ("805", "2026-014 Smith Pty Ltd (to Jones & Daughters)")
    ]


def supplier_bill(**more: object) -> SupplierBill:
    lines = (
        SupplierLine(description="Brief", account="5-1000", tax_code="GST", total=20000, tax=2000),
        SupplierLine(description="Fee", account="5-1000", tax_code="NT", total=8000, tax=0),
    )
    given: dict[str, Any] = {"id": "s-1", "number": "B-7", "date": DAY, "supplier": JONES, **more}
    return SupplierBill(lines=lines, tax=2000, total=30000, **given)


@pytest.mark.parametrize(
    ("amount", "shares"),
    [
        ("300.00", [(20000, "INPUT"), (8000, "BASEXCLUDED")]),
        ("100.00", [(6666, "INPUT"), (2667, "BASEXCLUDED")]),
    ],
)
def test_a_supplier_bill_paid_from_trust_is_no_cost_of_the_firm(
    amount: str, shares: list[tuple[int, str]]
) -> None:
    paid = payment(amount, split(amount), supplier_bill=Key("supplier_bill", "s-1"))
    planned = converted(paid, supplier_bill()).planned
    assert [(each.part, each.act) for each in planned] == [
        ("", Act.CREATE),
        ("bank", Act.CREATE),
        ("allocation:s-1", Act.ALLOCATE),
    ]
    credit = planned[0].element
    assert isinstance(credit, CreditNote)
    assert (credit.type, credit.expected.total) == ("ACCPAYCREDIT", cents(amount))
    assert [(line.unit_amount // 100, line.tax_type) for line in credit.lines] == shares


def opening_supplier_bill(**more: object) -> OpeningSupplierBill:
    """The same bill as it stood when the books began, with 200.00 still owed on it."""
    made = supplier_bill(**more)
    return OpeningSupplierBill(
        **{field.name: getattr(made, field.name) for field in fields(made) if field.init},
        outstanding=cents("200.00"),
    )


def paid_from_trust(amount: str, bill: SupplierBill | OpeningSupplierBill) -> TrustPayment:
    return payment(amount, split(amount), supplier_bill=bill.key)


def test_a_supplier_bill_of_the_opening_balances_is_paid_from_trust_as_far_as_it_is_owed() -> None:
    opening = opening_supplier_bill()
    planned = converted(paid_from_trust("200.00", opening), opening).planned
    part = "allocation:opening_supplier_bill:s-1"
    assert [each.part for each in planned] == ["", "bank", part]
    for amount in ("200.01", "300.01"):
        (told,) = converted(paid_from_trust(amount, opening), opening).findings
        assert (told.code, told.path) == ("allocation_above_bill", "amount")
        assert "which is worth 200.00" in told.message


def test_trust_pays_no_foreign_supplier_bill_of_the_opening_balances() -> None:
    foreign = opening_supplier_bill(currency="USD")
    (told,) = converted(paid_from_trust("100.00", foreign), foreign).findings
    assert (told.code, told.path) == ("other_currency", "supplier_bill")


def test_a_supplier_bill_of_nothing_is_not_paid_from_trust() -> None:
    brief = supplier_bill().lines[0]
    taken_back = replace(brief, total=-brief.total, tax=-2000)
    nothing = replace(supplier_bill(), lines=(brief, taken_back), tax=0, total=0)
    conversion = converted(paid_from_trust("1.00", nothing), nothing)
    assert codes(conversion) == ["allocation_above_bill"]


def test_a_supplier_bill_that_is_not_here_is_waited_for() -> None:
    paid = payment("5.00", split("5.00"), supplier_bill=Key("supplier_bill", "s-9"))
    conversion = converted(paid)
    assert codes(conversion) == ["needs_history"]
    assert conversion.findings[0].about == "supplier_bill:s-9"


def test_a_supplier_bill_with_nowhere_to_go_any_more_holds_its_payment() -> None:
    lines = tuple(replace(one, account="9-9999") for one in supplier_bill().lines)
    lost = replace(supplier_bill(), lines=lines)
    conversion = translated(paid_from_trust("100.00", lost), lost)
    assert conversion.planned == ()
    assert [(one.code, one.path) for one in conversion.findings] == [
        ("account_not_mapped", "supplier_bill")
    ]


def test_a_cent_that_no_account_of_a_supplier_bill_can_round_holds_its_payment() -> None:
    laid_out = SupplierLine(
        description="Brief", account="1-3000", tax_code="NT", total=10000, tax=1
    )
    odd = replace(supplier_bill(), lines=(laid_out,), tax=1, total=10001)
    conversion = translated(paid_from_trust("100.01", odd), odd)
    assert (conversion.planned, codes(conversion)) == (
        *((), ["tax_difference", "no_rounding_account"]),
    )


def test_between_matters_of_one_bank_only_the_liability_moves() -> None:
    conversion = converted(transfer(ledger("TRUST1"), ledger("TRUST1", JONES, LEASE)))
    assert [each.part for each in conversion.planned] == ["journal"]
    assert journal_of(conversion) == [
        ("805", 20000),
        ("806", -20000),
        ("806", 20000),
        ("805", -20000),
    ]


def test_between_banks_the_money_moves_and_across_matters_the_liability_too() -> None:
    within = converted(transfer(ledger("TRUST1"), ledger("TRUST2")))
    assert [each.part for each in within.planned] == ["transfer"]
    across = converted(transfer(ledger("TRUST1"), ledger("TRUST2", JONES, LEASE)))
    assert [(each.part, each.act) for each in across.planned] == [
        ("transfer", Act.CREATE),
        ("journal", Act.CREATE),
    ]
    moved = across.planned[0].element
    assert isinstance(moved, BankTransfer)
    assert (moved.from_account.code, moved.to_account.code, moved.amount) == ("091", "092", 20000)


def test_with_a_liability_for_each_bank_it_follows_the_money() -> None:
    conversion = converted(transfer(ledger("TRUST1"), ledger("TRUST2")), mapping=PER_BANK)
    assert [each.part for each in conversion.planned] == ["transfer", "journal"]
    assert journal_of(conversion)[0] == ("805", 20000)
    assert journal_of(conversion)[-1] == ("807", -20000)


def test_a_journal_is_known_by_its_number() -> None:
    journal = converted(transfer(ledger("TRUST1"), ledger("TRUST1", JONES, LEASE))).planned[0]
    assert isinstance(journal.element, ManualJournal)
    assert journal.element.narration.startswith("X-1 | Trust transfer from 2026-014 Smith")


def test_a_bill_is_paid_from_what_is_owed_to_the_client() -> None:
    conversion = converted(bill_payment(), plain_bill())
    (planned,) = conversion.planned
    assert isinstance(planned.element, Payment)
    assert (planned.part, planned.act) == ("allocation:b-1", Act.CREATE)
    assert planned.element.account.code == "805"
    assert codes(conversion) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"client": JONES}, "other_clients_bill"),
        ({"date": DAY - dt.timedelta(days=1)}, "paid_before_bill"),
    ],
)
def test_rule_t4_is_reported_and_the_payment_posts(change: dict[str, Any], code: str) -> None:
    conversion = converted(bill_payment(**change), plain_bill())
    assert codes(conversion) == [code]
    assert len(conversion.planned) == 1


def test_no_more_is_paid_than_the_bill_is_worth() -> None:
    assert codes(converted(bill_payment("110.01"), plain_bill())) == ["allocation_above_bill"]


def test_costs_reach_the_office_in_one_sum_for_the_payments_named() -> None:
    paid = bill_payment()
    (planned,) = converted(office_transfer("110.00", paid.key), paid, plain_bill()).planned
    assert isinstance(planned.element, BankTransfer)
    assert (planned.element.from_account.code, planned.element.to_account.code) == ("091", "090")
    assert planned.needs == (Symbol(*paid.key),)  # until it is paid the money is the client's
    off = converted(office_transfer("100.00", paid.key), paid, plain_bill())
    assert codes(off) == ["payments_do_not_add_up"]


def test_the_office_makes_a_shortage_good() -> None:
    (planned,) = converted(office_transfer("12.50", direction="to_trust")).planned
    assert isinstance(planned.element, BankTransfer)
    assert (planned.element.from_account.code, planned.element.to_account.code) == ("090", "091")


@pytest.mark.parametrize(("direction", "type_"), [("in", "SPEND"), ("out", "RECEIVE")])
def test_a_statutory_deposit_is_with_the_authority(direction: Direction, type_: str) -> None:
    deposit = StatutoryDeposit(
        **TERMS, trust_account="TRUST1", direction=direction, amount=100, party=LAW_SOCIETY
    )
    made = converted(deposit).planned[0].element
    assert isinstance(made, BankTransaction)
    assert (made.type, made.lines[0].account.code, str(made.contact)) == (
        type_,
        "615",
        "contact:c-2",
    )


def test_a_deposit_account_is_asked_for_when_it_is_used() -> None:
    bare = replace(TRUST_MAPPING, special=replace(TRUST_MAPPING.special, statutory_deposit=None))
    deposit = StatutoryDeposit(**TERMS, trust_account="TRUST1", direction="in", amount=100)
    assert codes(converted(deposit, mapping=bare)) == ["account_not_chosen"]


def test_the_firm_advances_and_is_repaid() -> None:
    advance = FirmAdvance(
        **TERMS,
        trust_account="TRUST1",
        direction="advance",
        client=SMITH,
        matter=ESTATE,
        amount=500,
    )
    made = spent(advance)
    assert (made.type, made.lines[0].account.code) == ("SPEND", "616")
    repaid = converted(replace(advance, direction="repay"))
    assert journal_of(repaid) == [("805", 500), ("616", -500)]
    assert repaid.planned[0].act is Act.CREATE


def spent(document: Document, mapping: Mapping = TRUST_MAPPING) -> BankTransaction:
    made = converted(document, mapping=mapping).planned[0].element
    assert isinstance(made, BankTransaction)
    return made


BY_PAYEE = replace(TRUST_MAPPING, settings=replace(TRUST_MAPPING.settings, trust_contact="payer"))


@pytest.mark.parametrize(
    ("payee", "mapping", "contact", "text"),
    [
        (JONES, TRUST_MAPPING, "c-1", "paid by the firm (to Jones & Daughters)"),
        (JONES, BY_PAYEE, "c-2", "paid by the firm (to Jones & Daughters)"),
        (None, BY_PAYEE, "c-1", "paid by the firm"),
    ],
)
def test_an_advance_names_whom_it_was_paid_to_if_that_is_told(
    payee: Party | None, mapping: Mapping, contact: str, text: str
) -> None:
    advance = FirmAdvance(
        **TERMS, trust_account="TRUST1", direction="advance", client=SMITH, matter=ESTATE,
        amount=500, payee=payee,
    )  # fmt: skip
    made = spent(advance, mapping)
    assert made.contact == Symbol("contact", contact)
    assert made.lines[0].description == f"2026-014 Smith Pty Ltd: {text}"


@pytest.mark.parametrize(
    ("direction", "party", "mapping", "contact", "way"),
    [
        ("in", JONES, TRUST_MAPPING, "c-1", " (from Jones & Daughters)"),
        ("out", JONES, TRUST_MAPPING, "c-1", " (to Jones & Daughters)"),
        ("out", JONES, BY_PAYEE, "c-2", " (to Jones & Daughters)"),
        ("out", None, BY_PAYEE, "c-1", ""),
    ],
)
def test_interest_and_fees_name_the_bank_or_society_if_that_is_told(
    direction: Direction, party: Party | None, mapping: Mapping, contact: str, way: str
) -> None:
    entry = TrustBankEntry(
        **TERMS, trust_account="TRUST1", direction=direction, amount=321, party=party,
        splits=(split("3.21"),),
    )  # fmt: skip
    made = spent(entry, mapping)
    assert made.contact == Symbol("contact", contact)
    assert made.lines[0].description == f"2026-014 Smith Pty Ltd{way}"


def test_interest_is_owed_and_never_income() -> None:
    entry = TrustBankEntry(
        **TERMS, trust_account="TRUST1", direction="in", amount=321, splits=(split("3.21"),)
    )
    made = converted(entry).planned[0].element
    assert isinstance(made, BankTransaction)
    assert (made.type, made.lines[0].account.code) == ("RECEIVE", "805")


def test_an_opening_is_recorded_and_no_lock_date_binds_it() -> None:
    opening = OpeningTrust(**TERMS, trust_account="TRUST1", client=SMITH, matter=ESTATE, amount=500)
    locked = replace(TRUST_CHART.organisation, period_lock_date=DAY)
    books = Books(replace(TRUST_CHART, organisation=locked), TRUST_MAPPING, {})
    assert convert(opening, books) == Conversion((), ())


UNPOSTED = replace(TRUST_MAPPING, settings=replace(TRUST_MAPPING.settings, post_trust=False))


def test_where_trust_is_not_posted_the_transfer_of_costs_settles_the_bills() -> None:
    paid = bill_payment()
    assert converted(paid, plain_bill(), mapping=UNPOSTED).planned == ()
    moved = office_transfer("110.00", paid.key)
    (planned,) = converted(moved, paid, plain_bill(), mapping=UNPOSTED).planned
    assert isinstance(planned.element, Payment)
    assert (planned.part, planned.element.account.code) == ("allocation:b-1", "090")
    assert (planned.element.date, planned.element.reference) == (DAY, "X-1")
    (told,) = converted(moved, mapping=UNPOSTED).findings
    assert (told.code, told.path, told.about) == (
        *("payment_not_known", "payments[0]", str(paid.key)),
    )
    back = Reversal(**TERMS | {"id": "back"}, reverses=moved.key, reason="wrong account")
    known = {one.key: one for one in (moved, paid, plain_bill())}
    (ended,) = convert(back, Books(TRUST_CHART, UNPOSTED, known, {})).planned
    # The payment from trust is recorded only: what waited for it would wait for ever.
    assert ended.needs == (Symbol(*moved.key), Symbol("bill", "b-1"))


def test_what_several_payments_paid_on_one_bill_is_settled_in_one_sum() -> None:
    first, second = bill_payment("60.00"), bill_payment("50.00", id="tb-2", number="TB-2")
    moved = office_transfer("110.00", first.key, second.key)
    (planned,) = converted(moved, first, second, plain_bill(), mapping=UNPOSTED).planned
    assert isinstance(planned.element, Payment)
    assert planned.element.amount == cents("110.00")
    known = Books(TRUST_CHART, UNPOSTED, {first.key: first})
    assert covered(moved, known) == {Key("bill", "b-1"): cents("60.00")}


def test_where_trust_is_not_posted_office_money_that_goes_into_it_is_not_either() -> None:
    made_good = office_transfer("12.50", direction="to_trust")
    conversion = converted(made_good, mapping=UNPOSTED)
    assert (conversion.planned, codes(conversion)) == ((), ["trust_not_posted"])
