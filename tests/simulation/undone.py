"""The way back within a month: what is reversed, voided or taken off bills, and used again.

The originals are of the threads beside; here each of them is taken back, and where something was
taken of a bill it is taken once more, which must wait for the way back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.simulation import trust
from tests.simulation.firm import client, money
from tests.simulation.office import banked, bill, supplier, supplier_bill

if TYPE_CHECKING:
    import random

Document = dict[str, Any]

PAID, BACK = "2026-06-20", "2026-06-27"


def bounced(chance: random.Random, n: int) -> list[Document]:
    """A receipt that the bank did not honour, with some left over; the bill is paid once more."""
    amount = chance.randint(3_000, 90_000)
    owed = bill(f"ua-{n}", n, amount)
    first = _receipt(f"UR-{n}", n, {owed["id"]: amount}, amount + 500)
    again = _receipt(f"US-{n}", n, {owed["id"]: amount}, amount)
    return [
        owed,
        first,
        _reversal(f"UX-{n}", first, "Cheque dishonoured"),
        {**again, "date": BACK},
    ]


def mistaken(chance: random.Random, n: int) -> list[Document]:
    """Receipts and payments entered by mistake, one with a set-off, and a refund taken back."""
    amount = chance.randint(3_000, 90_000)
    first, second = bill(f"ub-{n}", n, amount), bill(f"uc-{n}", n, 2 * amount)
    negative = bill(f"un-{n}", n, -3 * amount)
    wrong = _receipt(
        f"UM-{n}", n, {first["id"]: amount, second["id"]: amount, negative["id"]: -amount}, amount
    )
    paid_back = _dated("refund", f"UF-{n}", amount=money(amount)) | {"bank_account": "OFFICE"}
    paid_back |= {"of": _key(negative)}
    owed = supplier_bill(f"ud-{n}", n, amount)
    sent = _dated("supplier_payment", f"UP-{n}", amount=money(amount)) | {"supplier": supplier(n)}
    sent |= {"bank_account": "OFFICE"}
    sent["allocations"] = [{"supplier_bill": owed["id"], "amount": money(amount)}]
    return [
        first,
        second,
        negative,
        wrong,
        _reversal(f"UZ-{n}", wrong),
        paid_back,
        _reversal(f"UG-{n}", paid_back),
        owed,
        sent,
        _reversal(f"UQ-{n}", sent),
    ]


def declared_void(chance: random.Random, n: int) -> list[Document]:
    """Papers that were never valid: a bill whose receipt goes first, a credit, a write-off."""
    amount = chance.randint(3_000, 90_000)
    paid, kept = bill(f"va-{n}", n, amount), bill(f"vb-{n}", n, 2 * amount)
    received = _receipt(f"VR-{n}", n, {paid["id"]: amount}, amount)
    credit = {**bill(f"vc-{n}", n, amount), "kind": "credit_note", "date": PAID}
    credit["allocations"] = [{"bill": kept["id"], "amount": money(amount // 2)}]
    gift = _dated("write_off", f"VW-{n}", amount=money(amount // 3)) | {"bill": kept["id"]}
    gift |= {"reason": "adjustment"}
    theirs = supplier_bill(f"vs-{n}", n, amount)
    entered = banked(chance, 100 + n)[-1]
    return [
        paid,
        kept,
        received,
        credit,
        gift,
        theirs,
        entered,
        _reversal(f"VX-{n}", received),
        *(_void(f"v{one['id']}", one) for one in (paid, credit, gift, theirs, entered)),
    ]


def taken_off(chance: random.Random, n: int) -> list[Document]:
    """Credit that was applied to one bill, taken off it again, and applied to another."""
    amount = chance.randint(3_000, 90_000)
    first, second = bill(f"wi-{n}", n, amount), bill(f"wc-{n}", n, amount)
    credit = {**bill(f"we-{n}", n, amount), "kind": "credit_note", "date": PAID}
    applied = _applied(f"wf-{n}", "allocation", credit, first, amount)
    off = _applied(f"wg-{n}", "unallocation", credit, first, amount)
    return [
        first,
        second,
        credit,
        applied,
        off,
        _applied(f"wh-{n}", "allocation", credit, second, amount),
    ]


def trust_reversed(chance: random.Random, n: int) -> list[Document]:
    """Every movement of clients' money, and its opposite; a bill paid from trust, and not.

    The costs of one that stands are moved, moved back, and moved anew.
    """
    amount = chance.randint(3_000, 90_000)
    here, there = "TRUST1", "TRUST2"
    m = 300 + n
    into = trust._trust("trust_receipt", f"XR-{n}", here, amount, payer=client(n))
    out = trust._trust("trust_payment", f"XP-{n}", here, amount // 2, payee=supplier(n))
    left, reached = trust._ledger(here, m), trust._ledger(there, m + 1)
    moved = trust._between(f"XT-{n}", left, reached, amount // 3)
    owed = bill(f"xb-{n}", n, amount)
    paid = trust._paid(f"XB-{n}", here, m, {owed["id"]: amount // 4})
    again = trust._paid(f"XD-{n}", here, m, {owed["id"]: amount})
    placed = trust._trust("statutory_deposit", f"XS-{n}", here, amount) | {"direction": "in"}
    placed |= {"party": trust.LAW_SOCIETY}
    good = trust._trust("trust_office_transfer", f"XO-{n}", here, amount)
    good |= {"bank_account": "OFFICE", "direction": "to_trust"}
    billed = bill(f"xf-{n}", n, amount)
    stands = trust._paid(f"XK-{n}", here, m, {billed["id"]: amount // 4})
    costs = trust._trust("trust_office_transfer", f"XC-{n}", here, amount // 4)
    costs |= {"bank_account": "OFFICE", "payments": [stands["id"]]}
    owing = supplier_bill(f"xu-{n}", n, 1100 * (amount // 1000), "GST")
    straight = trust._trust("trust_payment", f"XQ-{n}", here, 1100, payee=supplier(n))
    straight |= trust._split(m, 1100) | {"supplier_bill": owing["id"]}
    taken = (
        into | trust._split(m, amount),
        out | trust._split(m, amount // 2),
        moved,
        paid | {"id": f"xbp-{n}"},
        placed,
        good,
        straight | {"id": f"xqp-{n}"},
        costs,
    )
    return [
        owed,
        owing,
        billed,
        stands,
        *taken,
        *(_reversal(f"X{place}R-{n}", one) for place, one in enumerate(taken)),
        again | {"date": "2026-06-29"},
        costs | {"id": f"xe-{n}", "number": f"XE-{n}", "date": "2026-06-29"},
    ]


LAST = ("us-", "wh-", "xd-", "xe-", "vva-")
"""Ids of what uses again what is set free: the practice records it after the way back."""


def comes_last(document: Document) -> bool:
    """Tell whether a document uses what others set free."""
    return str(document["id"]).startswith(LAST)


THREADS = (bounced, mistaken, declared_void, taken_off, trust_reversed)


def _receipt(number: str, n: int, bills: dict[str, int], amount: int) -> Document:
    made = _dated("receipt", number, amount=money(amount))
    made |= {"client": client(n), "bank_account": "OFFICE"}
    allocations = [{"bill": one, "amount": money(part)} for one, part in bills.items()]
    return made | {"allocations": allocations}


def _reversal(number: str, of: Document, reason: str = "Entered by mistake") -> Document:
    date = max(BACK, of["date"])
    made = {"kind": "reversal", "id": number.lower(), "number": number, "date": date}
    return made | {"reverses": _key(of), "reason": reason}


def _void(name: str, of: Document) -> Document:
    date = max(BACK, of["date"])
    made = {"kind": "void", "id": name, "date": date, "voids": _key(of)}
    return made | {"reason": "Never valid"}


def _applied(name: str, kind: str, of: Document, owed: Document, amount: int) -> Document:
    applied = [{"bill": owed["id"], "amount": money(amount)}]
    made = {"kind": kind, "id": name, "date": BACK, "of": _key(of)}
    return made | {"allocations": applied}


def _dated(kind: str, number: str, **fields: object) -> Document:
    return {"kind": kind, "id": number.lower(), "number": number, "date": PAID, **fields}


def _key(document: Document) -> dict[str, str]:
    return {"kind": document["kind"], "id": document["id"]}
