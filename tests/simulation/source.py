"""Documents of which the practice sends more than one version, and which of them must count.

The newest does, whether anything of it was sent before or not: what Xero holds already is stated
there in place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.simulation import verdict
from tests.simulation.office import bill, supplier_bill

if TYPE_CHECKING:
    import random
    from collections import Counter

    from tests.simulation.story import Story
    from tests.simulation.verdict import Fact

Document = dict[str, Any]


def alternatives(chance: random.Random) -> list[list[Document]]:
    """Return bills that are changed or renumbered, and two that claim one number."""
    return [
        _changed(chance, 0),
        _changed(chance, 1),
        _renumbered(chance),
        _changed_purchase(chance),
        _changed_often(chance),
        _one_number(chance),
    ]


def _changed(chance: random.Random, n: int) -> list[Document]:
    amount = chance.randint(1_000, 90_000)
    first = bill(f"ra-{n}", n, amount)
    return [first | {"revision": 1}, bill(f"ra-{n}", n, amount + 5) | {"revision": 2}]


def _changed_purchase(chance: random.Random) -> list[Document]:
    amount = chance.randint(1_000, 90_000)
    first = supplier_bill("rs-0", 0, amount)
    return [first | {"revision": 1}, supplier_bill("rs-0", 0, amount + 5) | {"revision": 2}]


def _changed_often(chance: random.Random) -> list[Document]:
    """A bill that is changed three times: most often something of it stands in Xero by then."""
    amount = chance.randint(1_000, 90_000)
    return [bill("rm-0", 1, amount + n) | {"revision": n + 1} for n in range(4)]


def _renumbered(chance: random.Random) -> list[Document]:
    amount = chance.randint(1_000, 90_000)
    first = bill("rn-0", 2, amount)
    return [first | {"revision": 1}, first | {"revision": 2, "number": "RN-OTHER"}]


def _one_number(chance: random.Random) -> list[Document]:
    amount = chance.randint(1_000, 90_000)
    shared = {"number": "ONE-NUMBER"}
    return [bill("rt-0", 3, amount) | shared, bill("rt-1", 3, amount + 9) | shared]


def stands(story: Story, found: Counter[Fact]) -> tuple[list[Document], list[str]]:
    """Return the version of each that counts, and what nobody was told about another.

    Of two bills that claim one number it is the one that came first.
    """
    chosen, unsaid = [], []
    for several in story.alternatives:
        if "revision" in several[0]:
            chosen.append(several[-1])
            continue
        there = [one for one in several if _is_there(one, found)]
        chosen.append(there[0] if there else several[-1])
        if not story.refused:
            unsaid.append("silent: nobody was told that two bills claim one number")
    return chosen, unsaid


def _is_there(document: Document, found: Counter[Fact]) -> bool:
    return all(found[fact] for fact in verdict.expected([document]))
