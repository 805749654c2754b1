"""The office side of a month: settlements of every sort, purchases, and the office bank.

Each function makes the documents of one thread that hangs together: a later one needs an earlier
one in Xero, and they arrive in any order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.simulation.firm import client, matter, money

if TYPE_CHECKING:
    import random

Document = dict[str, Any]

BILLED = "2026-06-10"
SETTLED = "2026-06-20"
LATER = "2026-06-24"


def written_off(chance: random.Random, n: int) -> list[Document]:
    """A bill of which a part is a gift and a part a bad debt, both with the tax that is in them."""
    eleventh = chance.randint(1_000, 20_000)
    owed = bill(f"wb-{n}", n, 11 * eleventh, "GST")
    gift = _of(owed, "write_off", f"WA-{n}", amount=money(11 * (eleventh // 5)))
    bad = _of(owed, "write_off", f"WD-{n}", amount=money(11 * (eleventh // 3)))
    return [owed, {**gift, "reason": "adjustment"}, {**bad, "reason": "bad_debt"}]


def paid_ahead(chance: random.Random, n: int) -> list[Document]:
    """More is received than is owed; later it is applied to another bill, and the rest refunded."""
    amount = chance.randint(3_000, 90_000)
    first, second = bill(f"pa-{n}", n, amount), bill(f"pb-{n}", n, amount + 7)
    received = _dated("receipt", f"PR-{n}", SETTLED, amount=money(2 * amount))
    received |= {"client": client(n), "bank_account": "OFFICE"}
    received["allocations"] = [{"bill": first["id"], "amount": money(amount)}]
    return [
        first,
        second,
        received,
        _applied(f"pl-{n}", received, second, "bill", amount // 2),
        _refund(f"PF-{n}", received, amount // 3),
    ]


def credited(chance: random.Random, n: int) -> list[Document]:
    """A credit note that is applied later in part, and paid back in part."""
    amount = chance.randint(3_000, 90_000)
    owed = bill(f"cb-{n}", n, amount)
    credit = {**bill(f"cc-{n}", n, amount, "GST"), "kind": "credit_note", "date": SETTLED}
    return [
        owed,
        credit,
        _applied(f"cl-{n}", credit, owed, "bill", amount // 2),
        _refund(f"CF-{n}", credit, amount // 3),
    ]


def turned(chance: random.Random, n: int) -> list[Document]:
    """A negative bill: set off in a receipt against two bills, applied later, and paid back."""
    amount = chance.randint(3_000, 90_000)
    first, second = bill(f"na-{n}", n, amount), bill(f"nb-{n}", n, 2 * amount)
    negative = bill(f"nc-{n}", n, -4 * amount)
    received = _dated("receipt", f"NR-{n}", SETTLED, amount=money(amount // 2))
    received |= {"client": client(n), "bank_account": "OFFICE"}
    received["allocations"] = [
        {"bill": first["id"], "amount": money(amount)},
        {"bill": second["id"], "amount": money(amount // 2 + 50)},
        {"bill": negative["id"], "amount": money(-amount - 50)},
    ]
    return [
        first,
        second,
        negative,
        received,
        _applied(f"nl-{n}", negative, second, "bill", amount // 3),
        _refund(f"NF-{n}", negative, amount // 4),
    ]


def foreign(chance: random.Random, n: int) -> list[Document]:
    """A bill in dollars at a rate of 1.5, paid in part into the office account."""
    amount = 2 * chance.randint(1_500, 45_000)
    owed = {**bill(f"fb-{n}", n, amount), "currency": "USD", "exchange_rate": "1.5"}
    paid, came = 2 * (amount // 5), 3 * (amount // 5) + 11
    received = _dated("receipt", f"FR-{n}", SETTLED, amount=money(came))
    received |= {"client": client(n), "bank_account": "OFFICE"}
    allocation = {"bill": owed["id"], "amount": money(paid), "bank_amount": money(came)}
    return [owed, {**received, "allocations": [allocation]}]


def supplied(chance: random.Random, n: int) -> list[Document]:
    """Bills, a credit, a payment with something left over, and what becomes of that."""
    amount = chance.randint(3_000, 90_000)
    first, second = (supplier_bill(f"s{one}-{n}", n, amount + 1, "GST") for one in "ab")
    negative = supplier_bill(f"sn-{n}", n, -amount // 2)
    credit = {**supplier_bill(f"sc-{n}", n, amount), "kind": "supplier_credit", "date": SETTLED}
    credit["allocations"] = [{"supplier_bill": first["id"], "amount": money(amount // 4)}]
    paid = _dated("supplier_payment", f"SP-{n}", SETTLED, amount=money(amount))
    paid |= {"supplier": supplier(n), "bank_account": "OFFICE"}
    paid["allocations"] = [{"supplier_bill": first["id"], "amount": money(amount // 2)}]
    return [
        first,
        second,
        negative,
        credit,
        paid,
        _applied(f"sl-{n}", paid, second, "supplier_bill", amount // 5),
        _applied(f"sm-{n}", credit, second, "supplier_bill", amount // 6),
        _refund(f"SF-{n}", paid, amount // 7),
        _refund(f"SG-{n}", credit, amount // 8),
    ]


def banked(chance: random.Random, n: int) -> list[Document]:
    """Money in and out of the office bank, a negative deposit, a transfer and a journal.

    Of bank transactions Xero takes no tax but its own (rounding.md step 4), so it is a round one.
    """
    amount = 110 * chance.randint(30, 900)
    out = _lined("withdrawal", f"W-{n}", "6-1000", "GST", amount) | {"payee": supplier(n)}
    into = _lined("deposit", f"D-{n}", "4-1000", "FREE", amount) | {"payer": client(n)}
    back = _lined("deposit", f"DN-{n}", "4-2000", "GST", -amount) | {"payer": client(n)}
    moved = _dated("bank_transfer", f"BT-{n}", LATER, amount=money(amount))
    moved |= {"from_bank_account": "OFFICE", "to_bank_account": "SAVINGS"}
    entered = _dated("journal", f"J-{n}", LATER, narration="Accrued")
    entered["lines"] = [
        {"account": "2-1000", "amount": money(amount)},
        {"account": "2-2000", "amount": money(-amount)},
    ]
    at_office = {"bank_account": "OFFICE"}
    return [out | at_office, into | at_office, back | at_office, moved, entered]


def bill(name: str, n: int, gross: int, tax_code: str = "FREE") -> Document:
    """A bill of one line to the nth client, tax included in ``gross``."""
    made = _lined("bill", name.upper(), "4-1000", tax_code, gross)
    return made | {"date": BILLED, "client": client(n), "matter": matter(n)}


def supplier_bill(name: str, n: int, gross: int, tax_code: str = "FREE") -> Document:
    """A supplier's bill of one line; suppliers number theirs alike."""
    made = _lined("supplier_bill", name.upper(), "6-1000", tax_code, gross)
    return made | {"date": BILLED, "supplier": supplier(n), "number": f"{name[:2]}-{n // 3}"}


def supplier(n: int) -> dict[str, str]:
    return {"id": f"s-{n % 3}", "name": f"Supplier {n % 3}"}


def _lined(kind: str, number: str, account: str, tax_code: str, gross: int) -> Document:
    tax = round(gross / 11) if tax_code == "GST" else 0
    line = {
        "description": "Work",
        "account": account,
        "tax_code": tax_code,
        "total": money(gross - tax),
        "tax": money(tax),
    }
    made = _dated(kind, number, LATER, tax=money(tax), total=money(gross))
    return made | {"lines": [line]}


def _dated(kind: str, number: str, date: str, **fields: object) -> Document:
    return {"kind": kind, "id": number.lower(), "number": number, "date": date, **fields}


def _of(owed: Document, kind: str, number: str, **fields: object) -> Document:
    return _dated(kind, number, LATER, **fields) | {"bill": owed["id"]}


def _refund(number: str, of: Document, amount: int) -> Document:
    made = _dated("refund", number, LATER, amount=money(amount))
    return made | {"of": _key(of), "bank_account": "OFFICE"}


def _applied(name: str, of: Document, owed: Document, field: str, amount: int) -> Document:
    applied = [{field: owed["id"], "amount": money(amount)}]
    return {
        "kind": "allocation",
        "id": name,
        "date": LATER,
        "of": _key(of),
        "allocations": applied,
    }


def _key(document: Document) -> dict[str, str]:
    return {"kind": document["kind"], "id": document["id"]}
