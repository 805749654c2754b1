"""What the month-end papers of a trust account are called in each place, and who signs: as data.

Names follow the rules that ask for the papers; each entry cites them. Where a rule names no signer
the paper has room for whoever reviews it. Not legal advice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.core.jurisdictions import Jurisdiction


@dataclass(frozen=True, slots=True)
class PaperNames:
    """The words of one place.

    ``account`` is what the bank account is called, ``signs`` who puts a name under the month end,
    ``source`` the rule that asks for the papers.
    """

    account: str
    cash_book: str
    ledger: str
    balances: str
    signs: tuple[str, ...]
    source: str = ""


_PLAIN = PaperNames(
    account="trust account",
    cash_book="Cash book",
    ledger="Ledger",
    balances="List of ledger balances",
    signs=("Prepared by", "Reviewed by"),
)
_AUSTRALIA = PaperNames(
    account="general trust account",
    cash_book="Trust account receipts and payments cash books",
    ledger="Trust ledger account",
    balances="List of trust ledger accounts",
    signs=("Prepared by", "Reviewed by a principal"),
)


def _uniform(state: str) -> PaperNames:
    rules = f"Legal Profession Uniform General Rules 2015 ({state}), rules 38, 44 to 48"
    return replace(_AUSTRALIA, source=rules)


NAMES: Final[Mapping[str, PaperNames]] = MappingProxyType(
    {
        "": _PLAIN,
        "AU-NSW": _uniform("NSW"),
        "AU-VIC": _uniform("Vic"),
        "AU-WA": _uniform("WA"),
        "AU-QLD": replace(
            _AUSTRALIA, source="Legal Profession Regulation 2017 (Qld), section 44 (review: (3)(b))"
        ),
        "AU-ACT": replace(_AUSTRALIA, source="Legal Profession Regulation 2007 (ACT), section 48"),
        "AU-SA": replace(_AUSTRALIA, source="legal profession legislation of South Australia"),
        "AU-TAS": replace(_AUSTRALIA, source="legal profession legislation of Tasmania"),
        "AU-NT": replace(_AUSTRALIA, source="legal profession legislation of the NT"),
        "NZ": PaperNames(
            account="trust account",
            cash_book="Trust account cash book",
            ledger="Client ledger",
            balances="List of client ledger balances",
            signs=("Prepared by", "Trust account supervisor"),
            source="Lawyers and Conveyancers Act (Trust Account) Regulations 2008, "
            "regulations 11, 12, 16 and 17",
        ),
        "GB-EAW": PaperNames(
            account="client account",
            cash_book="Client account cash book",
            ledger="Client ledger",
            balances="List of client ledger balances",
            signs=("Prepared by", "Signed off by the COFA or a manager"),
            source="SRA Accounts Rules 2019, rules 8.1 to 8.3",
        ),
        "US": PaperNames(
            account="trust account",
            cash_book="Receipt and disbursement journals",
            ledger="Client ledger",
            balances="Trial balance of the client ledgers",
            signs=("Prepared by", "Reviewed by the responsible lawyer"),
            source="ABA Model Rules for Client Trust Account Records, rule 1",
        ),
        "CA-ON": PaperNames(
            account="trust account",
            cash_book="Trust receipts and disbursements journal",
            ledger="Client trust ledger",
            balances="List of client trust balances",
            signs=("Prepared by", "Reviewed by the licensee"),
            source="Law Society of Ontario, By-Law 9, section 18",
        ),
    }
)


def names_of(place: Jurisdiction) -> PaperNames:
    """Return the words of a place; plain ones where it has none of its own."""
    return NAMES.get(place.code, _PLAIN)
