"""A small firm's year: both sides agree at every month's end, and what does not is seen."""

from __future__ import annotations

import datetime as dt

from tests.year.documents import DAY, FIRST_DAY, Size, year
from tests.year.line import Practice
from tests.year.play import Played, differences, play

SMALL = Size(matters=8, events=70, bills=40, taken_back=True, corrected=0.07)
CORRECTIONS = {
    "posted anew",
    "taken back and retried",
    "unlinked and relinked",
    "paid by the feed first",
    "drafts approved",
    "revised in place",
    "revised though paid, posted anew",
}
NIGHT = dt.date(2025, 7, 30)


def test_both_sides_agree_at_every_months_end_and_transfers_are_nil_each_night() -> None:
    outcome = play(9, SMALL)
    assert [month.off for month in outcome.months] == [[]] * 12
    assert outcome.nights == []
    assert not outcome.unsettled
    assert outcome.documents > SMALL.events + SMALL.bills
    assert {sort for sort, times in outcome.did.items() if times} >= CORRECTIONS


def test_a_cent_that_somebody_enters_on_the_trust_bank_is_seen() -> None:
    practice = Practice(FIRST_DAY)
    played = Played(year(7, SMALL), practice)
    for n in range(30):
        played.day(FIRST_DAY + n * DAY)
    assert list(differences(played.reconciled(NIGHT))) == []
    line = {"Description": "?", "Quantity": 1, "UnitAmount": 0.01, "AccountCode": "805T"}
    intruder = {
        "Type": "RECEIVE",
        "Contact": {"Name": "Somebody"},
        "BankAccount": {"Code": "T91"},
        "Date": "2025-07-30",
        "LineItems": [{**line, "TaxType": "BASEXCLUDED"}],
    }
    practice.firm.ask("PUT", "/BankTransactions", practice.clock.now(), intruder)
    off = list(differences(played.reconciled(NIGHT)))
    assert "TRUST1 differs by -1" in off
    assert "trust liability differs by 1" in off
