"""What every test of both projects shares: pytest reads this before it collects either."""

import gc

pytest_plugins = [
    "tests.own_home",
    "tests.hypothesis_profiles",
    "tests.no_silent_skips",
    "tests.postgres",
]


def pytest_collection_finish() -> None:
    """Keep the collector of garbage off what lives until the end, and let it come less often."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
