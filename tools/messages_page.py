"""Write docs/messages.md from the catalogue of Xero's messages.

Run: python -m tools.messages_page
"""

from __future__ import annotations

from pathlib import Path

from counterfoil.posting.catalogue import CATALOGUE, TOGETHER

PAGE = Path(__file__).parents[1] / "docs" / "messages.md"
HEAD = """# What Xero says, and what to do

Every message that is known, by the words by which it is recognised: case, quotes, final full stops
and the two spellings of *authorised* make no difference. A message that is not here is shown whole,
among the problems, and counted (`counterfoil_unexplained` of the metrics).
`python -m tools.messages_page` writes this page.
"""


def page() -> str:
    """Return the page."""
    together = [
        "| together | cause | fix | step |",
        "| --- | --- | --- | --- |",
        *(
            f"| {' and '.join(_codes(codes) for codes in one.codes)} | {one.cause} | {one.fix} "
            f"| {one.step.text} |"
            for one in TOGETHER
        ),
    ]
    alone = [
        "| message | code | cause | fix | step |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {' … '.join(one.pieces)} | `{one.code}` | {one.cause} | {one.fix} "
            f"| {one.step.text or 'none: it goes on by itself'} |"
            for one in CATALOGUE
        ),
    ]
    return "\n".join(
        (
            HEAD,
            "## Messages that tell more together\n",
            *together,
            "\n## Messages\n",
            *alone,
            "",
        )
    )


def _codes(codes: frozenset[str]) -> str:
    return " or ".join(f"`{code}`" for code in sorted(codes))


def main() -> None:
    """Write it."""
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
