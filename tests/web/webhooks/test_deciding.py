"""What is worth telling, and when it is told again."""

import datetime as dt

import pytest

from counterfoil.posting.states import State
from counterfoil.web.webhooks import deciding
from counterfoil.web.webhooks.deciding import Event

NOW = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize("state", State)
def test_only_what_is_in_xero_or_waits_for_a_person_is_told(state: State) -> None:
    event = deciding.event_of("bill", state)
    told = {State.POSTED: Event.POSTED, **dict.fromkeys(deciding.STUCK, Event.STUCK)}
    assert event == told.get(state)
    assert (event is not None) == (state in deciding.TELLING)


def test_a_contact_is_told_of_only_when_it_keeps_documents_waiting() -> None:
    assert deciding.event_of("contact", State.POSTED) is None
    assert deciding.event_of("contact", State.HELD) is Event.STUCK


def test_the_waits_grow_and_come_to_an_end_after_three_days() -> None:
    waits = [deciding.next_try(tries, NOW) for tries in range(1, 10)]
    gaps = [due - NOW for due in waits if due]
    assert gaps == sorted(gaps)
    assert waits[-1] is None
    assert dt.timedelta(days=2.5) < sum(gaps, dt.timedelta()) < dt.timedelta(days=3)
