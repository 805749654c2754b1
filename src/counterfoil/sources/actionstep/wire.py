"""What goes to Actionstep and comes back, and the ways in which a call can end.

Ended
├── SignInAgain    the grant is gone: a person has to consent again
├── NotGranted     the scope, or the user's rights, do not reach this resource
├── NotThere       this Actionstep has no such resource
├── ComeBack       too many calls: not before a time
└── Unreadable     an answer that nobody can use
    ├── Broken     it came with a status of trouble; retrying a 500 may be in vain
    └── Silent     none came at all
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

JSON_API = "application/vnd.api+json"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP call; its headers and body hold secrets and never show in ``repr``."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names in small letters."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


Send = Callable[[Request], Answer]
"""The seam to the network: one call, one answer; raises ``Unreadable`` where none came."""


class Ended(Exception):
    """A call that brought nothing; the message says why, in words for people."""


class SignInAgain(Ended):
    """The grant is gone: somebody has to consent again."""


class NotGranted(Ended):
    """The scope was not granted, or the user may not see this."""


class NotThere(Ended):
    """The firm's Actionstep has no such resource; which ones it has is found by asking."""


class ComeBack(Ended):
    """Too many calls. ``seconds`` is how long to wait if Actionstep said so, else None."""

    def __init__(self, seconds: int | None) -> None:
        super().__init__("Actionstep takes no more calls for now.")
        self.seconds = seconds


class Unreadable(Ended):
    """No answer, one that is not as the API describes it, or trouble at Actionstep's."""


class Silent(Unreadable):
    """No answer came: the network, or Actionstep, is down or slow."""


class Broken(Unreadable):
    """Actionstep answered, with trouble of its own or with a refusal that has no name."""
