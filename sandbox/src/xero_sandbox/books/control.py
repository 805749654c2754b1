"""The test hooks on an organisation that real Xero does not have (interfaces.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books.values import date_of, read_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from xero_sandbox.books.organisation import Organisation, Settings

TIERS = ("starter", "core", "plus", "advanced", "enterprise")
NULL_OBJECTS = ("absent", "empty_array")
ARITHMETIC = ("known", "ties_to_even", "cent_more")
PLANS = ("DEMO", "TRIAL", "STARTER", "STANDARD", "PREMIUM", "ULTIMATE", "LEDGER")


class SettingError(ValueError):
    """A setting or object of the control routes that does not exist or has a wrong value."""


def ledger_lines(organisation: Organisation) -> list[dict[str, object]]:
    """Return the double entry behind the reports, one row per ledger line, money as text.

    A document that was changed or taken back shows its first entry and the opposite one.
    """
    rows: list[dict[str, object]] = []
    for entry in organisation.ledger.entries:
        for account_id, amount in entry.lines:
            rows.append(
                {
                    "date": date_of(entry.date)[:10],
                    "account_code": organisation.accounts[account_id].code,
                    "account_id": account_id,
                    "debit": _text(max(amount, 0)),
                    "credit": _text(max(-amount, 0)),
                    "source_type": entry.source_type,
                    "source_id": entry.source_id,
                    "reference": entry.reference,
                }
            )
    return rows


def _text(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def mark_reconciled(organisation: Organisation, kind: str, object_id: str) -> None:
    """Mark a bank transaction, payment or batch payment as reconciled with a bank statement.

    ``kind`` is ``bank_transaction``, ``payment`` or ``batch_payment``, also in Xero's spelling
    and plural. Raises ``SettingError`` for an unknown kind or id.
    """
    folded = kind.replace("_", "").casefold().removesuffix("s")
    named = object_id.lower()
    if folded == "banktransaction" and named in organisation.bank_transactions:
        organisation.bank_transactions[named].reconciled = True
    elif folded == "batchpayment" and named in organisation.batches:
        organisation.batches[named].reconciled = True
    elif folded == "payment" and named in organisation.payments:
        organisation.payments[named].reconciled = True
    else:
        message = f"There is no {kind!r} with the id {object_id!r} that could be reconciled."
        raise SettingError(message)


# Not verified, see merge.
def merge_contacts(
    organisation: Organisation, from_id: str, into_id: str, now: datetime | None = None
) -> None:
    """Merge one contact into another, as a person does inside Xero.

    The merged one is archived, keeps its number and says where it went; its documents move.
    ``now`` is when it was last changed then.
    """
    gone = organisation.contacts.get(from_id.lower())
    into = organisation.contacts.get(into_id.lower())
    if gone is None or into is None or gone is into:
        message = "Merging needs two different contacts of this organisation."
        raise SettingError(message)
    if organisation.contact_ids_by_name.get(gone.name.casefold()) == gone.contact_id:
        del organisation.contact_ids_by_name[gone.name.casefold()]
    gone.status = "ARCHIVED"
    gone.merged_to = into.contact_id
    if now is not None:
        gone.updated = int(now.timestamp() * 1000)
    for document in organisation.documents.values():
        if document.contact_id == gone.contact_id:
            document.contact_id = into.contact_id
    for transaction in organisation.bank_transactions.values():
        if transaction.contact_id == gone.contact_id:
            transaction.contact_id = into.contact_id


def change_settings(
    organisation: Organisation, body: Mapping[str, object], now: datetime | None = None
) -> None:
    """Change what a person would change inside Xero. Nothing changes when any key is wrong.

    Keys, also with underscores or a capital: ``periodLockDate``, ``endOfYearLockDate``
    (``YYYY-MM-DD`` or null), ``adviser`` (boolean), ``multicurrency`` (boolean),
    ``currencies`` (codes; the base currency stays), ``salesCap``, ``purchasesCap`` (approvals a
    month, or null), ``plan`` (Xero's Class), ``tier`` (the app's), ``actionsDenied`` (names),
    ``mergeContacts`` (``{"from","into"}``), ``arithmetic`` (how sums are computed
    from now on), ``nullObjects`` (how objects that are not there are printed). Raises
    ``SettingError`` with words.
    """
    changes: list[tuple[str, object]] = []
    merges: list[object] = []
    for key, value in body.items():
        known = _KEYS.get(key.replace("_", "").casefold())
        if known is None:
            message = f"There is no setting {key!r}; there are {', '.join(_KEYS.values())}."
            raise SettingError(message)
        if known == _MERGE:
            merges.append(value)
        else:
            name, read = _READERS[known]
            changes.append((name, read(known, value)))
    for value in merges:
        _merge(organisation, value, now)
    settings: Settings = organisation.settings
    for name, value in changes:
        setattr(settings, name, value)
    if organisation.currency not in settings.currencies:
        settings.currencies.insert(0, organisation.currency)


def _merge(organisation: Organisation, value: object, now: datetime | None) -> None:
    if not isinstance(value, dict) or set(value) != {"from", "into"}:
        message = 'mergeContacts must be {"from": id, "into": id}.'
        raise SettingError(message)
    merge_contacts(organisation, str(value["from"]), str(value["into"]), now)


def _date(key: str, value: object) -> int | None:
    if value is None:
        return None
    ordinal = read_day(value) if isinstance(value, str) else None
    if ordinal is None:
        message = f"{key} must be a date as YYYY-MM-DD, or null."
        raise SettingError(message)
    return ordinal


def _flag(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        message = f"{key} must be true or false."
        raise SettingError(message)
    return value


def _cap(key: str, value: object) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        message = f"{key} must be a whole number from 0, or null."
        raise SettingError(message)
    return value


def _texts(key: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        message = f"{key} must be a list of texts."
        raise SettingError(message)
    return list(value)


def _choice(choices: tuple[str, ...]) -> Callable[[str, object], str]:
    def read(key: str, value: object) -> str:
        if value not in choices:
            message = f"{key} must be one of {', '.join(choices)}."
            raise SettingError(message)
        return str(value)

    return read


_READERS: dict[str, tuple[str, Callable[[str, object], object]]] = {
    "periodLockDate": ("period_lock", _date),
    "endOfYearLockDate": ("year_lock", _date),
    "adviser": ("adviser", _flag),
    "multicurrency": ("multicurrency", _flag),
    "currencies": ("currencies", _texts),
    "salesCap": ("sales_cap", _cap),
    "purchasesCap": ("purchases_cap", _cap),
    "plan": ("plan", _choice(PLANS)),
    "tier": ("tier", _choice(TIERS)),
    "actionsDenied": ("actions_denied", _texts),
    "arithmetic": ("arithmetic", _choice(ARITHMETIC)),
    "nullObjects": ("null_objects", _choice(NULL_OBJECTS)),
}
_MERGE = "mergeContacts"
_KEYS = {key.casefold(): key for key in (*_READERS, _MERGE)}
