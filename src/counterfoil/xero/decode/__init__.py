"""Xero's replies to values. One face over one module per family of reply."""

from counterfoil.xero.decode.chart import read_accounts, read_chart, read_organisation
from counterfoil.xero.decode.contacts import ContactPage, ContactRow, read_contacts
from counterfoil.xero.decode.elements import (
    Applied,
    Echo,
    ElementResult,
    LineRead,
    Reply,
    read_echoes,
    read_elements,
    read_reply,
)
from counterfoil.xero.decode.identity import Connection, Tokens, connections, tokens
from counterfoil.xero.decode.loose import Unreadable
from counterfoil.xero.decode.problems import Problem, problem
from counterfoil.xero.decode.reports import TrialBalanceRow, read_actions, read_trial_balance
from counterfoil.xero.decode.shown import ShownPage, read_shown

__all__ = [
    "Applied",
    "Connection",
    "ContactPage",
    "ContactRow",
    "Echo",
    "ElementResult",
    "LineRead",
    "Problem",
    "Reply",
    "ShownPage",
    "Tokens",
    "TrialBalanceRow",
    "Unreadable",
    "connections",
    "problem",
    "read_accounts",
    "read_actions",
    "read_chart",
    "read_contacts",
    "read_echoes",
    "read_elements",
    "read_organisation",
    "read_reply",
    "read_shown",
    "read_trial_balance",
    "tokens",
]
