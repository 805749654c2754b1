"""Write the rules of trust accounting into docs/trust.md, from the table that judges.

Run: python -m tools.trust_table [--check]

With ``--check`` nothing is written; the status says whether the page is as it should be.
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

from counterfoil.core.jurisdictions import ANYWHERE, JURISDICTIONS, Jurisdiction
from counterfoil.core.mapping import Conduct
from counterfoil.core.trust_rules import INVARIANTS, Invariant

PAGE = Path(__file__).parents[1] / "docs" / "trust.md"
BEGIN = "<!-- python -m tools.trust_table writes from here -->"
END = "<!-- to here -->"
DOES = {Conduct.HOLD: "holds", Conduct.REPORT: "reports"}


def table() -> str:
    """Return the tables of rules, of the law behind them, and of places."""
    rules = ["| rule | says | does | setting | judged in |", "| --- | --- | --- | --- | --- |"]
    rules += [_rule(one) for one in INVARIANTS]
    law = ["| rule | rests on |", "| --- | --- |", *(_law(one) for one in INVARIANTS)]
    places = [
        "| jurisdiction | where | an overdrawn ledger | reconciled | recorded within | kept |",
        "| --- | --- | --- | --- | --- | --- |",
        *(_place(one) for one in (*JURISDICTIONS.values(), ANYWHERE)),
    ]
    return "\n\n".join("\n".join(lines) for lines in (rules, law, places))


def _rule(one: Invariant) -> str:
    settings = [*(["`trust_rules`"] if one.settable else []), *(f"`{n}`" for n in one.settings)]
    judged = ", ".join(f"`{name}`" for name in one.judged_in)
    return f"| {one.id} | {one.says} | {DOES[one.conduct]} | {', '.join(settings)} | {judged} |"


def _law(one: Invariant) -> str:
    cited = sorted(((law, place.code) for place, law in one.cited()), key=lambda pair: pair[0])
    grouped = [
        f"{law} ({', '.join(code for _, code in of)})"
        for law, of in groupby(cited, key=lambda pair: pair[0])
    ]
    return f"| {one.id} | {'; '.join([*([one.rests_on] if one.rests_on else []), *grouped])} |"


def _place(one: Jurisdiction) -> str:
    within = "" if one.record_within is None else f"{one.record_within} working days"
    kept = f"{one.keep_years} years" + (" and the current one" if one.keep_current_year else "")
    return (
        f"| {one.code or '(none)'} | {one.name} | {one.overdrawn} | {one.due} | {within} | {kept} |"
    )


def written(page: str) -> str:
    """Return the page with the tables in their place."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


def main() -> None:
    """Write the page, or check it."""
    page = PAGE.read_text("utf-8")
    if "--check" in sys.argv[1:]:
        sys.exit(written(page) != page)
    PAGE.write_text(written(page), "utf-8")


if __name__ == "__main__":
    main()
