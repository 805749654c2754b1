"""A firm may want rules of trust accounting held that are only reported otherwise."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from counterfoil.core.documents import Document, Key, TrustPayment
from counterfoil.core.mapping import Conduct, FirmMoney, Mapping
from counterfoil.posting.daybook import reconvert, take_in
from counterfoil.posting.memory import MemoryOutbox
from counterfoil.posting.shelf import FixedShelf
from counterfoil.posting.states import State
from tests.core.scene import CHART, DAY, MAPPING, SMITH, plain_bill, split, trust_receipt

PAYMENT = Key("trust_payment", "tp-1")
RECEIPT = Key("trust_receipt", "tr-1")


def settled(**rules: Conduct) -> Mapping:
    return replace(MAPPING, settings=replace(MAPPING.settings, trust_rules=rules))


def place(mapping: Mapping, code: str) -> Mapping:
    account = replace(mapping.trust_accounts["TRUST1"], jurisdiction=code)
    return replace(mapping, trust_accounts={**mapping.trust_accounts, "TRUST1": account})


def paid(amount: str = "80.00", date: dt.date = DAY) -> TrustPayment:
    part = split(amount)
    return TrustPayment(
        id="tp-1",
        number="TP-000001",
        date=date,
        trust_account="TRUST1",
        payee=SMITH,
        amount=part.amount,
        splits=(part,),
    )


class Daybook:
    def __init__(self, mapping: Mapping) -> None:
        self.outbox = MemoryOutbox()
        self.shelf = FixedShelf(CHART, mapping)

    def take(self, *documents: Document, on: dt.date = DAY) -> None:
        now = dt.datetime.combine(on, dt.time(12), dt.UTC)
        take_in(documents, self.outbox, self.shelf, actor="test", now=now)

    def again(self, mapping: Mapping, *keys: Key) -> None:
        self.shelf = FixedShelf(CHART, mapping)
        now = dt.datetime.combine(DAY, dt.time(13), dt.UTC)
        reconvert(keys, self.outbox, self.shelf, actor="test", now=now)

    def held(self, key: Key) -> bool:
        return all(posting.state is State.HELD for posting in self.outbox.postings([key]))

    def codes(self, key: Key) -> set[str]:
        return {finding.code for finding in self.outbox.findings([key])[key]}


def test_an_overdrawing_payment_posts_unless_the_firm_holds_it() -> None:
    reported, holding = Daybook(MAPPING), Daybook(settled(T1=Conduct.HOLD))
    for daybook in (reported, holding):
        daybook.take(trust_receipt("50.00", split("50.00")))
        daybook.take(paid())
    assert not reported.held(PAYMENT)
    assert holding.held(PAYMENT)
    assert "ledger_overdrawn" in holding.codes(PAYMENT)
    assert not holding.held(RECEIPT)


def test_it_goes_when_the_receipt_that_it_was_paid_from_comes() -> None:
    daybook = Daybook(settled(T1=Conduct.HOLD))
    daybook.take(paid())
    assert daybook.held(PAYMENT)
    daybook.take(trust_receipt("80.00", split("80.00"), date=DAY - dt.timedelta(days=1)))
    assert not daybook.held(PAYMENT)


def test_it_goes_when_the_firm_no_longer_holds_it() -> None:
    daybook = Daybook(settled(T1=Conduct.HOLD))
    daybook.take(paid())
    daybook.again(MAPPING, PAYMENT)
    assert not daybook.held(PAYMENT)


def test_what_came_late_stays_late_however_often_it_is_looked_at() -> None:
    holding = place(settled(T9=Conduct.HOLD), "AU-NSW")
    daybook = Daybook(holding)
    daybook.take(trust_receipt("80.00", split("80.00")), on=DAY + dt.timedelta(days=14))
    assert daybook.held(RECEIPT)
    daybook.again(holding, RECEIPT)
    assert daybook.codes(RECEIPT) >= {"recorded_late"}
    assert daybook.held(RECEIPT)


def test_the_firms_money_above_its_limit_is_held() -> None:
    mapping = settled(T13=Conduct.HOLD)
    account = replace(
        mapping.trust_accounts["TRUST1"], firm=FirmMoney(SMITH.id, ("m-float",), 100_00)
    )
    daybook = Daybook(replace(mapping, trust_accounts={"TRUST1": account}))
    daybook.take(trust_receipt("500.00", split("500.00")))
    assert daybook.codes(RECEIPT) >= {"firm_ledger_not_named", "firm_money_above_limit"}
    assert daybook.held(RECEIPT)


def test_the_office_is_not_concerned() -> None:
    daybook = Daybook(settled(T1=Conduct.HOLD, T4=Conduct.HOLD))
    daybook.take(plain_bill())
    assert not daybook.held(Key("bill", "b-1"))
