"""Where Xero's published specifications lie, for the tests that hold the code against them."""

from pathlib import Path

import pytest

SPECS = Path(__file__).resolve().parents[2] / "shared" / "specs"
SPECS_ARE_MISSING = "Xero's specifications are not beside this clone"

needs_specs = pytest.mark.skipif(
    not SPECS.is_dir(), reason=f"{SPECS_ARE_MISSING} (../shared/specs)"
)
