"""The time zone that a firm lives in: its own word, Xero's, and which day is today there."""

import datetime as dt
import os
import re
import subprocess
import sys
from zoneinfo import ZoneInfo

import pytest

from counterfoil.core import zones
from counterfoil.core.faults import Faults
from counterfoil.core.xero_zones import IANA_NAMES
from tests.specs import SPECS, needs_specs

MONDAY_EVENING = dt.datetime(2026, 11, 23, 22, 30, tzinfo=dt.UTC)


@needs_specs
def test_every_time_zone_of_xero_is_known_by_its_name_in_the_database() -> None:
    text = (SPECS / "xero" / "xero_accounting.yaml").read_text(encoding="utf-8")
    said = re.search(r"\n    TimeZone:\n((?: {6}.*\n)+)", text)
    assert said is not None
    assert set(IANA_NAMES) == set(re.findall(r"^ {8}- (.+)$", said[1], re.MULTILINE))


def test_every_zone_that_xero_may_name_exists() -> None:
    assert {name for name in IANA_NAMES.values() if zones.named(name) is None} == set()


@pytest.mark.parametrize(
    ("chosen", "in_xero", "day"),
    [
        (None, "AUSEASTERNSTANDARDTIME", 24),
        ("Australia/Perth", "GMTSTANDARDTIME", 24),
        (None, "PACIFICSTANDARDTIME", 23),
        (None, "SOMEWHERENEWSTANDARDTIME", 23),
        (None, None, 23),
    ],
)
def test_the_day_is_the_firms_own(chosen: str | None, in_xero: str | None, day: int) -> None:
    zone = zones.zone_of(chosen, in_xero)
    assert zones.day_at(MONDAY_EVENING, zone) == dt.date(2026, 11, day)


def test_the_firms_own_word_goes_before_xeros() -> None:
    chosen = zones.zone_of("Pacific/Auckland", "AUSEASTERNSTANDARDTIME")
    assert chosen == ZoneInfo("Pacific/Auckland")


@pytest.mark.parametrize("name", ["Sydney", "EST", "../etc/passwd", "Australia", "localtime", 10])
def test_what_is_no_zone_is_refused_with_what_it_may_be(name: object) -> None:
    faults = Faults()
    assert zones.read(name, "settings.time_zone", faults) is None
    assert [one.code for one in faults] == ["not_a_time_zone"]
    meant = "Did you mean Australia/Sydney?" if name == "Sydney" else "Name one by its region"
    assert faults[0].fix.startswith(meant)


def test_zones_are_known_on_a_machine_that_has_none() -> None:
    say = "from counterfoil.core import zones; print(zones.named('Australia/Sydney'))"
    bare = {**os.environ, "PYTHONTZPATH": ""}
    told = subprocess.run(
        [sys.executable, "-c", say], env=bare, capture_output=True, text=True, check=True
    )
    assert told.stdout == "Australia/Sydney\n"
