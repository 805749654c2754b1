"""The invariants of trust accounting: what each says, where the law says so, and who judges it.

From facts: trust accounting, section 3.2, as documents.md amends it (*The sums that must hold*).
Mirror, never repair: what would make Xero wrong is held, everything else is told with its citation
and posted, because the practice's records decide. Where the law leaves that to the firm, the
setting ``trust_rules`` of the mapping may say otherwise. T16 holds no document: it holds back
``firm erase``, the one act that erases any.

docs/trust.md shows this table; ``python -m tools.trust_table`` writes it there, and a test compares
the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.jurisdictions import JURISDICTIONS, Jurisdiction
from counterfoil.core.mapping import Conduct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Invariant(NamedTuple):
    """One rule. ``conduct`` is its default, ``settable`` whether the firm may choose the other.

    ``judged_in`` are modules of the program, ``codes`` the findings by which it is told,
    ``settings`` what of the mapping sets its terms, ``rests_on`` where it comes from when no law of
    a place is cited for it.
    """

    id: str
    says: str
    conduct: Conduct
    judged_in: tuple[str, ...]
    codes: tuple[str, ...]
    settable: bool = False
    settings: tuple[str, ...] = ()
    rests_on: str = ""

    def cited(self) -> Iterator[tuple[Jurisdiction, str]]:
        """Yield the places whose law is cited for it, with the law."""
        for place in JURISDICTIONS.values():
            if place.asks(self.id):
                yield place, place.rules[self.id]


INVARIANTS: Final = (
    Invariant(
        "T1",
        "No matter's ledger is ever below nil, by its dates and in the order of recording.",
        Conduct.REPORT,
        ("core.trust", "core.trust_times"),
        ("ledger_overdrawn", "ledger_short_when_recorded"),
        settable=True,
    ),
    Invariant(
        "T2",
        "Cash book + statutory deposit + paid by firm = matter ledgers + U, after every event.",
        Conduct.HOLD,
        ("core.kind_rules", "core.trust"),
        ("splits_do_not_add_up", "trust_sums_off", "costs_over_transferred"),
    ),
    Invariant(
        "T3",
        "At each month's end the adjusted bank statement, the cash book and the list of ledgers "
        "agree, and in time.",
        Conduct.REPORT,
        ("core.trust_bank", "core.trust_statement", "core.trust_month", "core.trust_series"),
        (
            "reconciliation_overdue",
            "statement_does_not_agree",
            "bank_took_and_gave_back",
            "long_outstanding",
        ),
    ),
    Invariant(
        "T4",
        "Trust money pays only an issued, unvoided, unpaid bill of the same client, on or after "
        "its date; a transfer of costs is the sum of the payments it names, each once.",
        Conduct.REPORT,
        ("core.trust_bills", "core.trust_references", "core.trust_costs"),
        (
            "bill_not_unpaid",
            "bill_not_recorded",
            "bill_is_void",
            "other_clients_bill",
            "paid_before_bill",
            "paid_within_notice",
            "payments_do_not_add_up",
            "payment_named_twice",
            "payment_not_known",
            "payment_of_other_trust_account",
            "payment_taken_back",
            "costs_left_behind",
        ),
        settable=True,
        settings=("bill_notice_days",),
    ),
    Invariant(
        "T5",
        "A transfer between matters balances, touches two ledgers and says who authorised it.",
        Conduct.HOLD,
        ("core.kind_rules", "core.trust_records"),
        ("same_ledger", "transfer_to_itself", "authority_missing"),
    ),
    Invariant(
        "T6",
        "Receipt numbers are unique, consecutive and in the order of their dates; a cancelled "
        "number stays visible.",
        Conduct.REPORT,
        ("core.trust_series", "posting.intake"),
        ("receipt_number_missing", "receipt_number_out_of_order", "number_taken"),
        settable=True,
    ),
    Invariant(
        "T7",
        "Nothing is changed or deleted; a correction is a reversal that names its original, once.",
        Conduct.HOLD,
        ("core.trust_records", "core.convert.undoing", "posting.taken_back", "posting.intake"),
        (
            "trust_document_changed",
            "reversal_unfounded",
            "undone_not_received",
            "undone_before_it_happened",
            "undone_twice",
            "revision_conflict",
        ),
    ),
    Invariant(
        "T8",
        "A ledger closes only at nil, and nothing moves on it afterwards.",
        Conduct.REPORT,
        ("core.trust",),
        ("ledger_closed_with_money", "ledger_is_closed"),
    ),
    Invariant(
        "T9",
        "Money is recorded within the working days that the place allows, and in the order in "
        "which it moved.",
        Conduct.REPORT,
        ("core.trust_times",),
        ("recorded_late", "recorded_out_of_order"),
        settable=True,
    ),
    Invariant(
        "T10",
        "A receipt or payment says in which form the money came or went, and what for.",
        Conduct.REPORT,
        ("core.reader", "core.trust_records"),
        ("trust_record_incomplete",),
        settable=True,
    ),
    Invariant(
        "T11",
        "One ledger, one client.",
        Conduct.REPORT,
        ("core.trust_records",),
        ("matter_of_two_clients",),
        settable=True,
    ),
    Invariant(
        "T12",
        "Nothing comes in with a date inside a closed period; month-end copies never change.",
        Conduct.HOLD,
        ("core.periods", "core.issued_months", "posting.taken_back"),
        ("closed_period", "trust_month_closed", "issued_month_changed"),
        settable=True,
    ),
    Invariant(
        "T13",
        "The firm's own money lies in trust only on its own named ledgers and within a limit, and "
        "advances are paid from it alone.",
        Conduct.REPORT,
        ("core.trust_firm", "core.trust"),
        (
            "firm_ledger_not_named",
            "client_in_firm_ledger",
            "firm_money_above_limit",
            "firm_advanced_too_much",
            "firm_repaid_too_much",
        ),
        settable=True,
        settings=("firm",),
    ),
    Invariant(
        "T14",
        "A statutory deposit moves bank and deposit only, and never below nil.",
        Conduct.REPORT,
        ("core.trust", "core.trust_outgoing"),
        ("statutory_deposit_overdrawn",),
    ),
    Invariant(
        "T15",
        "Money does not lie still: what nothing has moved for long is named.",
        Conduct.REPORT,
        ("core.trust_series",),
        ("trust_balance_dormant",),
        settings=("trust_dormant_days",),
    ),
    Invariant(
        "T16",
        "Records are kept for as long as the longest term that applies.",
        Conduct.HOLD,
        ("core.retention",),
        ("kept_too_short",),
        rests_on="no document is erased but with its whole firm, which `firm erase` does",
    ),
    Invariant(
        "T17",
        "A receipt that bounces is reversed before what was paid from it, or the shortage shows.",
        Conduct.REPORT,
        ("core.trust_records",),
        ("bounced_after_payment",),
        rests_on="follows from T1",
    ),
    Invariant(
        "X1",
        "In Xero: trust banks + Statutory Deposit + Paid by Firm = Trust Liability + U, and each "
        "is what the practice's documents come to.",
        Conduct.HOLD,
        ("core.trust_outgoing", "posting.trust_in_xero", "posting.reconcile"),
        ("outgoing_sums_off",),
        rests_on="documents.md, the sums that must hold",
    ),
    Invariant(
        "X2",
        "In Xero: Trust Transfers is nil after every complete transfer and at each day's end.",
        Conduct.HOLD,
        ("core.trust_outgoing", "posting.trust_in_xero"),
        ("outgoing_transfers_not_nil",),
        rests_on="the holding accounts",
    ),
    Invariant(
        "X3",
        "No trust line bears tax or touches income or expense; no bill's line touches a trust "
        "account.",
        Conduct.HOLD,
        ("core.trust_outgoing",),
        ("outgoing_off_trust", "outgoing_on_trust"),
        rests_on="follows from X1",
    ),
    Invariant(
        "X4",
        "One trust event, one group of objects in Xero, and back.",
        Conduct.HOLD,
        ("core.trust_outgoing", "posting.practice_sums", "posting.reconcile"),
        ("outgoing_not_its_group", "trust_event_half_posted", "xero_object_shared"),
        rests_on="a one-way bridge",
    ),
    Invariant(
        "X5",
        "Trust money never enters the sales tax return: each line has the organisation's no-tax "
        "type.",
        Conduct.HOLD,
        ("core.trust_outgoing",),
        ("outgoing_taxed",),
        rests_on="follows from X3",
    ),
)
BY_ID: Final[Mapping[str, Invariant]] = {one.id: one for one in INVARIANTS}
OF_CODE: Final[Mapping[str, Invariant]] = {code: one for one in INVARIANTS for code in one.codes}
"""Which rule a finding tells of; a code belongs to one rule."""
SETTABLE: Final = tuple(one.id for one in INVARIANTS if one.settable)


def conduct_of(invariant: str, chosen: Mapping[str, Conduct]) -> Conduct:
    """Return what a rule does to the document that breaks it, by the firm's settings."""
    return chosen.get(invariant, BY_ID[invariant].conduct)
