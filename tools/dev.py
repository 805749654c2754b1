"""A Xero and a Counterfoil beside it, for working on the pages: `make dev`, until Ctrl-C."""

import os
import subprocess
import sys
from pathlib import Path

XERO = "http://localhost:8900"
HOME = Path("counterfoil-data/dev")
PATIENCE = 10
"""Seconds that the sandbox has to save its state before it is ended."""


def main() -> int:
    """Run both; the server's end, by Ctrl-C or by itself, is the sandbox's end too."""
    HOME.mkdir(parents=True, exist_ok=True)
    programs = Path(sys.executable).parent
    state = HOME / "sandbox.state"
    sandbox = subprocess.Popen(  # noqa: S603 our own program
        [programs / "xero-sandbox", "--port", XERO.rpartition(":")[2], "--state", state]
    )
    try:
        return subprocess.call([programs / "counterfoil", "serve"], env=environment())  # noqa: S603 our own program
    except KeyboardInterrupt:
        return 0
    finally:
        sandbox.terminate()
        sandbox.wait(PATIENCE)


def environment() -> dict[str, str]:
    """Point Counterfoil at the sandbox, which knows any client by the secret it first shows."""
    return {
        "COUNTERFOIL_HOME": str(HOME),
        "XERO_CLIENT_ID": "counterfoil-dev",
        "XERO_CLIENT_SECRET": "a secret for the sandbox only",
        **os.environ,
        "XERO_BASE_URL": XERO,
    }


if __name__ == "__main__":
    sys.exit(main())
