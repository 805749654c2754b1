"""The double entry: every account of the sandbox's ledger against the raw documents, to the cent.

It rests on the documents being made so that each one's tax is certain: a part of a bill of one line
has exactly its share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.simulation.firm import MAPPING
from tests.simulation.verdict import RECORDED
from tests.simulation.ways_back import counted
from xero_sandbox.books import ledger_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.simulation.firm import Firm

Document = dict[str, Any]
Documents = dict[str, Document]
Lines = Iterator[tuple[str, Decimal]]

RECEIVABLE, PAYABLE, TAX, RATES = "receivable", "payable", "tax", "rate gains"
LIABILITY, THROUGH, DEPOSIT, BY_FIRM, BAD_DEBTS = "805T", "806T", "615T", "616T", "404W"
PREPAID = "831P"
SYSTEM = {"DEBTORS": RECEIVABLE, "CREDITORS": PAYABLE, "GST": TAX, "REALISEDCURRENCYGAIN": RATES}

Balances = Counter[str]


def balances(firm: Firm) -> Balances:
    """Return what each account of the ledger comes to, in hundredths, debits positive."""
    organisation = firm.sandbox.state.organisations[firm.tenant_id]
    return summed(ledger_lines(organisation), organisation.system)


def summed(lines: Iterable[Mapping[str, object]], system_accounts: Mapping[str, str]) -> Balances:
    """Sum lines of the double entry by account; ``system_accounts`` are Xero's own, name to id."""
    system = {system_accounts[name]: ours for name, ours in SYSTEM.items()}
    sums: Balances = Counter()
    for line in lines:
        name = system.get(str(line["account_id"]), str(line["account_code"]))
        sums[name] += _hundredths(str(line["debit"])) - _hundredths(str(line["credit"]))
    return sums


def off(documents: Iterable[Document], found: Balances, *, unapplied: str) -> list[str]:
    """Say which accounts differ by as much as a cent, and which sums of trust do not hold.

    ``unapplied`` is the firm's setting of that name.
    """
    by_id = {document["id"]: document for document in documents}
    wanted: Balances = Counter()
    for document, sign in counted(by_id):
        entries = [*_entry(document, by_id)]
        if unapplied == "prepayment":
            entries += _prepaid(document, by_id)
        for account, amount in entries:
            wanted[account] += sign * _hundredths(amount)
    unequal = [
        f"off: {account} is {found[account]} and should be {wanted[account]}"
        for account in sorted(wanted.keys() | found.keys())
        if wanted[account] != found[account]
    ]
    return [*unequal, *_trust_off(by_id, found)]


def _trust_off(by_id: Documents, found: Balances) -> Iterator[str]:
    """The sums of documents.md that must hold in Xero."""
    banks = sum(found[account["xero"]] for account in _TRUST.values())
    held = banks + found[DEPOSIT] + found[BY_FIRM]
    owed = -found[LIABILITY] + sum(sign * _firms_own(one) for one, sign in counted(by_id))
    if held != owed:
        yield f"off: trust holds {held} and should hold {owed}"
    if found[THROUGH]:
        yield f"off: Trust Transfers is {found[THROUGH]} and should be nil"
    if sum(found.values()):
        yield f"off: debits and credits differ by {sum(found.values())}"


def _firms_own(document: Document) -> int:
    """What a document adds to the firm's money that still lies in trust (U of documents.md)."""
    match document["kind"]:
        case "trust_bill_payment":
            return _hundredths(document["amount"])
        case "trust_office_transfer":
            return _hundredths(document["amount"]) * (1 if _to_trust(document) else -1)
        case _:
            return 0


_ACCOUNTS: dict[str, str] = MAPPING["accounts"]
_BANKS: dict[str, str] = MAPPING["bank_accounts"]
_TRUST: dict[str, dict[str, str]] = MAPPING["trust_accounts"]


def _entry(document: Document, by_id: Documents) -> Lines:
    match document["kind"]:
        case "bill" | "credit_note" | "supplier_bill" | "supplier_credit":
            yield from _billed(document)
        case "withdrawal" | "deposit":
            yield from _banked(document)
        case "write_off":
            yield from _written_off(document, by_id[document["bill"]])
        case "receipt" | "supplier_payment":
            yield from _settled(document, by_id)
        case "refund":
            yield from _refunded(document, by_id[document["of"]["id"]])
        case "bank_transfer":
            amount = Decimal(document["amount"])
            yield _BANKS[document["to_bank_account"]], amount
            yield _BANKS[document["from_bank_account"]], -amount
        case "journal":
            for line in document["lines"]:
                yield _ACCOUNTS[line["account"]], Decimal(line["amount"])
        case kind if kind == "allocation" or kind in RECORDED:
            return
        case _:
            yield from _entrusted(document, by_id)


def _prepaid(document: Document, by_id: Documents) -> Lines:
    """Clients' money that is applied to nothing lies on an account of its own until it is."""
    if document["kind"] == "receipt":
        applied = sum((_moved(each) for each in document.get("allocations", ())), Decimal(0))
        left = Decimal(document["amount"]) - applied
    elif "of" in document and by_id[document["of"]["id"]]["kind"] == "receipt":
        amounts = [each["amount"] for each in document.get("allocations", ())]
        left = -sum(map(Decimal, amounts or [document["amount"]]), Decimal(0))
    else:
        return
    yield from ((RECEIVABLE, left), (PREPAID, -left))


def _moved(allocation: Document) -> Decimal:
    return Decimal(allocation.get("bank_amount") or allocation["amount"])


def _billed(document: Document) -> Lines:
    purchase = "supplier" in document
    sign = Decimal(document.get("exchange_rate", 1))
    sign *= (-1 if purchase else 1) * (-1 if "credit" in document["kind"] else 1)
    yield PAYABLE if purchase else RECEIVABLE, sign * Decimal(document["total"])
    yield from _lines(document, -sign)


def _lines(document: Document, sign: Decimal) -> Lines:
    yield TAX, sign * Decimal(document["tax"])
    for line in document["lines"]:
        yield _ACCOUNTS[line["account"]], sign * Decimal(line["total"])


def _banked(document: Document) -> Lines:
    sign = Decimal(1 if document["kind"] == "deposit" else -1)
    yield _BANKS[document["bank_account"]], sign * Decimal(document["total"])
    yield from _lines(document, -sign)


def _written_off(document: Document, bill: Document) -> Lines:
    amount = Decimal(document["amount"])
    tax = amount * Decimal(bill["tax"]) / Decimal(bill["total"])
    lost = BAD_DEBTS if document["reason"] == "bad_debt" else _account(bill)
    yield from ((RECEIVABLE, -amount), (TAX, tax), (lost, amount - tax))


def _account(bill: Document) -> str:
    return _ACCOUNTS[bill["lines"][0]["account"]]


def _settled(document: Document, by_id: Documents) -> Lines:
    """What was moved, and what it was worth where the bill is at another rate."""
    paid_out = document["kind"] == "supplier_payment"
    sign, partner = (-1, PAYABLE) if paid_out else (1, RECEIVABLE)
    gained = sum(_gain(each, by_id) for each in document.get("allocations", ()))
    amount = Decimal(document["amount"])
    yield _BANKS[document["bank_account"]], sign * amount
    yield partner, -sign * amount + gained
    yield RATES, Decimal(-gained)


def _gain(allocation: Document, by_id: Documents) -> Decimal:
    if "bank_amount" not in allocation:
        return Decimal(0)
    rate = Decimal(by_id[allocation["bill"]]["exchange_rate"])
    return Decimal(allocation["bank_amount"]) - rate * Decimal(allocation["amount"])


def _refunded(document: Document, of: Document) -> Lines:
    sign, partner = (1, PAYABLE) if "supplier" in of else (-1, RECEIVABLE)
    amount = sign * Decimal(document["amount"])
    yield from ((_BANKS[document["bank_account"]], amount), (partner, -amount))


def _entrusted(document: Document, by_id: Documents) -> Lines:
    amount = Decimal(document["amount"])
    match document["kind"]:
        case "trust_receipt":
            yield from ((_bank(document), amount), (LIABILITY, -amount))
        case "trust_payment":
            yield from ((_bank(document), -amount), (LIABILITY, amount))
            yield from _cost_taken_back(document, by_id)
        case "trust_bank_entry":
            sign = 1 if document["direction"] == "in" else -1
            yield from ((_bank(document), sign * amount), (LIABILITY, -sign * amount))
        case "trust_bill_payment":
            yield from ((LIABILITY, amount), (RECEIVABLE, -amount))
        case "trust_transfer":
            yield _bank(document["from"]), -amount
            yield _bank(document["to"]), amount
        case "trust_office_transfer":
            sign = 1 if _to_trust(document) else -1
            yield _bank(document), sign * amount
            yield _BANKS[document["bank_account"]], -sign * amount
        case "statutory_deposit":
            sign = 1 if document["direction"] == "in" else -1
            yield from ((DEPOSIT, sign * amount), (_bank(document), -sign * amount))
        case "firm_advance":
            other = LIABILITY if document["direction"] == "repay" else _bank(document)
            sign = 1 if document["direction"] == "repay" else -1
            yield from ((other, sign * amount), (BY_FIRM, -sign * amount))
        case kind:
            raise NotImplementedError(kind)


def _cost_taken_back(document: Document, by_id: Documents) -> Lines:
    if "supplier_bill" not in document:
        return
    bill, amount = by_id[document["supplier_bill"]], Decimal(document["amount"])
    tax = amount * Decimal(bill["tax"]) / Decimal(bill["total"])
    yield from ((PAYABLE, amount), (TAX, -tax), (_account(bill), tax - amount))


def _bank(ledger: Document) -> str:
    return _TRUST[ledger["trust_account"]]["xero"]


def _to_trust(document: Document) -> bool:
    return bool(document.get("direction") == "to_trust")


def _hundredths(amount: Decimal | str) -> int:
    cents = Decimal(amount) * 100
    assert cents == int(cents), "the documents are made so that nothing is rounded"
    return int(cents)
