"""By what things are known again."""

from __future__ import annotations

from counterfoil.core.identity import (
    contact_number,
    idempotency_key,
    look_up_key,
    number_space,
)
from counterfoil.core.pipeline import convert
from counterfoil.core.texts import contact_name, description
from tests.core.scene import (
    bill,
    books,
    credit_note,
    line,
    plain_bill,
    receipt,
    split,
    to_bill,
    trust_receipt,
)

TENANT = "e0da6937-de07-4a14-adee-37abfac298ce"


def test_negative_bills_and_credit_notes_share_a_space_of_numbers() -> None:
    negative = bill([line("-1.00", "NT")], "0", "-1.00")
    assert number_space(negative) == number_space(credit_note())
    assert number_space(plain_bill()) != number_space(negative)


def test_trust_numbers_are_unique_within_their_trust_account() -> None:
    assert number_space(trust_receipt("1.00")) != number_space(
        trust_receipt("1.00", trust_account="TRUST2")
    )


def test_receipts_may_share_a_number() -> None:
    assert number_space(receipt("1.00")) == ()


def test_a_contact_number_fits_into_fifty_characters() -> None:
    assert contact_number("c-1") == "c-1"
    assert contact_number("x" * 50) == "x" * 50
    assert len(contact_number("x" * 51)) == 32
    assert contact_number("x" * 51) != contact_number("x" * 52)


def test_an_idempotency_key_names_its_tenant_and_repeats() -> None:
    key = idempotency_key(TENANT, "Invoices", "b-1", "1")
    assert key.startswith(TENANT)
    assert len(key) <= 128
    assert key == idempotency_key(TENANT, "Invoices", "b-1", "1")
    assert key != idempotency_key(TENANT, "Invoices", "b-1", "2")
    assert idempotency_key(TENANT, "ab", "c") != idempotency_key(TENANT, "a", "bc")


def test_each_element_is_looked_up_by_its_own_fields() -> None:
    documents = (
        plain_bill(),
        receipt("110.00", to_bill("110.00")),
        credit_note(to_bill("55.00")),
        trust_receipt("5.00", split("5.00")),
    )
    keys = [
        look_up_key(planned.created)
        for document in documents
        for planned in convert(document, books()).planned
    ]
    assert keys == [
        ("invoice", "INV-1"),
        ("payment", "R-1", "2026-11-03", "11000", "090", "bill:b-1"),
        ("credit_note", "CN-1"),
        ("allocation", "credit_note:cn-1", "bill:b-1", "2026-11-03", "5500"),
        ("bank_transaction", "091", "TR-000123", "2026-11-03", "500", "contact:c-1"),
    ]


def test_a_contacts_name_is_one_that_xero_takes() -> None:
    assert contact_name("  Smith  <Old>\tPty Ltd ") == "Smith (Old) Pty Ltd"
    assert len(contact_name("x" * 300)) == 255


def test_a_description_is_cut_visibly() -> None:
    assert description("x" * 5000, "Fees").endswith("…")
    assert len(description("x" * 5000, "Fees")) == 4000
