"""The log tells how the programs run, and never what they carry."""

import contextlib
import io
import json
import logging
import logging.config
from collections.abc import Iterator

import pytest

from counterfoil.posting.records import ConnectionState, Grant
from counterfoil.posting.target import Answer, Arrival, Call, NoAnswer
from counterfoil.web import logs
from counterfoil.xero.client import Client
from counterfoil.xero.courier import HttpCourier
from counterfoil.xero.wire import Endpoints
from tests.web.cast import As

SECRET = "eyJhbGciOiJSUzI1NiJ9.secret"
CALL = Call(
    "PUT", "/Invoices", (("InvoiceNumbers", "INV-1001"),), b'{"Contact":{"Name":"Ng"}}', key="k1"
)

GRANT = Grant(ConnectionState.CONNECTED, 1, "org-1", access_token=SECRET, refresh_token=SECRET)


class Played(Client):
    """A client that answers what the test says."""

    arrival: Arrival

    def ask(
        self, call: Call, *, access_token: str, tenant_id: str, endpoints: Endpoints
    ) -> Arrival:
        assert call.path
        assert access_token == SECRET
        assert tenant_id
        assert endpoints == Endpoints.xero()
        return self.arrival


@contextlib.contextmanager
def logging_as(choice: str) -> Iterator[io.StringIO]:
    """What is logged with this setting; afterwards the tests' own logging is back."""
    root, ours = logging.getLogger(), logging.getLogger("counterfoil")
    handlers, levels = root.handlers[:], (root.level, ours.level)
    logging.config.dictConfig(logs.settings(choice))
    said = io.StringIO()
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(said)
    try:
        yield said
    finally:
        root.handlers[:] = handlers
        root.setLevel(levels[0])
        ours.setLevel(levels[1])


def carried(arrival: Arrival, choice: str = logs.JSON) -> str:
    """What the log says of one call."""
    with logging_as(choice) as said, Played() as client:
        client.arrival = arrival
        courier = HttpCourier(client, Endpoints.xero(), threads=1)
        courier.start("t1", CALL, GRANT)
        assert courier.wait(5)
        courier.close()
    return said.getvalue()


def test_a_call_is_logged_with_the_id_that_xeros_support_asks_for() -> None:
    said = json.loads(carried(Answer(200, {"xero-correlation-id": "c-9"}, b"{}")))
    assert (said["method"], said["path"], said["outcome"]) == ("PUT", "/Invoices", 200)
    assert (said["correlation"], said["tenant"], said["level"]) == ("c-9", "org-1", "INFO")


def test_a_call_without_an_answer_is_a_warning() -> None:
    said = json.loads(carried(NoAnswer("no answer came in time", left=True)))
    assert (said["level"], said["outcome"]) == ("WARNING", "no answer came in time")


def test_neither_token_nor_client_nor_number_is_logged() -> None:
    said = carried(Answer(400, {}, b'{"Message":"Ng owes"}'))
    assert "/Invoices" in said
    for secret in (SECRET, "Ng", "INV-1001", "k1"):
        assert secret not in said


def test_people_get_a_line_they_can_read() -> None:
    said = carried(Answer(200, {"xero-correlation-id": "c-9"}, b"{}"), logs.TEXT)
    assert "INFO counterfoil.calls PUT /Invoices: 200 in" in said
    assert said.endswith("tenant org-1, correlation c-9\n")


def test_commands_speak_for_themselves() -> None:
    assert carried(NoAnswer("no answer came in time", left=True), logs.QUIET) == ""


def test_nothing_handed_in_makes_a_line_of_its_own() -> None:
    with logging_as(logs.TEXT) as said:
        logging.getLogger(logs.SECURITY).warning("no: %s", "x\nERROR everything\x1b[2J is lost")
    (line,) = said.getvalue().splitlines()
    assert "no: x\\x0aERROR everything\\x1b[2J is lost" in line


def test_who_is_kept_from_something_is_logged(
    signed_in: As, caplog: pytest.LogCaptureFixture
) -> None:
    assert signed_in("carol").get("/programs/").status_code == 403
    assert "user:carol@example.com" in caplog.text
    assert "may not programs" in caplog.text


def test_a_fault_says_nothing_of_its_inside_and_is_logged(
    signed_in: As, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("INV-1001 of Ng: secret words")

    monkeypatch.setattr("counterfoil.web.services.people.members", broken)
    bob = signed_in("bob")
    bob.raise_request_exception = False
    answer = bob.get("/people/")
    assert answer.status_code == 500
    assert b"The fault is ours" in answer.content
    for inside in (b"INV-1001", b"RuntimeError", b"Traceback", b"counterfoil/web"):
        assert inside not in answer.content
    (logged,) = (one for one in caplog.records if one.levelname == "ERROR")
    assert "/people/" in logged.getMessage()
    assert logged.exc_info is not None
    assert logged.exc_info[0] is RuntimeError
