"""Rule T13: the firm's own money lies in trust only where it may, and no more than it may.

Facts: trust accounting, section 3.2. Two things are the firm's: ledgers in its own name (a float
for the bank's charges, interest that belongs to it), and office money put into trust that neither
makes good a shortage nor was paid for a client. Which ledgers, and how much, the law leaves to the
regulator and the firm: the mapping says so for each trust account, and without it nothing is
judged.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from counterfoil.core.documents import TrustOfficeTransfer
from counterfoil.core.findings import Finding, warning
from counterfoil.core.money import amount_text
from counterfoil.core.trust import LedgerKey, Noted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterfoil.core.mapping import FirmMoney
    from counterfoil.core.trust_event import Event


class FirmsMoney:
    """T13, by trust account; ``firm`` has the accounts that the mapping says something about."""

    def __init__(self, firm: Mapping[str, FirmMoney]) -> None:
        """Start with no money of the firm's."""
        self._firm = firm
        self._named: dict[str, int] = defaultdict(int)
        self._put_in: dict[str, int] = defaultdict(int)
        self._lent: dict[str, int] = defaultdict(int)
        self._before: dict[str, int] = {}
        self._raised: dict[str, Event] = {}

    def enter(self, event: Event) -> Iterator[Finding]:
        """Judge the ledgers that a document touches, and follow what of the firm's lies there."""
        if not self._firm:
            return
        for move in event.moves:
            rule = self._firm.get(move.trust_account)
            if rule is None:
                continue
            for ledger, amount, *_ in move.ledgers:
                yield from self._ledger(event, move.trust_account, rule, ledger, amount)
            before = self._lies(move.trust_account)
            self._before.setdefault(move.trust_account, before)
            if self._is_put_in(event):
                self._put_in[move.trust_account] += move.costs
            self._lent[move.trust_account] += move.paid_by_firm
            self._named[move.trust_account] += sum(
                amount for ledger, amount, *_ in move.ledgers if _is_firms(ledger, rule)
            )
            if before < self._lies(move.trust_account):
                self._raised[move.trust_account] = event

    def end_day(self) -> Iterator[Noted]:
        """Say in which accounts more of the firm's lies than before, and more than may."""
        for account, event in self._raised.items():
            now, limit = self._lies(account), self._firm[account].limit
            if limit is not None and self._before[account] < now > limit:
                yield Noted(event.document.key, _above(event, account, now, limit))
        self._before.clear()
        self._raised.clear()

    def _is_put_in(self, event: Event) -> bool:
        document = event.original or event.document
        return isinstance(document, TrustOfficeTransfer) and document.direction == "to_trust"

    def _lies(self, account: str) -> int:
        """What of the firm's own lies in the account: what it lent to clients is not there."""
        return self._named[account] + max(0, self._put_in[account] - self._lent[account])

    def _ledger(
        self, event: Event, account: str, rule: FirmMoney, ledger: LedgerKey, amount: int
    ) -> Iterator[Finding]:
        firms, named = ledger.client == rule.client, ledger.matter in rule.matters
        about = f"ledger:{account}/{ledger.client}/{ledger.matter}"
        if firms and not named:
            yield warning(
                "firm_ledger_not_named",
                f"Money of the firm itself ({ledger.client}) moves on matter {ledger.matter} of "
                f"{account}, which is none of the firm's own ledgers ({event.place.cite('T13')}).",
                "Take the firm's money out of trust, or name the ledger in the mapping.",
                "matter",
                about,
            )
        elif named and not firms and amount:
            yield warning(
                "client_in_firm_ledger",
                f"Money of client {ledger.client} moves on matter {ledger.matter} of {account}, "
                f"which is a ledger of the firm's own ({event.place.cite('T13')}).",
                "Keep the client's money on a matter of the client's.",
                "matter",
                about,
            )


def _is_firms(ledger: LedgerKey, rule: FirmMoney) -> bool:
    return ledger.client == rule.client


def _above(event: Event, account: str, lies: int, limit: int) -> Finding:
    return warning(
        "firm_money_above_limit",
        f"{amount_text(lies)} of the firm's own money lies in {account}; at most "
        f"{amount_text(limit)} may ({event.place.cite('T13')}).",
        "Move what is above the limit to the office.",
        "amount",
        f"trust_account:{account}",
    )
