"""Trust streams for the small Australian firm, and its chart with every trust account."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.core.documents import Party
from counterfoil.core.mapping import Special, TrustAccount
from counterfoil.sample.bills import AUSTRALIAN, bills
from counterfoil.sample.trust import Ground, trust_stream
from tests.core.scene import CHART, MAPPING, account

if TYPE_CHECKING:
    from counterfoil.core.documents import Document

CLIENTS = tuple(Party(id=f"c-{n}", name=f"Client {n:03d} Pty Ltd") for n in range(1, 7))
PRACTICE = replace(AUSTRALIAN, clients=6)

TRUST_CHART = replace(
    CHART,
    accounts=(
        *CHART.accounts,
        account("092", "Trust Bank 2", "BANK", "ASSET"),
        account("615", "Statutory Deposit", "CURRENT", "ASSET"),
        account("616", "Paid by Firm", "CURRENT", "ASSET"),
        account("807", "Trust Liability 2", "CURRLIAB", "LIABILITY", takes_payments=True),
        account("800", "Accounts Payable", "CURRLIAB", "LIABILITY", system_account="CREDITORS"),
    ),
)
TRUST_MAPPING = replace(
    MAPPING,
    trust_accounts={
        "TRUST1": TrustAccount("091", "general", "NZ"),
        "TRUST2": TrustAccount("092", "controlled", "NZ"),
    },
    special=Special(
        trust_liability="805",
        trust_transfers="806",
        statutory_deposit="615",
        paid_by_firm="616",
    ),
)
PER_BANK = replace(
    TRUST_MAPPING,
    special=replace(TRUST_MAPPING.special, trust_liability={"TRUST1": "805", "TRUST2": "807"}),
)


def lawful(seed: int, count: int = 120) -> list[Document]:
    """Bills, and a trust stream that pays some of them."""
    billed = list(bills(seed, 20, practice=PRACTICE))
    ground = Ground(CLIENTS, billed, advances=True)
    return [*billed, *trust_stream(seed, count, ground)]
