"""The part of the mapping file that sets terms of trust accounting: rules, days, the firm's money.

A trust account may say ``"firm": {"client", "matters", "limit"}`` (rule T13); the settings may say
``trust_rules``, ``trust_dormant_days`` and ``bill_notice_days``. docs/mapping.md describes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.core.amounts import AmountFault, hundredths, money_text
from counterfoil.core.faults import seen, shown, suggestion
from counterfoil.core.mapping import Conduct, FirmMoney
from counterfoil.core.plain import Digits, below
from counterfoil.core.trust_rules import BY_ID, SETTABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from counterfoil.core.faults import Faults

FIRM: Final = ("client", "matters", "limit")
MOST_DAYS: Final = 36_500
MOST_MATTERS: Final = 100


def firm_money(raw: object, path: str, faults: Faults) -> FirmMoney | None:
    """Read what of the firm's own money may lie in a trust account; None where nothing is said."""
    if raw is None:
        return None
    if not isinstance(raw, dict):
        _wrong(raw, f"an object with {', '.join(FIRM)}", path, faults)
        return None
    for name in raw:
        if name not in FIRM:
            fix = suggestion(name, FIRM) or f"Leave it out. Known here: {', '.join(FIRM)}."
            faults.found("unknown_field", f"There is no {seen(name)} here.", fix, below(path, name))
    client = _text(raw.get("client"), below(path, "client"), faults)
    return FirmMoney(
        client, _matters(raw.get("matters"), path, faults), _limit(raw.get("limit"), path, faults)
    )


def plain_firm(firm: FirmMoney | None) -> dict[str, object] | None:
    """Return it as the mapping file says it."""
    if firm is None:
        return None
    limit = None if firm.limit is None else money_text(firm.limit)
    return {"client": firm.client, "matters": list(firm.matters), "limit": limit}


def _matters(raw: object, path: str, faults: Faults) -> tuple[str, ...]:
    where = below(path, "matters")
    if raw is None:
        return ()
    if isinstance(raw, dict):
        # The table has a row for each, so that they come under their own names.
        raw = list(raw.values())
    if not isinstance(raw, list) or len(raw) > MOST_MATTERS:
        _wrong(raw, f"a list of at most {MOST_MATTERS} ids of matters", where, faults)
        return ()
    return tuple(_text(each, f"{where}[{place}]", faults) for place, each in enumerate(raw))


def _limit(raw: object, path: str, faults: Faults) -> int | None:
    if raw is None or raw == "":
        return None
    try:
        amount = hundredths(raw) if isinstance(raw, str) else -1
    except AmountFault:
        amount = -1
    if amount < 0:
        _wrong(raw, 'an amount as "500.00"', below(path, "limit"), faults)
        return None
    return amount


def _text(raw: object, path: str, faults: Faults) -> str:
    if isinstance(raw, str) and not isinstance(raw, Digits) and raw.strip():
        return raw
    _wrong(raw, "an id, as documents name it", path, faults)
    return ""


def _rules(raw: object, path: str, faults: Faults) -> dict[str, Conduct]:
    """Read what single rules do otherwise; only those that the law leaves open may be named."""
    if not isinstance(raw, dict):
        _wrong(raw, 'an object as {"T1": "hold"}', path, faults)
        return {}
    read: dict[str, Conduct] = {}
    for name, value in raw.items():
        where = below(path, shown(name))
        if name not in SETTABLE:
            why = "is not left to the firm" if name in BY_ID else "is no rule of trust accounting"
            fix = f"Only {', '.join(SETTABLE)} may be set; see docs/trust.md."
            faults.found("not_a_choice", f"{seen(name)} {why}.", fix, where)
        elif value not in tuple(Conduct):
            fix = "Use hold or report."
            faults.found("not_a_choice", f"{seen(value)} is neither hold nor report.", fix, where)
        else:
            read[name] = Conduct(value)
    return read


def _days(raw: object, path: str, faults: Faults) -> int:
    """Read a number of days: a JSON number, or the same in a cell of the table."""
    text = str(raw) if isinstance(raw, str | int) and not isinstance(raw, bool) else ""
    if not text.isascii() or not text.isdigit() or int(text[:6]) > MOST_DAYS:
        _wrong(raw, f"a whole number of days, at most {MOST_DAYS:,}", path, faults)
        return 0
    return int(text)


def _wrong(raw: object, wanted: str, path: str, faults: Faults) -> None:
    faults.found("wrong_type", f"Here is {seen(raw)}, not {wanted}.", f"Give {wanted}.", path)


READ: Final[Mapping[str, Callable[[object, str, Faults], object]]] = {
    "trust_rules": _rules,
    "trust_dormant_days": _days,
    "bill_notice_days": _days,
}
"""The settings of trust accounting, with what reads each."""
