"""What each kind asks of its fields (documents.md, *Signs*), by class.

A rule that stands by a family holds for every kind of it. Only bills, supplier bills, withdrawals
and deposits may be negative in total.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from counterfoil.core.amounts import money_text
from counterfoil.core.documents import (
    PURCHASE_CREDITS,
    Applying,
    BankStatement,
    BankTransfer,
    CreditNote,
    Document,
    FirmAdvance,
    Journal,
    Lined,
    OpeningBill,
    OpeningCredit,
    OpeningSupplierBill,
    OpeningTrust,
    Receipt,
    Refund,
    StatutoryDeposit,
    SupplierCredit,
    SupplierPayment,
    TrustBankEntry,
    TrustBillPayment,
    TrustOfficeTransfer,
    TrustPayment,
    TrustReceipt,
    TrustTransfer,
    WriteOff,
)
from counterfoil.core.findings import warning
from counterfoil.core.sum_rules import (
    applied,
    billed_lines,
    comes_to,
    positive,
    some,
    split,
    taxes_incomplete,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from counterfoil.core.documents import Key
    from counterfoil.core.faults import Faults

    Rule = Callable[[Document, Faults], None]
    Moving = (
        WriteOff | Refund | BankTransfer | StatutoryDeposit | FirmAdvance | OpeningCredit
        | OpeningTrust
    )  # fmt: skip

FEWEST_JOURNAL_LINES = 2


def _lined(document: Lined, faults: Faults) -> None:
    some(document.lines, "lines", "Add at least one line.", faults)
    billed_lines(document.lines, faults)


def _credit(document: CreditNote | SupplierCredit, faults: Faults) -> None:
    positive(document.total, "total", faults)
    applied(document.allocations, document.total, "total", faults)


def _write_off(document: WriteOff, faults: Faults) -> None:
    billed_lines(document.lines, faults)


def _amount_above_zero(document: Moving, faults: Faults) -> None:
    positive(document.amount, "amount", faults)


def _money_and_bills(document: Receipt | SupplierPayment, faults: Faults) -> None:
    """A payment of nothing makes sense only where bills are set off against each other."""
    taken = -sum(each.amount for each in document.allocations if each.amount < 0)
    if not (taken and document.amount == 0):
        positive(document.amount, "amount", faults)
    applied(document.allocations, document.amount, "amount", faults, sets_off=True)
    paid = sum(each.amount for each in document.allocations if each.amount > 0)
    if taken > paid:
        faults.found(
            "set_off_exceeds_bills",
            f"Negative bills of {money_text(taken)} are set off against bills of "
            f"{money_text(paid)}.",
            "Set off no more than is paid here; record the rest as an allocation or a refund.",
            "allocations",
        )


def _applying(document: Applying, faults: Faults) -> None:
    some(document.allocations, "allocations", "Name the bill and the amount.", faults)
    wanted, other = "bill", "supplier_bill"
    if document.of.kind in PURCHASE_CREDITS:
        wanted, other = other, wanted
    before = faults.total
    for index, each in enumerate(document.allocations):
        named: dict[str, Key | None] = {"bill": each.bill, "supplier_bill": each.supplier_bill}
        if named[wanted] is None or named[other] is not None:
            faults.found(
                "wrong_side",
                f"What is left of a {document.of.kind.replace('_', ' ')} is applied to a "
                f"{wanted.replace('_', ' ')} and to nothing else.",
                f"Name it in {wanted}, and leave {other} out.",
                f"allocations[{index}].{wanted}",
            )
        elif named[wanted] == document.of:
            faults.found(
                "applied_to_itself",
                "This would be applied to the document that it comes from.",
                "Name another bill.",
                f"allocations[{index}].{wanted}",
            )
    if faults.total == before:
        applied(document.allocations, None, "", faults)


def _two_accounts(document: BankTransfer, faults: Faults) -> None:
    if document.from_bank_account == document.to_bank_account:
        faults.found(
            "same_account",
            f"The money leaves {document.from_bank_account} and reaches it.",
            "Name two different bank accounts.",
            "to_bank_account",
        )


def _journal(document: Journal, faults: Faults) -> None:
    if len(document.lines) < FEWEST_JOURNAL_LINES:
        faults.found(
            "too_few_lines",
            f"There are {len(document.lines)} lines; a journal has at least two.",
            "Add what stands on the other side.",
            "lines",
        )
    for index, line in enumerate(document.lines):
        if line.amount == 0:
            faults.found(
                "amount_zero",
                f"Line {index + 1} moves nothing.",
                "Leave this line out.",
                f"lines[{index}].amount",
            )
    _journal_taxes(document, faults)
    _balanced(document, faults)


def _journal_taxes(document: Journal, faults: Faults) -> None:
    """A line without a tax code bears none; among the others tax stands on all or on none."""
    coded = [index for index, line in enumerate(document.lines) if line.tax_code is not None]
    without = [index for index in coded if document.lines[index].tax is None]
    given = sum(line.tax is not None for line in document.lines)
    if given and without:
        taxes_incomplete(given, len(document.lines), without[0], faults)
    for index, line in enumerate(document.lines):
        if line.tax and (document.tax_treatment == "none" or line.tax_code is None):
            faults.found(
                "tax_without_code",
                f"Line {index + 1} has a tax of {money_text(line.tax)}, and nothing says which.",
                "Give the line a tax code and the journal a tax_treatment of exclusive or "
                "inclusive, or leave the tax out.",
                f"lines[{index}].tax",
            )


def _balanced(document: Journal, faults: Faults) -> None:
    """Debits equal credits; where tax is added and not told, that shows in conversion only."""
    exclusive = document.tax_treatment == "exclusive"
    if exclusive and any(line.tax_code and line.tax is None for line in document.lines):
        return
    left = sum(line.amount + (line.tax or 0 if exclusive else 0) for line in document.lines)
    if left:
        side = "debits" if left > 0 else "credits"
        faults.found(
            "journal_does_not_balance",
            f"The {side} are {money_text(abs(left))} more than the other side.",
            "Correct a line: debits (above zero) and credits (below) come to nil together.",
            "lines",
        )


def _split(document: TrustReceipt | TrustPayment | TrustBankEntry, faults: Faults) -> None:
    positive(document.amount, "amount", faults)
    split(document.splits, document.amount, faults)


def _two_ledgers(document: TrustTransfer, faults: Faults) -> None:
    positive(document.amount, "amount", faults)
    names = {
        (each.trust_account, each.client.id, each.matter.id)
        for each in (document.from_, document.to)
    }
    if len(names) == 1:
        faults.found(
            "same_ledger",
            "The money leaves a matter's ledger and reaches the same one.",
            "Name another matter or another trust account.",
            "to",
        )


def _pays_bills(document: TrustBillPayment, faults: Faults) -> None:
    positive(document.amount, "amount", faults)
    applied(document.allocations, None, "", faults)
    fix = "Correct an allocation or the amount: what leaves trust pays bills and nothing else."
    comes_to(document.allocations, document.amount, "allocations", fix, faults)


def _names_its_payments(document: TrustOfficeTransfer, faults: Faults) -> None:
    positive(document.amount, "amount", faults)
    to_office = document.direction == "to_office"
    if to_office:
        fix = "Name the payments of bills whose money this is."
        some(document.payments, "payments", fix, faults)
    elif document.payments:
        faults.found(
            "payments_not_allowed",
            "Money that is put into trust names payments of bills.",
            "Leave payments out, or turn the direction to to_office.",
            "payments",
        )
    _each_payment_once(document.payments, faults)


def _each_payment_once(payments: Sequence[Key], faults: Faults) -> None:
    met: set[Key] = set()
    for index, each in enumerate(payments):
        if each in met:
            faults.found(
                "payment_named_twice",
                f"The payment {each.id} is named more than once.",
                "Name each payment once: its money moves once.",
                f"payments[{index}]",
            )
        met.add(each)


def _owed(document: OpeningBill | OpeningSupplierBill, faults: Faults) -> None:
    least, most = sorted((0, document.total))
    if not least <= document.outstanding <= most:
        faults.found(
            "outstanding_exceeds_total",
            f"Of a total of {money_text(document.total)}, {money_text(document.outstanding)} "
            "cannot be owed.",
            "Give what is still owed: between nil and the total.",
            "outstanding",
        )


def _statement(document: BankStatement, faults: Faults) -> None:
    if (document.bank_account is None) == (document.trust_account is None):
        faults.found(
            "which_account",
            "A statement is of one account, of the office or of trust.",
            "Give either bank_account or trust_account.",
            "bank_account",
        )
    if document.from_ > document.date:
        faults.found(
            "dates_reversed",
            f"It begins on {document.from_} and ends on {document.date}.",
            "Give the first day in from and the last in date.",
            "from",
        )
    _statement_lines(document, faults)


def _statement_lines(document: BankStatement, faults: Faults) -> None:
    off = document.opening_balance - document.closing_balance
    off += sum(line.amount for line in document.lines)
    if off:
        faults.found(
            "statement_does_not_add_up",
            f"Opening balance and movements come to {money_text(document.closing_balance + off)}, "
            f"the closing balance is {money_text(document.closing_balance)}.",
            "Look for a movement that is missing or there twice.",
            "closing_balance",
        )
    for index, line in enumerate(document.lines):
        if not document.from_ <= line.date <= document.date:
            faults.append(
                warning(
                    "date_outside_statement",
                    f"Line {index + 1} is dated {line.date}, outside the statement's days.",
                    "Check the date.",
                    f"lines[{index}].date",
                )
            )


RULES = cast(
    "Mapping[type[object], tuple[Rule, ...]]",
    {
        Lined: (_lined,),
        CreditNote: (_credit,),
        WriteOff: (_amount_above_zero, _write_off),
        Receipt: (_money_and_bills,),
        Applying: (_applying,),
        Refund: (_amount_above_zero,),
        SupplierCredit: (_credit,),
        SupplierPayment: (_money_and_bills,),
        BankTransfer: (_amount_above_zero, _two_accounts),
        Journal: (_journal,),
        TrustReceipt: (_split,),
        TrustPayment: (_split,),
        TrustBankEntry: (_split,),
        TrustTransfer: (_two_ledgers,),
        TrustBillPayment: (_pays_bills,),
        TrustOfficeTransfer: (_names_its_payments,),
        StatutoryDeposit: (_amount_above_zero,),
        FirmAdvance: (_amount_above_zero,),
        OpeningBill: (_owed,),
        OpeningSupplierBill: (_owed,),
        OpeningCredit: (_amount_above_zero,),
        OpeningTrust: (_amount_above_zero,),
        BankStatement: (_statement,),
    },
)
"""The rules by class; each takes documents of its class."""
