"""``counterfoil statement``: a bank's file beside the trust books, once and whole."""

from __future__ import annotations

import contextlib
from pathlib import Path

from tests.cli.scene import Practice, trust_receipt

ROWS = "Date,Description,Amount,Balance\n19/06/2026,Deposit TR-1,100.00,100.00\n"
JUNE = ("--from", "2026-06-01", "--to", "2026-06-30")


def test_a_statement_is_taken_once_and_reconciles(tmp_path: Path) -> None:
    file = tmp_path / "june.csv"
    file.write_text(ROWS)
    with contextlib.closing(Practice(tmp_path)) as practice:
        words = ("statement", str(file), "--trust-account", "TRUST1")
        practice.take(trust_receipt("1"))
        said = practice.run(*words, *JUNE)
        assert said.status == 0, said
        assert "date from “Date”" in said.out
        assert "TRUST1, 2026-06-01 to 2026-06-30: 0.00 at the start, 1 movement" in said.out
        assert practice.run(*words, *JUNE, "--json").json["taken"] == "unchanged"
        (trust,) = practice.run("reconcile", "--as-of", "2026-06-30", "--json").json["trust"]
        assert (trust["statement"], trust["difference"]) == ("100.00", "0.00")
        overlapping = practice.run(*words, "--json")
        assert overlapping.status == 1
        assert overlapping.json["findings"][0]["code"] == "statement_overlaps"
        file.write_text(ROWS.replace("100.00", "90.00"))
        other = practice.run(*words, *JUNE)
        assert other.status == 1
        assert "--replace" in other.err
        assert practice.run(*words, *JUNE, "--replace", "--json").json["taken"] == "revised"
        file.write_text("Date,Amount\nyesterday,1.00\n")
        bad = practice.run(*words, "--opening", "0")
        assert bad.status == 1
        assert bad.out.endswith("Nothing was taken in.\n")
        assert bad.err.startswith("line 2, date: “yesterday” is no date.")
