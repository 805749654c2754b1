"""The trust side of a month: every movement of clients' money, and what is only recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.simulation.firm import client, matter, money
from tests.simulation.office import bill, supplier, supplier_bill

if TYPE_CHECKING:
    import random

Document = dict[str, Any]

LAW_SOCIETY = {"id": "law", "name": "Law Society"}
MATTERS_APART = 30
"""Matters of this module begin here, so that nobody else's money lies on them."""


def entrusted(chance: random.Random, n: int) -> list[Document]:
    """Money received for a matter, spent for it, and moved to another matter and bank."""
    amount = chance.randint(3_000, 90_000)
    here, there = f"TRUST{1 + n % 2}", f"TRUST{2 - n % 2}"
    own, other = _ledger(here, n), _ledger(here, n + 1)
    return [
        _trust("trust_receipt", f"ER-{n}", here, 9 * amount, payer=client(n))
        | _split(n, 9 * amount),
        _trust("trust_payment", f"EP-{n}", here, amount // 2, payee=supplier(n))
        | _split(n, amount // 2),
        _between(f"EA-{n}", own, other, amount // 3),
        _between(f"EB-{n}", own, {**own, "trust_account": there}, amount // 4),
        _between(f"EC-{n}", own, {**other, "trust_account": there}, amount // 5),
    ]


def paid_from_trust(chance: random.Random, n: int) -> list[Document]:
    """Bills of the firm paid from trust, and their costs moved to the office in one sum.

    Every third time the costs stay where they are for now.
    """
    amount = chance.randint(3_000, 90_000)
    here = f"TRUST{1 + n % 2}"
    bills = [bill(f"t{one}-{n}", n, amount + 3, "GST") for one in "abc"]
    both = _paid(f"BA-{n}", here, n, {bills[0]["id"]: amount, bills[1]["id"]: amount // 2})
    last = _paid(f"BB-{n}", here, n, {bills[2]["id"]: amount // 3})
    moved = amount + amount // 2 + amount // 3
    costs = _trust("trust_office_transfer", f"BO-{n}", here, moved)
    costs |= {"bank_account": "OFFICE", "payments": [both["id"], last["id"]]}
    made_good = _trust("trust_office_transfer", f"BI-{n}", here, 1_000 + n)
    made_good |= {"bank_account": "OFFICE", "direction": "to_trust"}
    funds = _trust("trust_receipt", f"BR-{n}", here, 3 * amount, payer=client(n))
    funds |= _split(n, 3 * amount)
    return [funds, *bills, both, last, made_good, *([] if n % 3 == 2 else [costs])]


def supplier_paid_from_trust(chance: random.Random, n: int) -> list[Document]:
    """A supplier's bill paid straight from trust, in part."""
    amount = 11 * chance.randint(300, 8_000)
    owed = supplier_bill(f"ts-{n}", n, 2 * amount, "GST")
    paid = _trust("trust_payment", f"TS-{n}", "TRUST1", amount, payee=supplier(n))
    return [owed, paid | _split(n, amount) | {"supplier_bill": owed["id"], "id": f"tsp-{n}"}]


def beside_the_ledgers(chance: random.Random, n: int) -> list[Document]:
    """The statutory deposit, the firm's own money, interest and fees."""
    amount = chance.randint(3_000, 90_000)
    deposit = {"party": LAW_SOCIETY}
    whose = {"client": client(n), "matter": matter(MATTERS_APART + n)}
    advance = _trust("firm_advance", f"AD-{n}", "TRUST1", amount) | whose
    repay = _trust("firm_advance", f"AR-{n}", "TRUST1", amount // 2) | whose
    placed = _trust("statutory_deposit", f"SI-{n}", "TRUST1", amount) | deposit
    returned = _trust("statutory_deposit", f"SO-{n}", "TRUST1", amount // 3) | deposit
    interest = _trust("trust_bank_entry", f"TI-{n}", "TRUST1", 123) | _split(n, 123)
    fee = _trust("trust_bank_entry", f"TF-{n}", "TRUST2", 45) | _split(n, 45)
    return [
        advance | {"direction": "advance", "payee": supplier(n)},
        repay | {"direction": "repay"},
        placed | {"direction": "in"},
        returned | {"direction": "out"},
        interest | {"direction": "in"},
        fee | {"direction": "out"},
    ]


def recorded(chance: random.Random, n: int) -> list[Document]:
    """What is kept and never posted: how things stood at the start, and the firm's own papers."""
    amount = chance.randint(3_000, 90_000)
    opened = {"date": "2026-05-31"}
    credit = _plain("opening_credit", f"OC-{n}", amount) | {"client": client(n)}
    whose = {"client": client(n), "matter": matter(60 + n), "trust_account": "TRUST1"}
    cancelled = _trust("trust_number_cancelled", f"TX-{n}", "TRUST1", 0)
    del cancelled["amount"]
    balances = {"opening_balance": "0.00", "closing_balance": "0.00", "lines": []}
    return [
        bill(f"ob-{n}", n, amount) | opened | _still_open("opening_bill", amount),
        supplier_bill(f"os-{n}", n, amount) | opened | _still_open("opening_supplier_bill", amount),
        credit | opened,
        _plain("opening_trust", f"OT-{n}", amount) | opened | whose,
        cancelled | {"series": "receipt", "reason": "Spoilt"},
        {"kind": "ledger_close", "id": f"lc-{n}", "date": "2026-06-30", **whose}
        | {"matter": matter(90 + n)},
        {"kind": "period_close", "id": f"pc-{n}", "date": "2026-05-31"},
        {"kind": "bank_statement", "id": f"bs-{n}", "date": "2026-06-30", "from": "2026-06-01"}
        | {"bank_account": "OFFICE", **balances},
    ]


def _still_open(kind: str, amount: int) -> Document:
    return {"kind": kind, "outstanding": money(amount)}


def _plain(kind: str, number: str, amount: int) -> Document:
    return {
        "kind": kind,
        "id": number.lower(),
        "number": number,
        "date": "2026-06-28",
        "amount": money(amount),
    }


def _trust(kind: str, number: str, account: str, amount: int, **fields: object) -> Document:
    return _plain(kind, number, amount) | {"trust_account": account, **fields}


def _split(n: int, amount: int) -> Document:
    whose = {"client": client(n), "matter": matter(MATTERS_APART + n)}
    return {"splits": [{**whose, "amount": money(amount)}]}


def _ledger(account: str, n: int) -> dict[str, Any]:
    return {
        "trust_account": account,
        "client": client(n),
        "matter": matter(MATTERS_APART + n),
    }


def _between(number: str, left: Document, reached: Document, amount: int) -> Document:
    return _plain("trust_transfer", number, amount) | {"from": left, "to": reached}


def _paid(number: str, account: str, n: int, bills: dict[str, int]) -> Document:
    allocations = [{"bill": one, "amount": money(amount)} for one, amount in bills.items()]
    made = _trust("trust_bill_payment", number, account, sum(bills.values()))
    whose = {"client": client(n), "matter": matter(MATTERS_APART + n)}
    return made | whose | {"allocations": allocations}
