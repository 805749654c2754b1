"""Where a posting stands, where it may go from there, and what each sort of state means."""

from __future__ import annotations

import pytest

from counterfoil.posting import states
from counterfoil.posting.states import State, may_move

WAYS = {
    "held": "held waiting ready prior posted withdrawn",
    "waiting": "held waiting ready prior posted withdrawn",
    "ready": "held waiting ready prior sending posted withdrawn",
    "sending": "ready unknown posted drafted mismatched refused",
    "unknown": "ready unknown posted drafted mismatched refused",
    "posted": "posted mismatched withdrawn",
    "drafted": "posted drafted mismatched withdrawn",
    "mismatched": "posted mismatched withdrawn",
    "refused": "held waiting ready prior posted withdrawn",
    "prior": "held waiting ready prior posted withdrawn",
    "withdrawn": "held waiting ready prior posted",
}
"""What only leaves by being sent, what only comes back by an answer, what never goes back."""


@pytest.mark.parametrize("before", list(State))
def test_a_posting_goes_only_where_the_protocol_lets_it(before: State) -> None:
    assert {after for after in State if may_move(before, after)} == set(WAYS[before].split())


def test_a_document_shows_the_worst_of_its_postings() -> None:
    worst = "refused mismatched held drafted unknown sending waiting ready posted prior withdrawn"
    assert list(states.WORST_FIRST) == worst.split()


@pytest.mark.parametrize(
    ("several", "names"),
    [
        (states.UNSENT, "held waiting ready prior refused"),
        (states.IN_XERO, "posted mismatched"),
        (states.TIED, "posted mismatched drafted"),
        (states.DONE_WITH, "posted withdrawn"),
        (
            states.UNFINISHED,
            "held waiting ready sending unknown drafted mismatched refused prior",
        ),
        (states.DECIDABLE, "mismatched refused"),
        (states.FINDABLE, "held waiting prior"),
        (states.ACCEPTABLE, "mismatched drafted"),
        (states.UNDER_WAY, "sending unknown"),
    ],
)
def test_each_sort_of_state_has_those_that_its_sentence_says(
    several: frozenset[State], names: str
) -> None:
    assert several == set(names.split())
