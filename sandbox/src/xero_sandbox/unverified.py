"""What the outer half does without having seen live Xero do it.

Each row says where, what the sandbox does, and on what evidence (the grades of the facts on
Xero's API: documented, read by others, inferred, or chosen here). A run against a live demo
company can correct them one by one; the README shows the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unverified:
    """One behaviour or text that is a guess, and what the guess rests on."""

    where: str
    behaviour: str
    evidence: str


UNVERIFIED: tuple[Unverified, ...] = (
    Unverified("429", "no body, everything in headers", "one connector's author"),
    Unverified("429 appminute", "no Retry-After", "not documented"),
    Unverified("a refused call", "costs nothing of any limit", "chosen here"),
    Unverified(
        "Rapid Sync", "switched off; the switch rapid_sync lifts minute and day", "read by others"
    ),
    Unverified("limit windows", "repeat in the rhythm of the first call", "read by others"),
    Unverified("404 text", "the phrase that client libraries use", "read by others"),
    Unverified(
        "401, 403 text",
        "problem envelope with PascalCase keys; the switch lower_case_auth has the other",
        "both captured by others",
    ),
    Unverified("500 text", "points to the status page, problem envelope", "chosen here"),
    Unverified("key mismatch", "text at the top, not in Elements", "read by others"),
    Unverified("key over 128 characters", "400 with our own words", "chosen here"),
    Unverified("key in process", "waits for the first answer; --key-in-process", "chosen here"),
    Unverified("replayed answer", "same status and body, fresh limit headers", "chosen here"),
    Unverified("5xx under a key", "kept and replayed for six minutes", "read by others"),
    Unverified(
        "refresh grace",
        "ends early once a token of the newer generation has been used",
        "inferred from invalid_grant reports of workers with two copies",
    ),
    Unverified("consent page", "one page, one organisation", "read by others"),
    Unverified("wrong authorisation request", "a 400 page, no redirect", "chosen here"),
    Unverified("body over 10 MB", "413 plain text", "chosen here"),
    Unverified("Accept: */* or none", "JSON; Xero would answer XML", "shortcut"),
    Unverified(
        "If-Modified-Since", "forms of HTTP and ISO; others passed over", "client libraries"
    ),
    Unverified("page and pageSize", "nonsense is 1 and 100; over 1000 is 1000", "chosen here"),
    Unverified("unitdp", "4 or nothing; others passed over", "documented in part"),
    Unverified("gzip", "bodies of 1,000 bytes and more, where the caller takes it", "chosen here"),
    Unverified("body in XML", "415 that says so; Xero would read it", "shortcut"),
    Unverified("Accept without JSON", "406 that says so; Xero would answer XML", "shortcut"),
)
