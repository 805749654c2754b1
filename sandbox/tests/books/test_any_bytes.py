"""Whatever is sent gets an answer and never an exception (Hypothesis makes it up)."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.tests.books.cast import NOON, Firm
from xero_sandbox.books import handle, new_organisation
from xero_sandbox.books.api import RESOURCES
from xero_sandbox.ids import Ids
from xero_sandbox.wire import Call

FIELDS = [
    "Type", "Contact", "LineItems", "Status", "Date", "Name", "Code", "Amount", "Invoice",
    "CurrencyCode", "CurrencyRate", "LineAmountTypes", "Url", "Account", "BankAccount",
    "JournalLines", "Narration", "Quantity", "UnitAmount", "AccountCode", "TaxType", "ContactID",
    "ContactPersons", "Details", "TaxAmount", "Tracking", "Options", "FromBankAccount",
]  # fmt: skip
WORDS = st.sampled_from(
    ["ACCREC", "SPEND", "AUTHORISED", "200", "610", "OUTPUT", "1E+9", "-1", "2026-11-01", "AUD"]
)
NAMES = st.sampled_from(FIELDS + [name.lower() for name in FIELDS])
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
leaves = st.none() | st.booleans() | NUMBERS | st.text(max_size=8) | WORDS
trees = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=8),
    max_leaves=20,
)
texts = st.text(max_size=20) | st.sampled_from(
    ['Total==1 AND Name.Contains("x")', "1", "99999999999999", "UpdatedDateUTC DESC", "true"]
)
PARAMETERS = ["where", "order", "page", "pageSize", "IDs", "Statuses", "searchTerm", "date",
              "summaryOnly", "unitdp", "toDate", "fromDate", "includeArchived"]  # fmt: skip


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    method=st.sampled_from(["GET", "PUT", "POST", "DELETE", "PATCH"]),
    resource=st.sampled_from(sorted(RESOURCES)),
    rest=st.lists(
        st.sampled_from(["Allocations", "History", "Options", "TrialBalance", "BankSummary", "x"])
        | st.text(max_size=5),
        max_size=3,
    ),
    body=trees,
    query=st.dictionaries(st.sampled_from(PARAMETERS), texts, max_size=3),
    since=st.text(max_size=12) | st.just("2026-11-01T00:00:00"),
)
def test_no_request_gets_an_exception(
    method: str, resource: str, rest: list[str], body: object, query: dict[str, str], since: str
) -> None:
    firm = Firm(new_organisation("Firm", "AU", ids=Ids(3), now=NOON))
    path = "/".join([resource, *rest])
    for content in (body, {resource: body}, {resource: [body]}):
        firm.call(method, path, content, query, {"if-modified-since": since})


@settings(max_examples=150, deadline=None)
@given(
    raw=st.binary(max_size=60) | st.sampled_from([b'{"Name":"\\ud800"}', b"null", b"[]", b"1"]),
    segments=st.lists(st.sampled_from(["Contacts", "Invoices", ""]) | st.text(max_size=4)),
)
def test_no_bytes_get_an_exception(raw: bytes, segments: list[str]) -> None:
    organisation = new_organisation("Firm", "NZ", ids=Ids(3), now=NOON)
    for method in ("PUT", "POST"):
        answer = handle(organisation, Call(method, tuple(segments), {}, {}, raw, "a"), NOON).answer
        assert answer.status in {200, 400, 404, 501}
