"""Somebody who can write to the database, and knows it well: edits, deletions, swaps, cuts.

Run: python -m tests.tampering [--cases N] [--seed N] [--record]

Each case changes a small firm's record in one place, as SQL would, and the record is verified as
the command does it; then the change is taken back. What is not found is printed and counted. The
tamperer has everything but the key of the chain, and the head that was kept outside.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from counterfoil.web.store import DjangoOutbox

CASES = 10_000
EVIDENCE = Path(__file__).resolve().parents[1] / "docs" / "evidence"
CHAIN = {
    "web_event": ("at", "actor", "what", "before", "after", "detail", "witness", "organisation_id"),
    "web_auditentry": ("at", "events", "events_sha256", "mac", "organisation_id"),
}
PAPERS = {
    "web_request": ("body", "sha256", "seal", "key", "method", "path", "query", "frozen_at"),
    "web_answer": ("body", "sha256", "seal", "at", "status", "correlation_id", "late"),
    "web_revision": ("body", "fingerprint"),
}
RECORDED = {
    "web_revision": ("body", "fingerprint", "received_at", "actor", "revision"),
    "web_mappingversion": ("content", "saved_at", "actor", "version"),
}
"""Of what plans no posting the chain covers who handed it in, and when."""
Row = tuple[object, ...]


class Tamperer:
    """One case at a time on the database behind an alias; each tells what it did, or nothing."""

    def __init__(self, using: str, firm: int, chance: random.Random) -> None:
        self._using, self._firm, self._chance = using, firm, chance

    def edit(self, tables: Mapping[str, tuple[str, ...]] | None = None) -> str:
        """Change one column of one row into something else."""
        tables = tables or CHAIN
        table = self._chance.choice(sorted(tables))
        column = self._chance.choice(tables[table])
        number = self._any(table)
        ((old,),) = self._ask(f"SELECT {column} FROM {table} WHERE id = %s", number)
        new = self._other(old)
        self._do(f"UPDATE {table} SET {column} = %s WHERE id = %s", new, number)
        return f"edited {table}.{column}"

    def edit_paper(self) -> str:
        """Change a body that is kept, its hash, or what is read beside it."""
        return self.edit(PAPERS)

    def edit_recorded(self) -> str:
        """Change a document that posts nothing, or a version of the mapping; or delete it."""
        table = self._chance.choice(sorted(RECORDED))
        number = self._last_of(table)
        if not self._chance.randrange(4):
            self._do(f"DELETE FROM {table} WHERE id = %s", number)
            return f"deleted what {table} only records"
        column = self._chance.choice(RECORDED[table])
        ((old,),) = self._ask(f"SELECT {column} FROM {table} WHERE id = %s", number)
        self._do(f"UPDATE {table} SET {column} = %s WHERE id = %s", self._other(old), number)
        return f"edited what {table} only records: {column}"

    def delete(self) -> str:
        """Delete an event, an entry, or both and close the gap in the numbers."""
        table = self._chance.choice(("web_event", "web_auditentry", "web_answer", "web_revision"))
        self._do(f"DELETE FROM {table} WHERE id = %s", self._any(table))
        return f"deleted from {table}"

    def delete_commit(self) -> str:
        """Take a whole commit out, and renumber what follows so that no number is missing."""
        last = self._last()
        gone = self._chance.randint(1, last)
        for table in ("web_event", "web_auditentry"):
            self._do(f"DELETE FROM {table} WHERE firm_id = %s AND sequence = %s", self._firm, gone)
            for later in range(gone + 1, last + 1):
                self._do(
                    f"UPDATE {table} SET sequence = %s WHERE firm_id = %s AND sequence = %s",
                    later - 1,
                    self._firm,
                    later,
                )
        self._do("UPDATE web_audithead SET sequence = %s WHERE firm_id = %s", last - 1, self._firm)
        return "deleted a commit and closed the gap"

    def swap(self) -> str:
        """Exchange what two rows of a table say."""
        tables = {**CHAIN, **PAPERS}
        table = self._chance.choice(sorted(tables))
        columns = ", ".join(tables[table])
        rows = self._ask(f"SELECT id, {columns} FROM {table} WHERE firm_id = %s", self._firm)
        (one, *this), (other, *that) = self._chance.sample(rows, 2)
        if this == that:
            return ""
        places = ", ".join(f"{column} = %s" for column in tables[table])
        if "key" in tables[table]:
            # No two may have the same, not even for a moment.
            self._do(f"UPDATE {table} SET key = 'on its way' WHERE id = %s", other)
        self._do(f"UPDATE {table} SET {places} WHERE id = %s", *that, one)
        self._do(f"UPDATE {table} SET {places} WHERE id = %s", *this, other)
        return f"swapped rows of {table}"

    def truncate(self) -> str:
        """Cut the end off, and set the head to what is left."""
        left = self._chance.randint(0, self._last() - 1)
        found = self._ask(
            "SELECT mac FROM web_auditentry WHERE firm_id = %s AND sequence = %s", self._firm, left
        )
        for table in ("web_event", "web_auditentry"):
            self._do(f"DELETE FROM {table} WHERE firm_id = %s AND sequence > %s", self._firm, left)
        self._do(
            "UPDATE web_audithead SET sequence = %s, mac = %s WHERE firm_id = %s",
            left,
            found[0][0] if found else b"",
            self._firm,
        )
        return "cut the end off"

    def _any(self, table: str) -> object:
        rows = self._ask(f"SELECT id FROM {table} WHERE firm_id = %s ORDER BY id", self._firm)
        return self._chance.choice(rows)[0]

    def _last_of(self, table: str) -> object:
        ((last,),) = self._ask(f"SELECT max(id) FROM {table} WHERE firm_id = %s", self._firm)
        return last

    def _last(self) -> int:
        ((last,),) = self._ask(
            "SELECT max(sequence) FROM web_auditentry WHERE firm_id = %s", self._firm
        )
        assert isinstance(last, int)
        return last

    def _other(self, old: object) -> object:
        if isinstance(old, bytes):
            place = self._chance.randrange(len(old))
            changed = bytes([old[place] ^ (1 << self._chance.randrange(8))])
            return old[:place] + changed + old[place + 1 :]
        if isinstance(old, int):
            return not old if isinstance(old, bool) else old + self._chance.choice((-1, 1, 10))
        if isinstance(old, datetime):
            return old.replace(microsecond=(old.microsecond + 1) % 1_000_000)
        assert isinstance(old, str)
        if old.startswith("[["):
            return self._chance.choice(('[["page", "2"]]', '{"page": 2}', "7"))
        place = self._chance.randrange(len(old) or 1)
        return old[:place] + ("b" if old[place : place + 1] == "a" else "a") + old[place + 1 :]

    def _ask(self, statement: str, *values: object) -> list[Row]:
        from counterfoil.web import sql  # noqa: PLC0415 -- once Django is set up

        return sql.select(self._using, statement, values)

    def _do(self, statement: str, *values: object) -> None:
        from counterfoil.web import sql  # noqa: PLC0415 -- once Django is set up

        sql.change(self._using, statement, values)

    def acts(self) -> tuple[Callable[[], str], ...]:
        """Return all that it does."""
        return (
            self.edit,
            self.edit_paper,
            self.edit_recorded,
            self.delete,
            self.delete_commit,
            self.swap,
            self.truncate,
        )


def unfound(using: str, firm: int, key: bytes, cases: int, seed: int) -> tuple[Counter[str], int]:
    """Tamper so often; return what was done how often, and how much of it nobody found."""
    from django.db import transaction  # noqa: PLC0415 -- once Django is set up

    from counterfoil.web import audit, papers, verifying  # noqa: PLC0415 -- once Django is set up

    tamperer = Tamperer(using, firm, random.Random(seed))
    kept = verifying.verify(firm, key, using)
    assert isinstance(kept, audit.Head), kept
    assert not papers.fault(firm, using)
    done: Counter[str] = Counter()
    missed = 0
    while done.total() < cases:
        act = tamperer.acts()[done.total() % 7]
        with transaction.atomic(using=using):
            what = act()
            if what:
                done[what] += 1
                found = verifying.verify(firm, key, using, parts=1 + done.total() % 3)
                hidden = found == kept and not papers.fault(firm, using)
                missed += hidden
                if hidden:
                    print(f"case {done.total()}: not found: {what}")  # noqa: T201 -- a program
            transaction.set_rollback(True, using=using)
    return done, missed


def main() -> int:
    """Tamper with a firm of its own in a fresh SQLite file; 1 if anything was not found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", action="store_true", help="write docs/evidence/")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tampering-") as home:
        os.environ["COUNTERFOIL_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "counterfoil.web.settings"
        done, missed = _in(Path(home), given.cases, given.seed)
    lines = [f"{count:7,}  {what}" for what, count in sorted(done.items())]
    lines.append(f"{done.total():,} cases with seed {given.seed}, {missed} not found")
    print("\n".join(lines))  # noqa: T201 -- a program
    if given.record:
        _record(lines, given.cases, given.seed)
    return int(missed > 0)


def _in(home: Path, cases: int, seed: int) -> tuple[Counter[str], int]:
    import django  # noqa: PLC0415 -- once Django is set up

    django.setup()
    from tests.contract import stores  # noqa: PLC0415 -- once Django is set up

    with stores.prepared("tampering", stores.hurried(home / "tampering.sqlite3")) as alias:
        return unfound(alias, a_record(alias), stores.AUDIT_KEY, cases, seed)


def a_record(alias: str) -> int:
    """Let a firm take documents, post them and come back to them; return the firm."""
    from tests.contract import scene, stores  # noqa: PLC0415 -- once Django is set up

    box = stores.in_database(stores.new_organisation(alias), alias)
    noon = stores.NOON
    box.receive([scene.contact(), scene.bill("1"), scene.bill("2")], actor="import", now=noon)
    scene.post_all_due(box, scene.leased(box, noon), noon)
    box.retry([], actor="ann", now=noon)
    box.receive([scene.bill("3")], actor="bob", now=noon)
    scene.post_all_due(box, scene.leased(box, noon), noon)
    box.receive([replace(scene.bill("4"), intents=())], actor="bob", now=noon)
    _save_mapping(box)
    return box.firm_id


def _save_mapping(box: DjangoOutbox) -> None:
    """Keep a mapping as the shelf does, under the tests' key of the chain."""
    from django.db import transaction  # noqa: PLC0415 -- once Django is set up

    from counterfoil.web import models, papers  # noqa: PLC0415 -- once Django is set up
    from counterfoil.web.store.journal import Journal  # noqa: PLC0415 -- once Django is set up
    from tests.contract.stores import AUDIT_KEY, NOON  # noqa: PLC0415 -- once Django is set up

    with transaction.atomic(using=box.using):
        models.MappingVersion.objects.using(box.using).create(
            firm_id=box.firm_id,
            organisation_id=box.organisation_id,
            version=1,
            saved_at=NOON,
            actor="ann",
            content="{}",
        )
        journal = Journal(box, "ann", NOON, AUDIT_KEY)
        journal.note(papers.MAPPING, papers.version(1), papers.sha256(b"{}"))
        journal.close()


def _record(lines: list[str], cases: int, seed: int) -> None:
    now = datetime.now(UTC)
    text = "\n".join(
        (
            f"# Tampering, {now:%Y-%m-%d %H:%M} UTC\n",
            f"`python -m tests.tampering --cases {cases} --seed {seed} --record`\n",
            "```",
            *lines,
            "```\n",
        )
    )
    (EVIDENCE / f"tampering-{now:%Y-%m-%d}.md").write_text(text, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
