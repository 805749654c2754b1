"""``counterfoil connect``, and what a lost connection does and does not do."""

from __future__ import annotations

from counterfoil.web.services.sandbox_consent import is_sandbox
from tests.cli.scene import Practice, Xero, bill


def invoices(xero: Xero, name: str) -> int:
    return len(xero.ask("GET", "/Invoices", InvoiceNumbers=f"INV-{name}")["Invoices"])


def test_a_lost_connection_stops_with_three_and_the_queue_waits_for_the_next(
    practice: Practice, xero: Xero
) -> None:
    xero.control("POST", "disconnect", {"tenantId": xero.tenant_id})
    practice.take(bill("lost"))
    said = practice.run("post", "--json")
    assert (said.status, said.json["stopped_by"]) == (3, "connection")
    status = practice.run("status", "--json").json
    assert status["connection"]["state"] == "lost"
    assert status["connection"]["since"] is not None
    assert "lost" in practice.run("status").err
    said = practice.run("connect", "--sandbox", xero.url, "--tenant", xero.tenant_id)
    assert said.status == 0, said
    practice.run("post")
    assert invoices(xero, "lost") == 1


def test_another_organisation_is_not_connected_over_it(practice: Practice, xero: Xero) -> None:
    practice.take(bill("ours"))
    assert practice.run("post").status == 0
    other = Xero(xero.url, "Somebody else")
    said = practice.run("connect", "--sandbox", xero.url, "--tenant", other.tenant_id)
    assert said.status == 1
    assert f"Somebody else is not {xero.name}" in said.err


def test_connecting_without_a_sandbox_points_to_the_pages(practice: Practice) -> None:
    said = practice.run("connect")
    assert said.status == 2
    assert "counterfoil serve" in said.err


def test_what_is_no_sandbox_is_never_connected(practice: Practice) -> None:
    for address in ("https://api.xero.com", "http://localhost:9", "http://example.com"):
        said = practice.run("connect", "--sandbox", address)
        assert (said.status, said.out) == (2, "")
        assert address in said.err


def test_a_host_of_xero_is_not_even_asked() -> None:
    assert not is_sandbox("https://api.xero.com")


def test_an_organisation_that_the_sandbox_does_not_have_is_named(
    practice: Practice, xero: Xero
) -> None:
    said = practice.run("connect", "--sandbox", xero.url, "--tenant", "Nobody & Co")
    assert said.status == 1
    assert "Nobody & Co" in said.err
