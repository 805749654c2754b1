"""Xero's messages come out in plain words."""

from __future__ import annotations

import pytest

from counterfoil.posting.catalogue import CATALOGUE, Explanation
from counterfoil.posting.explain import explain, fold, is_taken

SEEN_LIVE = (
    ("Invoice # must be unique.", "number_taken_in_xero"),
    ("Invoice not of valid status for modification", "not_modifiable"),
    ("One or more line items must be specified", "no_lines"),
    ("Account code '999' is not a valid code for this document.", "account_not_valid"),
    ("Account code 999 is not a valid code for this document", "account_not_valid"),
    (
        (
            "Account code '200' has been archived, or has been deleted. Each line item must "
            "reference a valid account."
        ),
        "account_archived",
    ),
    (
        "The TaxType code 'INPUT' cannot be used with account code '200'.",
        "tax_type_not_for_account",
    ),
    (
        (
            "The document date cannot be before the end of year lock date, currently set at "
            "31-Jul-2013"
        ),
        "locked_year",
    ),
    ("Payments can only be made against Authorized documents", "bill_not_open"),
    ("Payment amount exceeds the amount outstanding on this document", "overpaid"),
    ("Users Organisation is not subscribed to currency NZD", "currency_not_enabled"),
    ("The total debits (100.00) must equal total credits (-10.00)", "journal_unbalanced"),
)


@pytest.mark.parametrize(("message", "code"), SEEN_LIVE)
def test_a_message_seen_in_the_wild_is_known(message: str, code: str) -> None:
    (finding,) = explain([message])

    assert finding.code == code
    assert message in finding.message
    assert finding.fix


def test_every_message_is_explained_and_none_twice() -> None:
    overpaid = "Payment amount exceeds the amount outstanding on this document"
    closed = "Payments can only be made against Authorised documents"

    findings = explain([closed, overpaid, closed])

    assert [finding.code for finding in findings] == ["bill_not_open", "overpaid"]


def test_an_unknown_message_is_kept_whole() -> None:
    (finding,) = explain(["The moon is in the wrong house"])

    assert finding.code == "refused_by_xero"
    assert "The moon is in the wrong house" in finding.message


@pytest.mark.parametrize("known", CATALOGUE, ids=lambda known: known.pieces[0][:40])
def test_the_catalogue_is_written_in_folded_words(known: Explanation) -> None:
    assert all(piece == fold(piece) for piece in known.pieces)


def test_a_number_or_name_already_there_is_recognised() -> None:
    assert is_taken(["Invoice # must be unique."])
    assert is_taken(
        [
            (
                "The contact name Smith is already assigned to another contact. "
                "The contact name must be unique across all active contacts."
            )
        ]
    )
    assert not is_taken(["Tax rate must be valid."])
