"""Accounts (facts: Xero API section 16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xero_sandbox.books import exchange, query, refusals
from xero_sandbox.books.charts import CLASS_OF_TYPE
from xero_sandbox.books.incoming import AccountIn
from xero_sandbox.books.lines import check_tax_type
from xero_sandbox.books.organisation import add_account
from xero_sandbox.books.records import Account
from xero_sandbox.books.values import ZERO_ID, moment, moment_of

if TYPE_CHECKING:
    from xero_sandbox.books.exchange import Body, Outcome
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.visit import Visit
    from xero_sandbox.wire import Handled

WRITTEN = exchange.Kind("accounts", AccountIn)
_LONGEST_CODE = 10
_LONGEST_NAME = 150
_LONGEST_DESCRIPTION = 4000


def handle(visit: Visit) -> Handled:
    """Answer a call on /Accounts; a write takes the first element only."""
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ():
            return _list(visit)
        case "GET", (named,):
            return exchange.answer(visit, Accounts=[body_of(_find(visit.organisation, named))])
        case "PUT", ():
            return exchange.first(visit, WRITTEN, lambda sent: _create(visit, sent))
        case "POST", ():
            return exchange.first(visit, WRITTEN, lambda sent: _change_named(visit, sent))
        case "POST", (named,):
            account = _find(visit.organisation, named)
            return exchange.first(visit, WRITTEN, lambda sent: _change(visit, account, sent))
        case "DELETE", (named,):
            outcome = _delete(visit, _find(visit.organisation, named))
            return exchange.single(visit, "Accounts", outcome, None)
        case _:
            raise exchange.not_implemented()


def _find(organisation: Organisation, named: str) -> Account:
    found = organisation.accounts.get(named.lower())
    if found is None or found.status == "DELETED":
        raise exchange.not_found()
    return found


def _list(visit: Visit) -> Handled:
    rows = [one for one in visit.organisation.accounts.values() if one.status != "DELETED"]
    listing = query.listing(visit, rows, FIELDS, pages=False)
    return exchange.answer(visit, Accounts=[body_of(one) for one in listing.rows])


def _create(visit: Visit, incoming: AccountIn) -> Outcome:
    kind = incoming.type or ""
    errors: list[str] = []
    untaxed = visit.organisation.chart.untaxed
    account = Account(ZERO_ID, None, "", kind, CLASS_OF_TYPE.get(kind, ""), untaxed)
    if kind not in CLASS_OF_TYPE:
        errors.append(refusals.ACCOUNT_TYPE_NOT_VALID.say(kind))
    if not incoming.name:
        errors.append(refusals.ACCOUNT_FIELD_MISSING.say("Name"))
    if kind == "BANK":
        account.currency = visit.organisation.currency
        account.bank_kind = "BANK"
        if not incoming.bank_account_number:
            errors.append(refusals.ACCOUNT_FIELD_MISSING.say("BankAccountNumber"))
    elif not incoming.code:
        errors.append(refusals.ACCOUNT_FIELD_MISSING.say("Code"))
    _read(visit, account, incoming, errors)
    if not errors:
        account.account_id = visit.new_id()
        add_account(visit.organisation, account)
        visit.applied.append(account.account_id)
    return exchange.Outcome(body_of(account), errors)


def _change_named(visit: Visit, incoming: AccountIn) -> Outcome:
    return _change(visit, _find(visit.organisation, incoming.account_id or ""), incoming)


def _change(visit: Visit, before: Account, incoming: AccountIn) -> Outcome:
    errors: list[str] = []
    if incoming.status is not None:
        return _change_status(visit, before, incoming)
    if before.status == "ARCHIVED":
        return exchange.Outcome(body_of(before), [refusals.ACCOUNT_STATUS_ONLY.text])
    account = msgspec.structs.replace(before)
    if before.system is not None and _touches_system(before, incoming):
        errors.append(refusals.ACCOUNT_SYSTEM.text)
    elif incoming.type is not None and _is_new_type(before, incoming.type):
        errors.append(refusals.ACCOUNT_TYPE_NOT_VALID.say(incoming.type))
    elif incoming.type is not None:
        account.kind = incoming.type
        account.account_class = CLASS_OF_TYPE[incoming.type]
    _read(visit, account, incoming, errors)
    if not errors:
        _replace(visit, before, account)
    return exchange.Outcome(body_of(account), errors)


def _touches_system(before: Account, incoming: AccountIn) -> bool:
    """Whether more would change than the name, code and description of a system account."""
    fixed = (
        (incoming.type, before.kind),
        (incoming.tax_type, before.tax_type),
        (incoming.enable_payments_to_account, before.payments_enabled),
    )
    return any(sent is not None and sent != kept for sent, kept in fixed)


def _is_new_type(before: Account, kind: str) -> bool:
    """Whether a type is none at all, or would make a bank account or turn one into another."""
    return kind not in CLASS_OF_TYPE or (kind != before.kind and "BANK" in {kind, before.kind})


def _change_status(visit: Visit, before: Account, incoming: AccountIn) -> Outcome:
    """Archive or restore, which must come alone and never on a system account.

    Even details that would change nothing are refused beside a Status.
    """
    errors: list[str] = []
    if _has_details(incoming):
        errors.append(refusals.ACCOUNT_ARCHIVE_ALONE.text)
    if incoming.status not in {"ACTIVE", "ARCHIVED"}:
        errors.append(refusals.STATUS_NOT_VALID.say(incoming.status))
    elif before.system is not None and incoming.status == "ARCHIVED":
        errors.append(refusals.ACCOUNT_ARCHIVE_SYSTEM.text)
    account = msgspec.structs.replace(before, updated=visit.now)
    if not errors and incoming.status is not None:
        account.status = incoming.status
        _replace(visit, before, account)
    return exchange.Outcome(body_of(account), errors)


def _has_details(incoming: AccountIn) -> bool:
    details = set(incoming.__struct_fields__) - {"account_id", "status"}
    return any(getattr(incoming, name) is not None for name in details)


def _replace(visit: Visit, before: Account, account: Account) -> None:
    if before.code:
        visit.organisation.account_ids_by_code.pop(before.code, None)
    add_account(visit.organisation, account)
    visit.applied.append(account.account_id)


def _read(visit: Visit, account: Account, incoming: AccountIn, errors: list[str]) -> None:
    organisation = visit.organisation
    account.updated = visit.now
    if incoming.code is not None:
        account.code = incoming.code or None
        _check_code(organisation, account, errors)
    if incoming.name is not None:
        account.name = incoming.name
        _check_name(organisation, account, errors)
    if incoming.description is not None:
        account.description = incoming.description
        if len(incoming.description) > _LONGEST_DESCRIPTION:
            refusal = refusals.TEXT_TOO_LONG.say("Description", _LONGEST_DESCRIPTION)
            errors.append(refusal)
    if incoming.tax_type is not None and incoming.tax_type != account.tax_type:
        account.tax_type = incoming.tax_type
        _check_tax(organisation, account, errors)
    if incoming.enable_payments_to_account is not None:
        account.payments_enabled = incoming.enable_payments_to_account
    if incoming.show_in_expense_claims is not None:
        account.expense_claims = incoming.show_in_expense_claims
    if incoming.add_to_watchlist is not None:
        account.watchlist = incoming.add_to_watchlist
    if account.kind == "BANK":
        _read_bank(organisation, account, incoming, errors)


def _check_code(organisation: Organisation, account: Account, errors: list[str]) -> None:
    if account.code is None:
        return
    if len(account.code) > _LONGEST_CODE:
        errors.append(refusals.ACCOUNT_CODE_LONG.text)
    holder = organisation.account_ids_by_code.get(account.code)
    if holder not in {None, account.account_id}:
        errors.append(refusals.ACCOUNT_CODE_TAKEN.text)


def _check_name(organisation: Organisation, account: Account, errors: list[str]) -> None:
    if len(account.name) > _LONGEST_NAME:
        errors.append(refusals.TEXT_TOO_LONG.say("Name", _LONGEST_NAME))
    folded = account.name.casefold()
    for other in organisation.accounts.values():
        if (
            other.account_id != account.account_id
            and other.status != "DELETED"
            and other.name.casefold() == folded
        ):
            errors.append(refusals.ACCOUNT_NAME_TAKEN.text)
            return


def _check_tax(organisation: Organisation, account: Account, errors: list[str]) -> None:
    known = account if account.account_class else None
    check_tax_type(organisation, account.tax_type, known, errors)


def _read_bank(
    organisation: Organisation, account: Account, incoming: AccountIn, errors: list[str]
) -> None:
    if incoming.bank_account_number is not None:
        account.bank_number = incoming.bank_account_number
    if incoming.bank_account_type in {"BANK", "CREDITCARD"}:
        account.bank_kind = incoming.bank_account_type
    elif incoming.bank_account_type == "PAYPAL":
        errors.append(refusals.ACCOUNT_TYPE_NOT_VALID.say("PAYPAL"))
    if incoming.currency_code is not None:
        account.currency = incoming.currency_code
        if incoming.currency_code not in organisation.settings.currencies:
            errors.append(refusals.CURRENCY_NOT_SUBSCRIBED.say(incoming.currency_code))


def _delete(visit: Visit, account: Account) -> Outcome:
    errors: list[str] = []
    if account.system is not None:
        errors.append(refusals.ACCOUNT_SYSTEM.text)
    elif visit.organisation.ledger.used(account.account_id) or _on_drafts(visit, account):
        errors.append(refusals.ACCOUNT_IN_USE.text)
    else:
        account.status = "DELETED"
        account.updated = visit.now
        if account.code:
            visit.organisation.account_ids_by_code.pop(account.code, None)
        visit.applied.append(account.account_id)
    return exchange.Outcome(body_of(account), errors)


def _on_drafts(visit: Visit, account: Account) -> bool:
    wanted = account.account_id
    documents = visit.organisation.documents.values()
    if any(line.account_id == wanted for one in documents for line in one.lines):
        return True
    journals = visit.organisation.journals.values()
    return any(line.account_id == wanted for one in journals for line in one.lines)


def body_of(account: Account) -> Body:
    """Return an account as printed; a bank account without a code has no Code at all."""
    shown: Body = {
        "AccountID": account.account_id,
        "Name": account.name,
        "Status": account.status,
        "TaxType": account.tax_type,
        "EnablePaymentsToAccount": account.payments_enabled,
        "ShowInExpenseClaims": account.expense_claims,
        "HasAttachments": False,
        "UpdatedDateUTC": moment(account.updated),
        "AddToWatchlist": account.watchlist,
    }
    if account.account_class:
        shown["Type"] = account.kind
        shown["Class"] = account.account_class
    if account.code:
        shown["Code"] = account.code
    if account.description:
        shown["Description"] = account.description
    if account.system is not None:
        shown["SystemAccount"] = account.system
    if account.kind == "BANK":
        shown["BankAccountNumber"] = account.bank_number or ""
        shown["BankAccountType"] = account.bank_kind or "BANK"
        if account.currency is not None:
            shown["CurrencyCode"] = account.currency
    return shown


FIELDS: query.Fields[Account] = {
    "AccountID": lambda _, one: one.account_id,
    "Code": lambda _, one: one.code,
    "Name": lambda _, one: one.name,
    "Type": lambda _, one: one.kind,
    "Class": lambda _, one: one.account_class,
    "Status": lambda _, one: one.status,
    "TaxType": lambda _, one: one.tax_type,
    "SystemAccount": lambda _, one: one.system,
    "EnablePaymentsToAccount": lambda _, one: one.payments_enabled,
    "BankAccountNumber": lambda _, one: one.bank_number,
    "UpdatedDateUTC": lambda _, one: moment_of(one.updated),
}
