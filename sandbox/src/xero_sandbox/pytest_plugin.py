"""pytest's fixture ``xero_sandbox``: a connected sandbox of its own for every test that asks.

The package's entry point brings it to pytest by itself; ``-p xero_sandbox.pytest_plugin`` does
where plugins are not loaded by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xero_sandbox.testing import ConnectedSandbox


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers",
        "xero_sandbox(country='AU', limits=True, seed=0, latency=0.0, key_in_process='replay'): "
        "how the sandbox of the fixture xero_sandbox is set up",
    )


@pytest.fixture
def xero_sandbox(request: pytest.FixtureRequest) -> Iterator[ConnectedSandbox]:
    """Serve a sandbox while the test runs: its address, its organisation's tenant id, a token."""
    # Whoever does not ask for the fixture shall not pay for the server's import.
    from xero_sandbox.testing import connected_sandbox  # noqa: PLC0415

    marker = request.node.get_closest_marker("xero_sandbox")
    with connected_sandbox(**(marker.kwargs if marker is not None else {})) as connected:
        yield connected
