"""An Actionstep on your own machine: the part of its API that a billing connector reads.

It knows what Actionstep publishes and no more: matters, contacts, bill headers, time and
disbursements. There is no bill line, no payment, no trust ledger, as there is none in the real
API; such resources answer 404. What surprises real clients is here on purpose (``quirks``).
"""
