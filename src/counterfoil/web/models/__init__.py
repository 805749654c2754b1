"""The durable store's tables, one module per group.

Every business table carries firm and organisation, and its unique constraints begin with the
organisation. Times and ids are arguments: nothing here asks a clock or draws a random number.
"""

from counterfoil.web.models.actionstep import (
    Actionstep,
    ActionstepBill,
    ActionstepDivision,
    ActionstepName,
)
from counterfoil.web.models.api import ApiKey, Delivery, Told, Webhook
from counterfoil.web.models.audit import AuditEntry, AuditHead, Event
from counterfoil.web.models.connection import (
    ChartVersion,
    Connection,
    ContactMirror,
    Lease,
    Limits,
    MappingVersion,
    PracticeAccount,
)
from counterfoil.web.models.copies import TrustIssue, TrustPaper
from counterfoil.web.models.daybook import (
    Document,
    DocumentFinding,
    KnownName,
    OtherName,
    Revision,
)
from counterfoil.web.models.drift import Drift, ReadBack, Reconciled
from counterfoil.web.models.layouts import Layout, Report
from counterfoil.web.models.outbox import (
    Answer,
    Counter,
    DayCount,
    Dependency,
    Link,
    Posting,
    Request,
    RequestMember,
)
from counterfoil.web.models.people import (
    Firm,
    Joining,
    Membership,
    Organisation,
    Role,
    User,
    Vendor,
)
from counterfoil.web.models.work import Draft, Proposal, Work

__all__ = [
    "Actionstep",
    "ActionstepBill",
    "ActionstepDivision",
    "ActionstepName",
    "Answer",
    "ApiKey",
    "AuditEntry",
    "AuditHead",
    "ChartVersion",
    "Connection",
    "ContactMirror",
    "Counter",
    "DayCount",
    "Delivery",
    "Dependency",
    "Document",
    "DocumentFinding",
    "Draft",
    "Drift",
    "Event",
    "Firm",
    "Joining",
    "KnownName",
    "Layout",
    "Lease",
    "Limits",
    "Link",
    "MappingVersion",
    "Membership",
    "Organisation",
    "OtherName",
    "Posting",
    "PracticeAccount",
    "Proposal",
    "ReadBack",
    "Reconciled",
    "Report",
    "Request",
    "RequestMember",
    "Revision",
    "Role",
    "Told",
    "TrustIssue",
    "TrustPaper",
    "User",
    "Vendor",
    "Webhook",
    "Work",
]
