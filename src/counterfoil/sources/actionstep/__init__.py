"""Actionstep: matters, contacts and bill headers, read from its REST API a page at a time.

Its API exposes no bill lines, no payments and no trust ledger (facts: Actionstep API section 1.3);
so what is read here says which bills there are, and files say what stands in them.
"""
