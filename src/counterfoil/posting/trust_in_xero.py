"""The trust leg in Xero: Σ trust banks + statutory deposit + paid by firm = trust liability + Σ U.

U is the firm's money that still lies in trust (documents.md, *The sums that must hold*). Xero's own
balances stand on both sides; U is told from what is linked. With one liability account for several
trust banks the leg is proved in total; with one for each it is proved per bank.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.core.documents import (
    FirmAdvance,
    StatutoryDeposit,
    TrustBillPayment,
    TrustOfficeTransfer,
)
from counterfoil.core.parts import bill_part

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from counterfoil.core.documents import Document
    from counterfoil.core.effects import Control, Controls


@dataclass
class Linked:
    """What of one trust account's documents is in Xero, in hundredths."""

    costs: int = 0
    deposit: int = 0
    paid_by_firm: int = 0


@dataclass(frozen=True, slots=True)
class Leg:
    """One proof, in hundredths; ``liability`` is positive where money is owed."""

    trust_accounts: tuple[str, ...]
    banks: int
    deposit: int
    paid_by_firm: int
    liability: int
    costs: int

    @property
    def difference(self) -> int:
        """What Xero's trust accounts are off by; anything but nil is a fault."""
        return self.banks + self.deposit + self.paid_by_firm - self.liability - self.costs


@dataclass(frozen=True, slots=True)
class TrustInXero:
    """The legs that prove Xero's trust accounts, and Trust Transfers, which must be nil."""

    per_bank: bool
    legs: tuple[Leg, ...]
    transfers: int

    @property
    def proved(self) -> bool:
        """Whether every leg agrees and Trust Transfers is nil."""
        return not self.transfers and not any(leg.difference for leg in self.legs)


class _Whole:
    """All parts of a document, whatever they are called."""

    def __contains__(self, _part: object) -> bool:
        return True


WHOLE = _Whole()


def linked_costs(
    document: Document, parts: Container[str], linked: Mapping[str, Linked], *, sign: int = 1
) -> None:
    """Add what is in Xero of a document that moves the firm's money in trust, or a deposit.

    ``linked`` makes an entry for each trust account that it is asked for. ``sign`` is -1 for a
    document that is moved back, of which the parts are the reversal's.
    """
    match document:
        case TrustBillPayment(trust_account=code, allocations=allocations):
            linked[code].costs += sign * sum(
                one.amount for one in allocations if bill_part(one.bill) in parts
            )
        case TrustOfficeTransfer(trust_account=code, direction=way, amount=amount) if "" in parts:
            linked[code].costs += sign * (amount if way == "to_trust" else -amount)
        case StatutoryDeposit(trust_account=code, direction=way, amount=amount) if "" in parts:
            linked[code].deposit += sign * (amount if way == "in" else -amount)
        case FirmAdvance(trust_account=code, direction=way, amount=amount) if "" in parts:
            linked[code].paid_by_firm += sign * (amount if way == "advance" else -amount)
        case _:
            return


def trust_in_xero(
    controls: Controls, linked: Mapping[str, Linked], balances: Mapping[str, int]
) -> TrustInXero:
    """Prove Xero's balances of the trust accounts against each other."""
    codes = tuple(controls.trust_banks)
    shared = len({controls.liabilities[code] for code in codes}) < len(codes)
    transfers = _balance(controls.transfers, balances)
    if shared or len(codes) == 1:
        return TrustInXero(
            per_bank=False, legs=(_total(controls, linked, balances),), transfers=transfers
        )
    legs = tuple(_of_one(code, controls, linked[code], balances) for code in codes)
    return TrustInXero(per_bank=True, legs=legs, transfers=transfers)


def _total(controls: Controls, linked: Mapping[str, Linked], balances: Mapping[str, int]) -> Leg:
    codes = tuple(controls.trust_banks)
    banks = dict.fromkeys(controls.trust_banks.values())
    liabilities = dict.fromkeys(controls.liabilities.values())
    return Leg(
        codes,
        sum(_balance(bank, balances) for bank in banks),
        _balance(controls.deposit, balances),
        _balance(controls.paid_by_firm, balances),
        -sum(_balance(liability, balances) for liability in liabilities),
        sum(linked[code].costs for code in codes),
    )


def _of_one(code: str, controls: Controls, linked: Linked, balances: Mapping[str, int]) -> Leg:
    """Prove one bank; its part of the deposit and the advances is known by links alone."""
    return Leg(
        (code,),
        _balance(controls.trust_banks[code], balances),
        linked.deposit,
        linked.paid_by_firm,
        -_balance(controls.liabilities[code], balances),
        linked.costs,
    )


def _balance(control: Control, balances: Mapping[str, int]) -> int:
    return 0 if control.account is None else balances.get(control.account.account_id, 0)
