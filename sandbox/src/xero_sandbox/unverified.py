"""What the sandbox does without anybody having seen live Xero do it: one table.

Each row has a key, and the code that acts on the guess carries a comment, "Not verified, see key",
so that a run against a live demo company can correct them one by one: the row goes, the comment
goes, and the code says where it was seen. Texts of refusals that are not certain come from the
catalogue of ``books.refusals``, which keeps its own grades.

``python -m xero_sandbox.unverified`` prints the table as Markdown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from xero_sandbox.books import refusals

Grade = Literal[
    "one report", "second-hand", "sources differ", "inferred", "chosen here", "shortcut"
]

GRADES: dict[Grade, str] = {
    "one report": "one person reports it from live Xero",
    "second-hand": "somebody else's reading of Xero's pages, or a client's code",
    "sources differ": "Xero's own pages, its OpenAPI file and reports contradict each other",
    "inferred": "concluded from what is known nearby",
    "chosen here": "nothing is known; this is what seemed natural",
    "shortcut": "known to differ from Xero, and said so",
}
"""What each grade of evidence means, the strongest first."""


@dataclass(frozen=True, slots=True)
class Unverified:
    """One behaviour that is a guess.

    ``where`` is the file of this package whose code carries the comment; ``why`` says more about
    the evidence, where there is more to say.
    """

    key: str
    subject: str
    behaviour: str
    grade: Grade
    where: str
    why: str = ""

    @property
    def evidence(self) -> str:
        """The grade, and what it rests on."""
        return f"{self.grade}: {self.why}" if self.why else self.grade


UNVERIFIED: tuple[Unverified, ...] = (
    Unverified(
        "limited-body",
        "429",
        "no body, everything in headers",
        "second-hand",
        "refusals.py",
        "a connector's author",
    ),
    Unverified(
        "limited-app-retry",
        "429 for the app's minute",
        "no Retry-After",
        "chosen here",
        "admission.py",
        "not documented",
    ),
    Unverified(
        "refused-call-cost",
        "a call that a limit refuses",
        "costs nothing of any limit",
        "chosen here",
        "limits.py",
    ),
    Unverified(
        "rapid-sync",
        "Rapid Sync",
        "switched off; the switch rapid_sync lifts minute and day",
        "second-hand",
        "limits.py",
    ),
    Unverified(
        "limits-of-strangers",
        "limits left, on 401, 403, 413 and bodies that cannot be unpacked",
        "those of the token's app and the organisation asked for, where both are known; of an"
        " unknown organisation the app's minute only, of an unknown token none",
        "chosen here",
        "admission.py",
        "Xero says that every response has them; nobody reports these",
    ),
    Unverified(
        "limit-windows",
        "limit windows",
        "fixed, and repeat in the rhythm of the first call",
        "sources differ",
        "limits.py",
        "old readings say rolling, newer ones fixed",
    ),
    Unverified(
        "not-found-text",
        "404 outside the API",
        "the phrase that client libraries use",
        "second-hand",
        "refusals.py",
        "no live body was found",
    ),
    Unverified(
        "auth-envelope",
        "401 and 403",
        "problem envelope with PascalCase keys; the switch lower_case_auth has the other",
        "sources differ",
        "refusals.py",
        "both were captured",
    ),
    Unverified(
        "internal-error-text",
        "500",
        "a problem envelope that points to the status page",
        "chosen here",
        "refusals.py",
    ),
    Unverified(
        "key-mismatch-place",
        "idempotency key with another request",
        "400 with the text at the top, not in Elements",
        "second-hand",
        "refusals.py",
    ),
    Unverified(
        "key-too-long",
        "idempotency key over 128 characters",
        "400 with words of our own",
        "chosen here",
        "refusals.py",
    ),
    Unverified(
        "key-in-process",
        "idempotency key whose first call still runs",
        "waits for the first answer; --key-in-process has three other readings",
        "chosen here",
        "admission.py",
        "not documented",
    ),
    Unverified(
        "key-lifetime",
        "life of an idempotency key",
        "six minutes from the first call",
        "sources differ",
        "idempotency.py",
        "two secondary notes say 24 hours",
    ),
    Unverified(
        "replayed-answer",
        "replay under an idempotency key",
        "same status and body, fresh limit headers",
        "chosen here",
        "performing.py",
    ),
    Unverified(
        "key-keeps-5xx",
        "5xx under an idempotency key",
        "kept, and replayed for six minutes",
        "second-hand",
        "performing.py",
    ),
    Unverified(
        "refresh-grace",
        "grace of a refresh token",
        "ends early once a token of the newer generation has been used",
        "inferred",
        "identity/grants.py",
        "invalid_grant reports of workers with two copies",
    ),
    Unverified(
        "custom-connection",
        "custom connection (client_credentials)",
        "belongs to the first organisation; its calls may leave the organisation's id out",
        "chosen here",
        "identity/oauth.py",
        "Xero ties the app to an organisation when it is made",
    ),
    Unverified(
        "consent-page",
        "consent page",
        "one page, one organisation",
        "second-hand",
        "identity/page.py",
    ),
    Unverified(
        "authorise-refusal",
        "wrong authorisation request",
        "a 400 page, no redirect",
        "chosen here",
        "identity/page.py",
    ),
    Unverified(
        "body-too-large",
        "body over 10 MB",
        "413 in plain text",
        "chosen here",
        "refusals.py",
    ),
    Unverified(
        "accept-any",
        "Accept: */* or none",
        "JSON; Xero would answer XML",
        "shortcut",
        "performing.py",
    ),
    Unverified(
        "accept-other",
        "Accept without JSON",
        "406 that says so; Xero would answer XML",
        "shortcut",
        "refusals.py",
    ),
    Unverified(
        "xml-body",
        "body in XML",
        "415 that says so; Xero would read it",
        "shortcut",
        "refusals.py",
    ),
    Unverified(
        "gzip",
        "gzip",
        "bodies of 1,000 bytes and more, where the caller takes it",
        "chosen here",
        "coding.py",
    ),
    Unverified(
        "summarise-default",
        "summarizeErrors left out",
        "true: one bad element makes the answer a 400",
        "sources differ",
        "books/visit.py",
        "Xero's OpenAPI file says false; its pages and live reports say true",
    ),
    Unverified(
        "summarise-parts",
        "400 of a batch",
        "lists the bad elements only, and the good ones stand",
        "one report",
        "books/exchange.py",
    ),
    Unverified(
        "broken-json",
        "a body that is no JSON",
        "ErrorNumber 14, PostDataInvalidException",
        "sources differ",
        "books/exchange.py",
        "14 or 17",
    ),
    Unverified(
        "not-found-here",
        "404 inside the API",
        "JSON with ErrorNumber 404, NotFoundException",
        "chosen here",
        "books/exchange.py",
        "no live body was found",
    ),
    Unverified(
        "query-name-case",
        "names of query parameters in another case",
        "read; of a name in two spellings the last one counts",
        "inferred",
        "wire.py",
        "Xero's page writes SummarizeErrors, its OpenAPI file summarizeErrors",
    ),
    Unverified(
        "json-bom",
        "a UTF-8 byte order mark before the JSON",
        "passed over",
        "inferred",
        "performing.py",
        ".NET's readers do so",
    ),
    Unverified(
        "decimal-strings",
        "numbers as JSON strings",
        "read on all numeric fields",
        "inferred",
        "books/incoming.py",
        "connectors send them on some",
    ),
    Unverified(
        "json-key-case",
        "names of JSON fields in another case",
        "read; of a name in two spellings the last one counts",
        "inferred",
        "books/leniency.py",
        "Json.NET does so, and Xero's API runs on it",
    ),
    Unverified(
        "json-numbers-for-text",
        "JSON numbers and booleans where text belongs",
        "read as their text",
        "inferred",
        "books/leniency.py",
        "Json.NET does so",
    ),
    Unverified(
        "json-thousands",
        "numbers as JSON strings with blanks or commas of thousands",
        "read; an empty string is a number left out",
        "inferred",
        "books/leniency.py",
        "Json.NET does so",
    ),
    Unverified(
        "json-text-for-booleans",
        "booleans as JSON strings or numbers",
        "true and false in any case, an empty string is left out, a number is true unless nil",
        "inferred",
        "books/leniency.py",
        "Json.NET does so",
    ),
    Unverified(
        "json-word-case",
        "AddressType and PhoneType in another case",
        "read; other words, such as Type and Status, have to be as documented",
        "inferred",
        "books/leniency.py",
        "Json.NET reads enumerations so; which of Xero's fields are some is not known",
    ),
    Unverified(
        "json-one-for-list",
        "a JSON object where a list belongs",
        "a list of it, and {} an empty list",
        "chosen here",
        "books/leniency.py",
        "what turns XML into JSON sends it; Json.NET alone would refuse it",
    ),
    Unverified(
        "json-empty-object",
        "an empty list where an object belongs",
        "the object is left out",
        "inferred",
        "books/leniency.py",
        "Xero says that its own answers may have it so",
    ),
    Unverified(
        "null-objects",
        "an object that is not there, in an answer",
        "left out; the setting nullObjects has empty arrays at the top of the elements instead",
        "inferred",
        "books/exchange.py",
        "Xero says that a null object may be an empty array, not where",
    ),
    Unverified(
        "since-forms",
        "If-Modified-Since",
        "forms of HTTP and ISO; others are passed over",
        "second-hand",
        "books/values.py",
        "client libraries",
    ),
    Unverified(
        "page-nonsense",
        "page and pageSize",
        "nonsense is 1 and 100; over 1000 is 1000",
        "chosen here",
        "books/query.py",
    ),
    Unverified(
        "unitdp-values",
        "unitdp",
        "4 or nothing; others are passed over",
        "inferred",
        "books/visit.py",
        "documented in part",
    ),
    Unverified(
        "where-single-equals",
        "where with a single =",
        "means ==",
        "inferred",
        "books/where.py",
        "Xero's optimised examples write it so",
    ),
    Unverified(
        "where-quotes",
        "quotes inside where texts",
        "escaped with a backslash",
        "inferred",
        "books/where.py",
    ),
    Unverified(
        "rounding-ties",
        "half a cent",
        "away from zero",
        "one report",
        "books/arithmetic.py",
        "a community manager's 2.165 that becomes 2.17",
    ),
    Unverified(
        "discount-rounding",
        "discounts",
        "the discount is rounded, then taken off",
        "inferred",
        "books/arithmetic.py",
        "from one published refusal",
    ),
    Unverified(
        "line-amount-tolerance",
        "LineAmount beside Quantity and UnitAmount",
        "has to agree to the cent",
        "inferred",
        "books/lines.py",
        "no tolerance is documented",
    ),
    Unverified(
        "tax-override",
        "TaxAmount of one's own",
        "taken up to the line amount, but on bank transactions it has to be Xero's",
        "sources differ",
        "books/lines.py",
        "documented; what it is held against is read two ways",
    ),
    Unverified(
        "bank-line-amount-types",
        "LineAmountTypes left out on a bank transaction",
        "Inclusive",
        "sources differ",
        "books/records.py",
        "Xero's pages say Inclusive, its OpenAPI file Exclusive",
    ),
    Unverified(
        "text-lengths",
        "length of Reference and Number",
        "255 everywhere",
        "inferred",
        "books/heads.py",
        "documented for invoices only",
    ),
    Unverified(
        "rate-left-out",
        "CurrencyRate left out",
        "1.000000: the sandbox has no rates of the day",
        "shortcut",
        "books/heads.py",
    ),
    Unverified(
        "rate-warning",
        "an odd CurrencyRate",
        "taken without the warning that Xero gives since April 2026",
        "shortcut",
        "books/heads.py",
        "neither its words nor what counts as odd is published; no rates of the day",
    ),
    Unverified(
        "zero-quantity",
        "Quantity 0",
        "refused on bank transactions only",
        "inferred",
        "books/lines.py",
    ),
    Unverified(
        "paid-bill-edit",
        "editing a paid bill",
        "non-financial fields, as on paid invoices",
        "sources differ",
        "books/documents.py",
        "pages say no, the changelog of March 2026 yes",
    ),
    Unverified(
        "empty-parts",
        "LineItems [] and Contact {} in an update",
        "are left out: what is there stays",
        "inferred",
        "books/documents.py",
        "Xero's sample of an updated invoice has both and its lines afterwards",
    ),
    Unverified(
        "updated-part-paid",
        "UpdatedDateUTC of a part-paid document",
        "stays when nothing but DueDate and SentToContact is changed",
        "inferred",
        "books/documents.py",
        "Xero names the two; that part-paid ends where nothing is due is a reading",
    ),
    Unverified(
        "contact-persons",
        "further fields of a contact within a document",
        "change the contact and delete its ContactPersons, unless some are sent",
        "one report",
        "books/parties.py",
        "in a call to /Contacts what is left out stays",
    ),
    Unverified(
        "payment-terms",
        "PaymentTerms of a contact",
        "kept and shown, but no document falls due by them; without a Day or Type refused",
        "inferred",
        "books/parties.py",
    ),
    Unverified(
        "contact-balances",
        "Balances of a contact",
        "open invoices less open credit, in their own currencies, on GET only; nil is left out",
        "inferred",
        "books/balances.py",
        "in Xero's samples Outstanding may be below Overdue and below nil",
    ),
    Unverified(
        "void-frees-number",
        "number of a voided invoice",
        "stays taken; that of a deleted one is free",
        "inferred",
        "books/numbering.py",
    ),
    Unverified(
        "post-by-number",
        "POST with a number that exists",
        "overwrites that invoice",
        "one report",
        "books/resources/papers.py",
    ),
    Unverified(
        "lock-boundary",
        "lock dates",
        "bind on the day itself too",
        "sources differ",
        "books/locks.py",
        "an old page says earlier than",
    ),
    Unverified(
        "lock-everywhere",
        "lock dates on payments, transfers, bank transactions and journals",
        "refuse with the words known from documents",
        "inferred",
        "books/locks.py",
    ),
    Unverified(
        "payment-reconciled",
        "deleting a reconciled payment",
        "refused",
        "inferred",
        "books/resources/payments.py",
        "not documented",
    ),
    Unverified(
        "payment-bank-amount",
        "payment with BankAmount",
        "its CurrencyRate is Amount over BankAmount, also where another one is sent",
        "inferred",
        "books/resources/payments.py",
        "the ledger has room for one of the two",
    ),
    Unverified(
        "payment-any-contact",
        "allocating to another contact's invoice",
        "refused",
        "inferred",
        "books/resources/allocations.py",
    ),
    Unverified(
        "transfer-delete",
        "deleting a bank transfer",
        "POST with Status DELETED; a reconciled one is refused",
        "sources differ",
        "books/resources/bank_transfers.py",
        "older pages say it cannot be done",
    ),
    Unverified(
        "transfer-currencies",
        "transfer between accounts of two currencies",
        "refused",
        "sources differ",
        "books/resources/bank_transfers.py",
        "older pages; the present limit is unconfirmed",
    ),
    Unverified(
        "batch-delete",
        "deleting a batch payment",
        "POST with Status DELETED",
        "sources differ",
        "books/resources/batch_payments.py",
        "a schema text says it is impossible, the operations exist",
    ),
    Unverified(
        "batch-whole",
        "batch payment with one bad member",
        "refused as a whole",
        "inferred",
        "books/resources/batch_payments.py",
    ),
    Unverified(
        "history-records",
        "what Xero writes into a history by itself",
        "Created, Edited, Submitted, Approved, Posted, Paid, Credit Applied, Voided, Deleted,"
        " Archived; the Details of payments and credits are the sandbox's own words",
        "second-hand",
        "books/events.py",
        "Xero's samples have Approved, Credit Applied and the Details; others list the rest",
    ),
    Unverified(
        "journals-tier",
        "Journals below the Advanced tier",
        "401 for want of scope",
        "inferred",
        "books/resources/journals.py",
    ),
    Unverified(
        "journal-lines",
        "lines of a journal",
        "net amounts summed by account, with tax on its own account: GrossAmount equals NetAmount,"
        " TaxAmount is nil, Description empty, TaxType and tracking are not there",
        "shortcut",
        "books/resources/journals.py",
        "Xero has a line for each line of the document, and its GrossAmount includes the tax",
    ),
    Unverified(
        "account-classes",
        "class of an account type",
        "the usual grouping",
        "inferred",
        "books/charts/__init__.py",
    ),
    Unverified(
        "starting-chart",
        "starting chart",
        "names, codes and tax types of a service business",
        "chosen here",
        "books/charts/__init__.py",
        "demo companies differ",
    ),
    Unverified(
        "uk-tax-classes",
        "UK tax rates by account class",
        "the pattern of Australia",
        "inferred",
        "books/charts/uk.py",
    ),
    Unverified(
        "rate-in-use",
        "deleting a tax rate that is in use",
        "refused where it stands on a line, or is the default of an account or contact",
        "inferred",
        "books/resources/tax_rates.py",
        "Xero's help locks the default rates of accounts; whether lines count is not known",
    ),
    Unverified(
        "own-rate-classes",
        "classes that a rate of one's own may stand on",
        "by its report type",
        "inferred",
        "books/resources/tax_rates.py",
        "from samples",
    ),
    Unverified(
        "plan-caps",
        "plan caps",
        "count approvals in a calendar month",
        "inferred",
        "books/organisation.py",
    ),
    Unverified(
        "merge",
        "merging contacts",
        "the merged one is archived and its documents move",
        "inferred",
        "books/control.py",
    ),
    Unverified(
        "prepayment-accounts",
        "prepayments in the ledger",
        "stand on the accounts of their own lines until used, and give them up in proportion",
        "inferred",
        "books/journalise.py",
    ),
    Unverified(
        "reversals",
        "what is edited, voided or deleted",
        "gets an opposite entry of the same date",
        "inferred",
        "books/ledger.py",
    ),
    Unverified(
        "allocation-entry",
        "allocations in the ledger",
        "one entry of two lines on the control account",
        "chosen here",
        "books/journalise.py",
    ),
    Unverified(
        "realised-gains",
        "foreign currency",
        "gains and losses on payment and allocation; open documents are never revalued",
        "shortcut",
        "books/journalise.py",
    ),
    Unverified(
        "cash-basis",
        "cash basis",
        "an invoice counts with each settlement, in proportion; overpayments stay on AR and AP",
        "inferred",
        "books/journalise.py",
    ),
    Unverified(
        "trial-balance-columns",
        "Debit and Credit of the trial balance",
        "the movement of the month; the YTD pair is the balance",
        "inferred",
        "books/reports/trial_balance.py",
        "from the header and Xero's sample",
    ),
    Unverified(
        "trial-balance-nil",
        "nil on the trial balance",
        "0.00 on the side where such accounts usually stand",
        "inferred",
        "books/reports/trial_balance.py",
        "from Xero's sample",
    ),
    Unverified(
        "balance-sheet-dates",
        "balance sheet without date or periods",
        "the end of this month, and a year earlier beside it",
        "one report",
        "books/reports/balance_sheet.py",
    ),
    Unverified(
        "report-list",
        "/Reports without a name",
        "an empty list, for a token with any scope of reports",
        "inferred",
        "books/resources/reports.py",
        "Xero lists published tax reports there",
    ),
    Unverified(
        "report-periods",
        "periods",
        "so many earlier ones beside the one asked for",
        "one report",
        "books/reports/asked.py",
    ),
    Unverified(
        "report-sections",
        "sections of profit and loss and balance sheet",
        "by account type, empty ones left out",
        "inferred",
        "books/reports/profit_and_loss.py",
        "from Xero's samples",
    ),
    Unverified(
        "report-dates",
        "dates of profit and loss",
        "this month; at most 365 days",
        "second-hand",
        "books/reports/profit_and_loss.py",
    ),
    Unverified(
        "report-tracking",
        "reports by tracking",
        "refused: the ledger keeps no tracking",
        "shortcut",
        "books/reports/asked.py",
    ),
    Unverified(
        "report-layout",
        "standardLayout",
        "there is one layout only",
        "shortcut",
        "books/reports/shape.py",
    ),
    Unverified(
        "aged-rows",
        "aged reports",
        "list credit notes and overpayments too, negative, in base currency",
        "inferred",
        "books/reports/aged.py",
    ),
    Unverified(
        "aged-opening",
        "opening balance of an aged report",
        "what is open of documents before fromDate (left out: the first document's date)",
        "inferred",
        "books/reports/aged.py",
    ),
    Unverified(
        "bank-summary-reversals",
        "bank summary",
        "money that was deleted again counts neither as received nor as spent",
        "inferred",
        "books/reports/bank_summary.py",
    ),
)

_OF_REFUSALS: dict[refusals.Grade, Grade] = {
    "M": "one report",
    "L": "second-hand",
    "INF": "inferred",
}
_CATALOGUE = "books/refusals.py"


def texts() -> Iterator[Unverified]:
    """Yield a row for every refusal whose words are not certain, keyed by its name."""
    for name, one in vars(refusals).items():
        if isinstance(one, refusals.Refusal) and one.unverified:
            why = "" if one.number is None else f"section 21, number {one.number}"
            key = f"text-{name.lower().replace('_', '-')}"
            grade = _OF_REFUSALS[one.grade]
            yield Unverified(key, "a text", one.text, grade, _CATALOGUE, why)


def everything() -> tuple[Unverified, ...]:
    """Return the whole table: behaviours, then texts."""
    return (*UNVERIFIED, *texts())


def markdown() -> str:
    """Return the table as a Markdown page."""
    rows = everything()
    grades = "".join(f"- **{grade}**: {words}\n" for grade, words in GRADES.items())
    lines = "".join(
        f"| `{one.key}` | {one.subject} | {_cell(one.behaviour)} | {one.evidence} |"
        f" `{one.where}` |\n"
        for one in rows
    )
    return (
        "# What is not verified\n\n"
        "Nothing in xero_sandbox was tested against live Xero. These are its guesses:"
        f" {len(UNVERIFIED)} behaviours and {len(rows) - len(UNVERIFIED)} texts. A row goes when"
        " somebody has seen the real thing; `xero-sandbox compare` helps to look.\n\n"
        f"{grades}\n"
        "| key | subject | what the sandbox does | evidence | code |\n"
        "| --- | --- | --- | --- | --- |\n"
        f"{lines}"
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    print(markdown(), end="")  # noqa: T201 - the page is for a file
