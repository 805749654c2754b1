"""A practice that works in Actionstep for a year: bills drafted, sent, paid, changed, deleted."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from actionstep_simulator.rows import Row
from actionstep_simulator.simulator import Simulator

DIVISIONS = ("1", "2")
CENT = Decimal("0.01")


@dataclass
class Practice:
    """What happens in a practice, drawn by chance; ``did`` counts each sort of change."""

    simulator: Simulator
    chance: random.Random
    did: Counter[str] = field(default_factory=Counter)
    _numbers: int = 20_000

    def __post_init__(self) -> None:
        self.acts = {
            "new client": (self.client, 2),
            "new matter": (self.matter, 2),
            "draft": (self.draft, 6),
            "sent": (self.send, 6),
            "paid": (self.pay, 4),
            "closed": (self.close, 3),
            "changed total": (self.change_total, 1),
            "changed head": (self.change_head, 1),
            "back to draft": (self.withdraw, 0.3),
            "deleted": (self.delete, 0.5),
            "gone": (self.lose, 0.1),
            "state without a meaning": (self.odd, 0.3),
            "put right": (self.right, 0.3),
            "client renamed": (self.rename, 0.5),
            "client gone": (self.drop_client, 0.2),
        }

    def begin(self, now: dt.datetime) -> None:
        """Open for business: two divisions, some clients and matters."""
        for division in DIVISIONS:
            self.simulator.rows.add("divisions", now, {"participant": None}, id=int(division))
        self.simulator.rows._last = 100
        for _ in range(5):
            self.client(now)
            self.matter(now)

    def live(self, now: dt.datetime) -> None:
        """Let a few things happen."""
        names, weights = zip(
            *((name, weight) for name, (_, weight) in self.acts.items()), strict=True
        )
        for name in self.chance.choices(names, weights, k=self.chance.randrange(8)):
            self.did[name] += self.acts[name][0](now)

    def of_status(self, *statuses: str) -> Row | None:
        """Return some bill in one of these states."""
        rows = self.simulator.rows.tables["bills"].values()
        found = [row for row in rows if row.values["status"] in statuses]
        return self.chance.choice(found) if found else None

    def client(self, now: dt.datetime) -> bool:
        name = f"Client {self.chance.randrange(10**6)}"
        self.simulator.rows.add("participants", now, displayName=name, email="a@example.com")
        return True

    def matter(self, now: dt.datetime) -> bool:
        self.simulator.rows.add("actions", now, name="Lease", reference=str(self.chance.random()))
        return True

    def draft(self, now: dt.datetime) -> bool:
        rows, chance = self.simulator.rows, self.chance
        matters = [str(key) for key in rows.tables["actions"]]
        links: dict[str, str | list[str] | None] = {
            "theirParticipant": str(chance.choice(list(rows.tables["participants"]))),
            "action": chance.sample(matters, chance.choice((1, 1, 1, 2))),
            "division": chance.choice(DIVISIONS),
        }
        rows.add(
            "bills",
            now,
            links,
            status="Draft",
            ourReference=self._number(),
            invoiceDate=now.date(),
            dueDate=now.date() + dt.timedelta(days=14),
            currency="AUD",
            totalPaid=Decimal(0),
            **self._figures(),
        )
        return True

    def _number(self) -> str:
        """Return the next number; now and then one that was given already, or nearly so."""
        drawn = self.chance.random()
        if drawn < 0.06:
            used = (
                f"Inv-{self.chance.randrange(max(self._numbers - 20, 20_000), self._numbers + 1)}"
            )
            return used if drawn < 0.03 else used.upper()
        self._numbers += 1
        return f"Inv-{self._numbers}"

    def _figures(self) -> dict[str, Decimal]:
        net = Decimal(self.chance.randrange(1_000, 900_000)) / 100
        tax = (net / 10).quantize(CENT)
        return {
            "totalInclusive": net + tax,
            "totalExclusive": net,
            "totalSalesTax": tax,
            "totalDue": net + tax,
        }

    def _change(self, row: Row | None, now: dt.datetime, **values: object) -> bool:
        if row is None:
            return False
        self.simulator.rows.change("bills", row.id, now, None, **values)  # type: ignore[arg-type] # as the simulator takes them
        return True

    def send(self, now: dt.datetime) -> bool:
        return self._change(self.of_status("Draft"), now, status="Open")

    def pay(self, now: dt.datetime) -> bool:
        row = self.of_status("Open")
        if row is None:
            return False
        total = row.values["totalInclusive"]
        assert isinstance(total, Decimal)
        paid = (total * self.chance.choice((1, 2)) / 2).quantize(CENT)
        return self._change(row, now, totalPaid=paid, totalDue=total - paid)

    def close(self, now: dt.datetime) -> bool:
        return self._change(self.of_status("Open"), now, status="Closed")

    def change_total(self, now: dt.datetime) -> bool:
        return self._change(self.of_status("Open"), now, **self._figures())

    def change_head(self, now: dt.datetime) -> bool:
        return self._change(
            self.of_status("Open", "Closed"), now, dueDate=now.date() + dt.timedelta(days=30)
        )

    def withdraw(self, now: dt.datetime) -> bool:
        return self._change(self.of_status("Open"), now, status="Draft")

    def odd(self, now: dt.datetime) -> bool:
        """Give a bill a state that the API does not name."""
        return self._change(self.of_status("Draft", "Open", "Closed"), now, status="Voided")

    def right(self, now: dt.datetime) -> bool:
        return self._change(self.of_status("Voided"), now, status="Open")

    def delete(self, now: dt.datetime) -> bool:
        row = self.of_status("Open", "Closed", "Draft")
        if row is not None:
            self.simulator.rows.delete("bills", row.id, now)
        return row is not None

    def lose(self, now: dt.datetime) -> bool:
        """Let a bill vanish without a mark, as the API does not promise that none does."""
        del now
        row = self.of_status("Open", "Draft")
        if row is not None:
            del self.simulator.rows.tables["bills"][row.id]
        return row is not None

    def rename(self, now: dt.datetime) -> bool:
        key = self.chance.choice(list(self.simulator.rows.tables["participants"]))
        name = f"Client {self.chance.randrange(10**6)} Pty Ltd"
        self.simulator.rows.change("participants", key, now, None, displayName=name)
        return True

    def drop_client(self, now: dt.datetime) -> bool:
        """Delete a contact that no bill names, without a trace."""
        rows = self.simulator.rows.tables
        billed = {row.links["theirParticipant"] for row in rows["bills"].values()}
        free = [key for key in rows["participants"] if str(key) not in billed]
        if not free:
            return False
        self.simulator.rows.delete("participants", self.chance.choice(free), now)
        return True
