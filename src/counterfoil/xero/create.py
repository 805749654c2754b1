"""Creating an account in Xero: the one thing that we write there and that is no posting."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.posting.retry import WRITE_SECONDS
from counterfoil.posting.target import Answer, Call
from counterfoil.xero.decode import problem

if TYPE_CHECKING:
    from counterfoil.core.chart import Account


class NewAccount(NamedTuple):
    """An account as it is to be; ``type`` is Xero's own word, as in ``CURRLIAB``.

    Bank accounts alone have a ``bank_number``; they need no code, and Xero takes no tax of them.
    """

    code: str
    name: str
    type: str
    tax_type: str
    takes_payments: bool = False
    bank_number: str = ""


def account(wanted: NewAccount, key: str) -> Call:
    """Return the call that creates an account: one a call (facts: Xero API section 16).

    ``key`` is its idempotency key.
    """
    body: dict[str, str | bool] = {"Name": wanted.name, "Type": wanted.type}
    if wanted.code:
        body["Code"] = wanted.code
    if wanted.bank_number:
        body["BankAccountNumber"] = wanted.bank_number
    else:
        body |= {"TaxType": wanted.tax_type, "EnablePaymentsToAccount": wanted.takes_payments}
    return Call("PUT", "/Accounts", body=json.dumps(body).encode(), key=key, seconds=WRITE_SECONDS)


def complaints(answer: Answer) -> tuple[str, ...]:
    """Return why Xero did not create it, in its own words; nothing if it says that it did.

    What it says is not proof: an account is created when it is in the chart (facts: section 10).
    """
    if answer.status == 200:  # noqa: PLR2004 -- HTTP's own
        return ()
    return problem(answer).messages or (f"HTTP {answer.status}",)


def is_there(wanted: NewAccount, accounts: tuple[Account, ...]) -> bool:
    """Tell whether the chart has the account as it was wanted."""
    return any(
        (one.code or "", one.name, one.type) == (wanted.code, wanted.name, wanted.type)
        and one.active
        for one in accounts
    )
