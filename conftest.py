"""What every test of both projects shares: pytest reads this before it collects either."""

pytest_plugins = [
    "tests.own_home",
    "tests.hypothesis_profiles",
    "tests.no_silent_skips",
    "tests.postgres",
]
