"""Drift: what somebody changed, paid, voided or entered in Xero behind our back.

``shown`` holds both sides in one form, ``compare`` holds what was sent against what Xero shows,
``strangers`` looks at what nothing of ours is linked to, ``catalogue`` has the words.
Nothing here calls anybody or keeps anything (architecture.md, rule 13).
"""
