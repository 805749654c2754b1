"""Each rule of trust accounting, held against lawful streams and against ones that break it.

A lawful stream is never accused. Each breach breaks one rule in it, and the judge names that rule
and no other. ``python -m tests.core.trust_matrix`` prints the same as a table.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from random import Random

import pytest

from counterfoil.core.documents import TrustBillPayment
from counterfoil.core.jurisdictions import ANYWHERE, JURISDICTIONS, jurisdiction
from counterfoil.core.mapping import DORMANT_DAYS
from counterfoil.core.retention import may_erase
from counterfoil.core.trust_checks import Terms
from counterfoil.core.trust_rules import INVARIANTS
from tests.core import trust_breaches, trust_image, trust_matrix
from tests.core.trust_cases import AS_OF, DAY, as_it_came, broken, found, lawful

SEEDS = range(50 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 10)


def named(one: object) -> str:
    return str(getattr(one, "__name__", one))


OF_TRUST = [(rule, one) for rule, ways in trust_breaches.BREACHES.items() for one in ways]
OF_IMAGE = [(rule, one) for rule, ways in trust_image.BREACHES.items() for one in ways]


@pytest.mark.parametrize("place", [*JURISDICTIONS, ""])
def test_a_lawful_stream_is_never_accused(place: str) -> None:
    for seed in SEEDS:
        assert found(replace(as_it_came(lawful(seed), seed), place=place)) == []


@pytest.mark.parametrize(
    ("rule", "breach"), OF_TRUST, ids=lambda one: getattr(one, "__name__", one)
)
def test_a_stream_is_accused_of_the_rule_that_it_breaks(
    rule: str, breach: trust_breaches.Breach
) -> None:
    besides = trust_breaches.BESIDES.get(breach, set())
    for seed in SEEDS:
        case = breach(replace(lawful(seed), place="AU-NSW"), Random(seed))
        rules = broken(as_it_came(case, seed))
        assert rule in rules
        assert rules <= {rule} | besides


def test_a_month_in_xero_is_never_accused() -> None:
    for seed in SEEDS:
        assert trust_image.broken(trust_image.lawful(seed)) == set()


@pytest.mark.parametrize(
    ("rule", "breach"), OF_IMAGE, ids=lambda one: getattr(one, "__name__", one)
)
def test_what_would_make_xero_wrong_is_seen(rule: str, breach: trust_image.Breach) -> None:
    besides = trust_image.BESIDES.get(breach, set())
    for seed in SEEDS:
        rules = trust_image.broken(breach(trust_image.lawful(seed), Random(seed)))
        assert rule in rules
        assert rules <= {rule} | besides


def test_the_matrix_judges_every_rule_both_ways() -> None:
    rows = trust_matrix.matrix(1)
    assert [row.rule for row in rows] == [one.id for one in INVARIANTS]
    assert [row.rule for row in rows if not row.good] == []
    assert all(row.lawful for row in rows)


def test_what_is_recorded_a_fortnight_late_is_reported() -> None:
    assert {one.code for one in found(replace(lawful(0), delay=14))} == {"recorded_late"}


def test_a_month_without_a_statement_is_overdue_in_time() -> None:
    case = trust_breaches.forgets_the_statement(lawful(0), Random(0))
    assert found(replace(case, as_of=AS_OF)) == []
    due = {one.code for one in found(replace(case, as_of=AS_OF + DAY))}
    assert due == {"reconciliation_overdue"}


def test_money_may_lie_still_for_as_long_as_the_firm_says() -> None:
    case = lawful(0)
    last = max(document.date for document in case.stream)
    just = {one.code for one in found(replace(case, as_of=last + DORMANT_DAYS * DAY))}
    over = {one.code for one in found(replace(case, as_of=last + (DORMANT_DAYS + 40) * DAY))}
    assert "trust_balance_dormant" in over
    assert just - {"trust_balance_dormant"} == {"reconciliation_overdue"}


def test_what_was_taken_back_does_not_lie_still() -> None:
    """The reversal counts against the balance, so that a ledger at nil is not called dormant."""
    case = trust_breaches.lets_money_lie(lawful(0), Random(0))
    assert "M-BOUNCED" not in " ".join(one.message for one in found(case))


def test_a_bill_is_paid_at_once_with_an_authority_only() -> None:
    case = lawful(0)
    waiting = Terms(bill_notice_days=7)
    assert not {one.code for one in found(case, waiting)} & {"paid_within_notice"}
    paid = next(one for one in case.of(TrustBillPayment) if one.id == "second")
    without = case.with_other(paid, replace(paid, authority=None))
    assert {one.code for one in found(without, waiting)} >= {"paid_within_notice"}


def test_a_place_that_is_unknown_has_the_rules_of_none() -> None:
    assert jurisdiction("ATLANTIS") is ANYWHERE
    assert jurisdiction(None) is ANYWHERE


def test_a_state_of_the_usa_shares_their_rules() -> None:
    assert jurisdiction("us-fl") is JURISDICTIONS["US"]


def test_ontario_keeps_ten_years_and_the_current_one() -> None:
    last = dt.date(2016, 3, 5)
    ontario = JURISDICTIONS["CA-ON"]
    assert may_erase(last, [ontario], dt.date(2027, 12, 31)) is not None
    assert may_erase(last, [ontario], dt.date(2028, 1, 1)) is None
