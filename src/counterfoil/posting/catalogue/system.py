"""Messages about Xero itself: the connection, its limits, its plans, and requests as such."""

from __future__ import annotations

from typing import Final

from counterfoil.posting.catalogue.words import (
    COMPARE,
    NOTHING,
    RECONNECT,
    REFRESH,
    REMAP,
    SUPPORT,
    Explanation,
)

SYSTEM: Final = (
    Explanation(
        "url_not_valid",
        ("url must be a valid absolute url",),
        "Xero does not accept the link back to the practice.",
        "Set the public address of this server to one that begins with https.",
    ),
    Explanation(
        "currency_not_enabled",
        ("organisation is not subscribed to currency",),
        "The currency is not enabled in Xero.",
        "Add the currency in Xero (it may need a larger plan).",
        REFRESH,
    ),
    Explanation(
        "plan_limit",
        ("you have reached the limit of invoices you can approve",),
        "The Xero plan allows no more approved invoices this month.",
        "Upgrade the Xero plan, or wait for next month.",
    ),
    Explanation(
        "not_found_in_xero",
        ("the document with the supplied id was not found",),
        "The object no longer exists in this Xero organisation.",
        "Check whether it was deleted there, or another organisation is connected.",
        COMPARE,
    ),
    Explanation(
        "key_reused",
        ("is used with a different request",),
        "Xero has seen this request's key with other content.",
        "Nothing to do: it is looked up and sent under a new key.",
        NOTHING,
    ),
    Explanation(
        "nothing_processed",
        ("no data has been processed for this endpoint",),
        "Xero found no document in the request.",
        "This is a defect of this program.",
        SUPPORT,
    ),
    Explanation(
        "organisation_offline",
        ("the organisation is offline",),
        "Xero has taken the organisation offline for a while.",
        "Nothing to do: it is tried again in a few minutes.",
        NOTHING,
    ),
    Explanation(
        "query_not_understood",
        ("queryparseexception",),
        "Xero did not understand what it was asked.",
        "This is a defect of this program.",
        SUPPORT,
    ),
    Explanation(
        "not_implemented",
        ("the api method called is not implemented",),
        "Xero does not offer this.",
        "This is a defect of this program.",
        SUPPORT,
    ),
    Explanation(
        "id_malformed",
        ("guid should contain 32 digits with 4 dashes",),
        "An id that is none reached Xero.",
        "If the mapping names an account as id:…, correct the id; otherwise it is a defect.",
        REMAP,
    ),
    Explanation(
        "token_expired",
        ("tokenexpired",),
        "The key that opens Xero was a few minutes too old.",
        "Nothing to do: a new one is fetched, and the same request is sent once more.",
        NOTHING,
    ),
    Explanation(
        "disconnected",
        ("authenticationunsuccessful",),
        "Xero no longer knows this connection: it was ended here or there, or belongs to another "
        "organisation.",
        "Connect again with the Xero login of the firm.",
        RECONNECT,
    ),
    Explanation(
        "scope_missing",
        ("authorizationunsuccessful",),
        "The connection was made without a permission that is needed now, or the Xero user's role"
        " does not allow this.",
        "Connect again and leave every permission ticked; the Xero user needs the role Standard "
        "or Adviser.",
        RECONNECT,
    ),
    Explanation(
        "grant_dead",
        ("invalid_grant",),
        "The permission to use Xero has ended: it was taken back, or not used for sixty days.",
        "Connect again with the Xero login of the firm.",
        RECONNECT,
    ),
    Explanation(
        "disconnected",
        ("disconnected",),
        "Somebody pressed Disconnect, or removed the app inside Xero.",
        "Connect again with the Xero login of the firm.",
        RECONNECT,
    ),
    Explanation(
        "not_found_in_xero",
        ("cannot be found",),
        "The object no longer exists in this Xero organisation.",
        "Check whether it was deleted there, or another organisation is connected.",
        COMPARE,
    ),
    Explanation(
        "xero_unwell",
        ("api server", "offline"),
        "Xero, or the way to it, is out of order.",
        "Nothing to do: it is tried again by itself.",
        NOTHING,
    ),
    Explanation(
        "xero_unwell",
        ("api server", "unstable"),
        "Xero, or the way to it, is out of order.",
        "Nothing to do: it is tried again by itself.",
        NOTHING,
    ),
    Explanation(
        "validation_failed",
        ("http 400",),
        "Xero refused the request and gave no reason.",
        "Look at the request beside the document in the practice.",
        SUPPORT,
    ),
    Explanation(
        "disconnected",
        ("http 401",),
        "Xero does not accept the connection.",
        "Connect again with the Xero login of the firm.",
        RECONNECT,
    ),
    Explanation(
        "scope_missing",
        ("http 403",),
        "The Xero user behind the connection may not do this, or the organisation is not the "
        "connected one.",
        "The Xero user needs the role Standard or Adviser; otherwise connect again.",
        RECONNECT,
    ),
    Explanation(
        "not_found_in_xero",
        ("http 404",),
        "The object no longer exists in this Xero organisation.",
        "Check whether it was deleted there, or another organisation is connected.",
        COMPARE,
    ),
    Explanation(
        "limit_reached",
        ("http 429",),
        "Xero allows no more calls for now.",
        "Nothing to do: it goes on by itself when the limit ends.",
        NOTHING,
    ),
    Explanation(
        "xero_unwell",
        ("http 500",),
        "Xero is out of order.",
        "Nothing to do: what happened is looked up, and it is tried again.",
        NOTHING,
    ),
    Explanation(
        "organisation_offline",
        ("http 503",),
        "Xero has taken the organisation offline for a while.",
        "Nothing to do: it is tried again in a few minutes.",
        NOTHING,
    ),
)
