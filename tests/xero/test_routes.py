from __future__ import annotations

import pytest

from counterfoil.core.xero_documents import Element
from counterfoil.xero.routes import batch_query, route
from tests.xero.scene import BILL, CLIENT, CREDIT, RECEIPT, SET_OFF, TRUST


@pytest.mark.parametrize(
    ("element", "path", "query"),
    [
        (CLIENT, "/Contacts", {}),
        (BILL, "/Invoices", {"unitdp": 4}),
        (CREDIT, "/CreditNotes", {"unitdp": 4}),
        (TRUST, "/BankTransactions", {"unitdp": 4}),
        (RECEIPT, "/Payments", {}),
        (SET_OFF, "/CreditNotes/credit_note:cn-1/Allocations", {}),
    ],
)
def test_creates_are_put_where_they_belong(
    element: Element, path: str, query: dict[str, int]
) -> None:
    assert route(element) == ("PUT", path, query)


def test_a_batch_asks_for_each_element_s_own_answer() -> None:
    assert batch_query(route(BILL)) == (("unitdp", "4"), ("summarizeErrors", "false"))
    assert batch_query(route(RECEIPT)) == (("summarizeErrors", "false"),)
