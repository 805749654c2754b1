"""Prints the reference page of the format, as it stands in docs/documents.md."""

from __future__ import annotations

import sys

from counterfoil.core.schema import reference_page


def main() -> None:
    """Write the page to standard output: ``… > docs/documents.md``."""
    sys.stdout.write(reference_page())


if __name__ == "__main__":
    main()
