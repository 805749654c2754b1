"""Corrections that people order of what is posted, each in a story of its own.

A story says what the practice sends at first, what is ordered then, and what the practice, read by
the judge, has in the end. What a person took out of Xero stands there as if the practice had voided
it; what was credited and billed anew as the documents that this comes to.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from counterfoil.core.documents import Key
from counterfoil.posting import fed_payments
from tests.simulation import verdict
from tests.simulation.firm import money
from tests.simulation.office import BILLED, SETTLED, banked, bill, supplier_bill
from tests.simulation.undone import _applied, _receipt, _void

if TYPE_CHECKING:
    import random

    from tests.simulation.clerk import Clerk, Desk
    from tests.simulation.story import Story
    from xero_sandbox.books.organisation import Organisation

Document = dict[str, Any]
Act = Callable[["Clerk", "Desk"], object]

START = dt.date(2026, 6, 15)
"""After the day on which bills are made, before the one on which they are paid."""


@dataclass(frozen=True, slots=True)
class Case:
    """A story of corrections.

    ``ends`` is how many objects are void or deleted in Xero in the end. ``names`` are the numbers
    of documents that stand there under another one than their own. ``before`` is what is done in
    Xero before anything is sent; ``settings`` are the firm's. ``arithmetic``: Xero's own.
    ``trusting``: whoever finds a re-billing ordered does not click again, whatever died.
    """

    documents: list[Document]
    acts: tuple[Act, ...]
    counts: list[Document]
    ends: int
    names: dict[str, str] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
    before: Callable[[Story], object] = lambda _: None
    arithmetic: str = ""
    trusting: bool = False


def undone(chance: random.Random, n: int) -> Case:
    """A bill is undone with all that lies on it: its payment, a part of another, some credit."""
    amount = _amount(chance)
    owed, kept = bill(f"oa-{n}", n, 3 * amount, "GST"), bill(f"ob-{n}", n, 2 * amount)
    whole = _receipt(f"OR-{n}", n, {owed["id"]: amount}, amount)
    both = _receipt(f"OS-{n}", n, {owed["id"]: amount, kept["id"]: amount}, 2 * amount)
    credit = _credit(f"oc-{n}", n, amount, owed, amount // 2)
    less = _receipt(f"OS-{n}", n, {kept["id"]: amount}, amount)
    return Case(
        [owed, kept, whole, both, credit],
        (_undo(owed),),
        [owed, kept, whole, less, credit | {"allocations": []}, _out(owed), _out(whole)],
        ends=3,
    )


def undone_together(chance: random.Random, n: int) -> Case:
    """Several are undone by one click: a bill that nobody paid, credits, purchases, the bank."""
    amount = _amount(chance)
    unpaid, kept = bill(f"ma-{n}", n, amount), bill(f"mb-{n}", n, 2 * amount)
    credit = _credit(f"mc-{n}", n, amount, kept, amount // 2)
    bought = supplier_bill(f"ms-{n}", n, amount)
    out, _, back, moved, entered = banked(chance, n)
    gone = [unpaid, credit, bought, out, moved, entered]
    halves = 2  # Xero shows a transfer on either bank account too.
    return Case(
        [kept, back, *gone],
        (_undo(*gone),),
        [kept, back, *gone, *map(_out, gone)],
        ends=len(gone) + halves,
    )


def undone_and_retried(chance: random.Random, n: int) -> Case:
    """A paid bill is undone, which was a mistake: both are posted once more."""
    owed, paid = _paid(chance, "ta", n)
    return Case([owed, paid], (_undo(owed), _retry(owed, paid)), [owed, paid], ends=2)


def reposted(chance: random.Random, n: int) -> Case:
    """A bill, paid and credited in part, is taken back and posted anew."""
    amount = _amount(chance)
    owed = bill(f"pa-{n}", n, 3 * amount, "GST")
    paid = _receipt(f"PQ-{n}", n, {owed["id"]: amount}, amount)
    credit = _credit(f"pc-{n}", n, amount, owed, amount // 2)
    documents = [owed, paid, credit]
    return Case(documents, (_undo(owed, again=True),), documents, ends=2)


def reposted_as_revised(chance: random.Random, n: int) -> Case:
    """A paid bill was revised, and a person is asked: all is posted anew, the bill as it is now."""
    owed, paid = _paid(chance, "qa", n)
    later = _revised(owed, 2)
    acts = (_send(later), _undo(owed, again=True))
    return Case([owed, paid], acts, [later, paid], ends=2)


def reposted_by_itself(chance: random.Random, n: int) -> Case:
    """A paid bill was revised, and the firm wants that posted anew without being asked."""
    owed, paid = _paid(chance, "qb", n)
    later = _revised(owed, 2)
    wanted = {"paid_revisions": "repost"}
    return Case([owed, paid], (_send(later),), [later, paid], ends=2, settings=wanted)


def revised_meanwhile(chance: random.Random, n: int) -> Case:
    """Bills, one of them paid, are revised just when a person has ordered to post them anew."""
    owed, paid = _paid(chance, "qc", n)
    unpaid = bill(f"qd-{n}", n, _amount(chance))
    later = [_revised(owed, 2), _revised(unpaid, 2)]
    order, come = _undo(owed, unpaid, again=True), _send(*later)
    return Case([owed, paid, unpaid], (_one_by_one(order, come),), [*later, paid], ends=3)


def reposted_and_rebilled(chance: random.Random, n: int) -> Case:
    """Two people correct a bill in two ways: whoever comes second finds it being corrected."""
    owed, paid = _paid(chance, "qe", n)
    later = _revised(owed, 2)
    both = _one_by_one(_undo(owed, again=True), _rebill(owed))
    return Case([owed, paid], (_send(later), both), [later, paid], ends=2)


def rebilled_and_reposted(chance: random.Random, n: int) -> Case:
    """The same, the other way round."""
    case = _rebilled(chance, "ec", n)
    owed = case.documents[0]
    acts = (*case.acts, _one_by_one(_rebill(owed), _undo(owed, again=True)))
    return Case(case.documents, acts, case.counts, ends=0, names=case.names)


def revised(chance: random.Random, n: int) -> Case:
    """Nobody has paid a bill and a purchase yet: revisions are stated where they stand."""
    owed, bought = bill(f"ia-{n}", n, _amount(chance)), supplier_bill(f"is-{n}", n, 4_400, "GST")
    first, second = _revised(owed, 2), _revised(owed, 3)
    changed = supplier_bill(f"is-{n}", n, 8_800, "GST") | {"revision": 2}
    return Case([owed, bought], (_send(first, changed), _send(second)), [second, changed], ends=0)


def total_corrected(chance: random.Random, n: int) -> Case:
    """Xero rounds a tax the other way, so that the bill, as it lands, is a cent too little."""
    cents = 200 * chance.randint(5, 400) + 5
    taxed = bill(f"ka-{n}", n, cents)
    line = taxed["lines"][0] | {"tax_code": "GST", "total": money(cents)}
    tax = (cents + 5) // 10
    taxed |= {"lines": [line | {"tax": money(tax)}], "tax": money(tax), "total": money(cents + tax)}
    return Case([], (_send(taxed),), [taxed], ends=0, arithmetic="ties_to_even")


def relinked(chance: random.Random, n: int) -> Case:
    """The ties of a paid and credited bill are cut, and each tied again to what Xero holds."""
    amount = _amount(chance)
    owed = bill(f"la-{n}", n, 3 * amount)
    paid = _receipt(f"LR-{n}", n, {owed["id"]: amount}, amount)
    credit = _credit(f"lc-{n}", n, amount, owed, amount // 2)
    documents = [owed, paid, credit]
    acts: tuple[Act, ...] = (
        lambda clerk, desk: clerk.unlink(desk, _key(owed)),
        lambda clerk, desk: clerk.relink(desk, clerk.cut),
    )
    return Case(documents, acts, documents, ends=0)


def adopted(chance: random.Random, n: int) -> Case:
    """A firm cuts over: older bills are in Xero already; a later receipt pays one of them."""
    amount = _amount(chance)
    first, second = bill(f"ja-{n}", n, amount), bill(f"jb-{n}", n, amount + 7)
    bought = supplier_bill(f"js-{n}", n, amount)
    paid = _receipt(f"JR-{n}", n, {first["id"]: amount}, amount)
    newer = bill(f"jn-{n}", n, amount) | {"date": SETTLED}
    documents = [first, second, bought, paid, newer]

    def enter(story: Story) -> None:
        for one in (first, second, bought):
            _entered(story, one)

    return Case(
        documents,
        (lambda clerk, desk: clerk.adopt(desk),),
        documents,
        ends=0,
        settings={"start_date": START},
        before=enter,
    )


def paid_by_the_feed(chance: random.Random, n: int) -> Case:
    """Xero's bank feed pays a bill before the practice's receipt comes; that is taken as ours."""
    owed, paid = _paid(chance, "za", n)
    return Case([owed], (_feed(owed, paid), _send(paid)), [owed, paid], ends=0)


def paid_in_xero_and_tied(chance: random.Random, n: int) -> Case:
    """Somebody paid it in Xero on another day: a person is asked, and ties the payment."""
    owed, paid = _paid(chance, "zb", n)
    other = paid | {"date": BILLED}

    def tie(clerk: Clerk, desk: Desk) -> None:
        (one,) = clerk.story.organisation.payments.values()
        clerk.relink(desk, {_key(paid): [one.payment_id]})

    return Case([owed], (_feed(owed, other), _send(paid), tie), [owed, other], ends=0)


def paid_in_part_by_mistake(chance: random.Random, n: int) -> Case:
    """Somebody entered a part in Xero: a person is asked, removes it, and ours goes by itself."""
    owed, paid = _paid(chance, "zc", n)
    part = paid | {"allocations": [{"bill": owed["id"], "amount": "10.00"}], "number": "BY HAND"}
    acts = (_feed(owed, part), _send(paid), _removed_by_hand)
    return Case([owed], acts, [owed, paid], ends=1)


def paid_on_another_bill_by_mistake(chance: random.Random, n: int) -> Case:
    """The feed has put a receipt on another bill of the client: a person is asked, removes it."""
    owed, paid = _paid(chance, "zd", n)
    other = bill(f"ze-{n}", n, int(owed["total"].replace(".", "")))
    wrong = paid | {"number": "BY HAND"}
    acts = (_feed(other, wrong), _send(paid), _removed_by_hand)
    return Case([owed, other], acts, [owed, other, paid], ends=1)


def paid_on_another_bill_by_another(chance: random.Random, n: int) -> Case:
    """The same, and it is another receipt of that sum: so a person says, and that one comes too."""
    owed, paid = _paid(chance, "zf", n)
    amount = int(paid["amount"].replace(".", ""))
    other = bill(f"zg-{n}", n, amount)
    second = _receipt(f"ZGR-{n}", n, {other["id"]: amount}, amount)
    acts = (_feed(other, second), _send(paid), _other_money(paid), _send(second))
    return Case([owed, other], acts, [owed, other, paid, second], ends=0)


def rebilled(chance: random.Random, n: int) -> Case:
    """A bill, paid in part, was revised: a person has it credited and billed anew."""
    case = _rebilled(chance, "ea", n)
    acts = (*case.acts, _rebill(case.documents[0]))
    return Case(case.documents, acts, case.counts, ends=0, names=case.names)


def rebilled_where_asked(chance: random.Random, n: int) -> Case:
    """The same where no revision is taken up unasked; the order goes on without another click."""
    case = _rebilled(chance, "ed", n)
    acts = (*case.acts, _rebill(case.documents[0]))
    asks = {"revisions": "ask"}
    return Case(case.documents, acts, case.counts, 0, case.names, asks, trusting=True)


def rebilled_by_itself(chance: random.Random, n: int) -> Case:
    """The same, as the firm wants it without being asked."""
    case = _rebilled(chance, "eb", n)
    wanted = {"paid_revisions": "rebill"}
    return Case(case.documents, case.acts, case.counts, 0, case.names, wanted)


def rebilled_and_receipt_undone(chance: random.Random, n: int) -> Case:
    """What had paid the old invoice is taken back: the credit takes its place there."""
    case = _rebilled(chance, "ef", n)
    owed, paid, credit, anew, _ = case.counts
    whole = credit | {"allocations": [{"bill": owed["id"], "amount": owed["total"]}]}
    acts = (*case.acts, _rebill(owed), _undo(paid))
    return Case(case.documents, acts, [owed, paid, whole, anew, _out(paid)], 1, case.names)


CASES = (
    undone,
    undone_together,
    undone_and_retried,
    reposted,
    reposted_as_revised,
    reposted_by_itself,
    revised_meanwhile,
    reposted_and_rebilled,
    rebilled_and_reposted,
    revised,
    total_corrected,
    relinked,
    adopted,
    paid_by_the_feed,
    paid_in_xero_and_tied,
    paid_in_part_by_mistake,
    paid_on_another_bill_by_mistake,
    paid_on_another_bill_by_another,
    rebilled,
    rebilled_where_asked,
    rebilled_by_itself,
    rebilled_and_receipt_undone,
)


def _rebilled(chance: random.Random, prefix: str, n: int) -> Case:
    amount = _amount(chance)
    owed = bill(f"{prefix}-{n}", n, 3 * amount, "GST")
    paid = _receipt(f"{prefix.upper()}R-{n}", n, {owed["id"]: 2 * amount}, 2 * amount)
    later = _revised(owed, 2)
    number = f"{owed['number']}-R2"
    anew = later | {"id": f"{owed['id']}-r2", "number": number}
    credit = owed | {"kind": "credit_note", "id": f"{owed['id']}-cr"}
    credit |= {"number": f"{owed['number']}-CR2"}
    credit["allocations"] = [{"bill": owed["id"], "amount": money(amount)}]
    rest = _applied(f"{owed['id']}-al", "allocation", credit, anew, 2 * amount) | {"date": BILLED}
    counts = [owed, paid, credit, anew, rest]
    return Case([owed, paid], (_send(later),), counts, ends=0, names={owed["id"]: number})


def _amount(chance: random.Random) -> int:
    return 110 * chance.randint(30, 900)


def _paid(chance: random.Random, prefix: str, n: int) -> tuple[Document, Document]:
    """Return a bill and the receipt that pays it in full."""
    amount = _amount(chance)
    owed = bill(f"{prefix}-{n}", n, amount)
    return owed, _receipt(f"{prefix.upper()}R-{n}", n, {owed["id"]: amount}, amount)


def _revised(owed: Document, revision: int) -> Document:
    """Return a bill of one line as it was changed: something is added without tax."""
    more = 100 * revision
    (line,) = owed["lines"]
    added = line | {"tax_code": "FREE", "tax": "0.00", "total": money(more), "description": "More"}
    total = money(int(owed["total"].replace(".", "")) + more)
    return owed | {"revision": revision, "lines": [line, added], "total": total}


def _credit(name: str, n: int, amount: int, owed: Document, applied: int) -> Document:
    credit = {**bill(name, n, amount), "kind": "credit_note", "date": SETTLED}
    return credit | {"allocations": [{"bill": owed["id"], "amount": money(applied)}]}


def _out(document: Document) -> Document:
    return _void(f"out-{document['id']}", document)


def _key(document: Document) -> Key:
    return Key(document["kind"], document["id"])


def _undo(*documents: Document, again: bool = False) -> Act:
    keys = tuple(map(_key, documents))
    return lambda clerk, desk: clerk.undo(desk, keys, again=again)


def _one_by_one(*acts: Act) -> Act:
    """Order several things with one click."""

    def order(clerk: Clerk, desk: Desk) -> None:
        for act in acts:
            act(clerk, desk)

    return order


def _rebill(owed: Document) -> Act:
    return lambda clerk, desk: clerk.rebill(desk, _key(owed))


def _retry(*documents: Document) -> Act:
    keys = tuple(map(_key, documents))
    return lambda clerk, desk: clerk.retry(desk, keys, anew=True)


def _send(*documents: Document) -> Act:
    return lambda clerk, desk: clerk.send_anew(desk, documents)


def _other_money(paid: Document) -> Act:
    """Let a person say that a receipt is other money than what stands on another bill."""

    def answer(clerk: Clerk, desk: Desk) -> None:
        fed_payments.is_other_money(
            [_key(paid)], desk.outbox, desk.shelf, actor="ann", now=clerk.world.now()
        )

    return answer


def _removed_by_hand(clerk: Clerk, desk: Desk) -> None:
    """Let somebody remove in Xero what was entered there by hand; ours has not come beside it."""
    del desk
    live = [one for one in clerk.story.organisation.payments.values() if one.status != "DELETED"]
    for one in live:
        if one.reference == "BY HAND":
            assert len(live) == 1, live
            clerk._unpay(one.payment_id)


def _feed(owed: Document, paid: Document) -> Act:
    """Let a payment be entered in Xero, once, before the practice's own comes."""

    def enter(clerk: Clerk, desk: Desk) -> None:
        del desk
        books = clerk.story.organisation
        (invoice,) = (one for one in books.documents.values() if one.number == owed["number"])
        if not books.payments:
            _pay(clerk.story, invoice.document_id, paid)

    return enter


def _pay(story: Story, invoice: str, paid: Document) -> None:
    payment = {
        "Invoice": {"InvoiceID": invoice},
        "Account": {"Code": "090"},
        "Date": paid["date"],
        "Amount": paid["allocations"][0]["amount"],
        "Reference": paid["number"],
    }
    story.firm.ask("PUT", "/Payments", story.world.now(), payment)


def _entered(story: Story, document: Document) -> None:
    """Enter a bill in Xero as another program has done it."""
    purchase = document["kind"] == "supplier_bill"
    party = document["supplier"] if purchase else document["client"]
    ask = partial(story.firm.ask, now=story.world.now())
    there = {one.number for one in story.organisation.contacts.values()}
    if party["id"] not in there:
        ask("PUT", "/Contacts", body={"Name": party["name"], "ContactNumber": party["id"]})
    line = {
        "Description": "Entered elsewhere",
        "Quantity": 1,
        "UnitAmount": document["total"],
        "AccountCode": "429" if purchase else "200",
        "TaxType": "EXEMPTEXPENSES" if purchase else "EXEMPTOUTPUT",
    }
    invoice = {
        "Type": "ACCPAY" if purchase else "ACCREC",
        "Status": "AUTHORISED",
        "InvoiceNumber": document["number"],
        "Date": document["date"],
        "DueDate": document["date"],
        "Contact": {"ContactNumber": party["id"]},
        "LineItems": [line],
    }
    ask("PUT", "/Invoices", body=invoice)


def ended(books: Organisation) -> int:
    """Count what is void or deleted in Xero."""
    there = (
        books.documents,
        books.payments,
        books.bank_transactions,
        books.bank_transfers,
        books.journals,
    )
    return sum(one.status in {"VOIDED", "DELETED"} for each in there for one in each.values())


TAX = 4
"""The place of the tax in a fact about an invoice or credit note."""


def without_taxes(facts: Counter[verdict.Fact]) -> Counter[verdict.Fact]:
    """Xero's own tax stands on lines without one of ours; the total is what must be right."""
    told: Counter[verdict.Fact] = Counter()
    for fact, count in facts.items():
        billed = fact[0].startswith("ACC")
        told[(*fact[:TAX], *fact[TAX + 1 :]) if billed else fact] += count
    return told


def untaxed(story: Story) -> list[str]:
    """Judge the books of a Xero that rounds otherwise, taxes left aside."""
    there = without_taxes(verdict.actual(story.firm, story.world.now()))
    return verdict.differences(without_taxes(verdict.expected(story.judged)), there)


__all__ = ["CASES", "Act", "Case", "ended", "untaxed", "without_taxes"]
