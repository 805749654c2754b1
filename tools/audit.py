"""Ask whether a component of the lock is known to be weak: `make audit`.

`pip-audit` asks PyPI's list of advisories. A weakness that is no weakness here stands in
requirements/accepted.toml, with the reason and for thirty days at most. Where the list cannot be
asked, as without internet, that is said and is no fault: exit status 1 means a weakness that
nobody has accepted, or an acceptance that has run out.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements" / "lock.txt"
ACCEPTED = ROOT / "requirements" / "accepted.toml"
LONGEST = timedelta(days=30)
"""How long a weakness may stay accepted; SECURITY.md promises it."""
PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Accepted:
    """A weakness that is lived with from one day to another, and why."""

    id: str
    package: str
    since: date
    until: date
    why: str


@dataclass(frozen=True, slots=True)
class Weakness:
    """A weakness as the list tells it: all its names, and the versions that are without it."""

    package: str
    version: str
    ids: tuple[str, ...]
    fixed: tuple[str, ...]

    def __str__(self) -> str:
        mended = f"mended in {', '.join(self.fixed)}" if self.fixed else "not mended yet"
        return f"{self.package} {self.version}: {', '.join(self.ids)}, {mended}"


@dataclass(frozen=True, slots=True)
class Told:
    """What the list told: how many components it knew and how many it did not, and weaknesses."""

    judged: int
    unknown: int
    weaknesses: tuple[Weakness, ...]


def accepted(text: str) -> list[Accepted]:
    """Read the acceptances. Raises ``ValueError`` for one that is not as it has to be."""
    names = {field.name for field in fields(Accepted)}
    found = []
    for entry in tomllib.loads(text).get("accepted", []):
        if set(entry) != names or not entry["why"]:
            raise ValueError(f"accepted.toml: an entry says {', '.join(sorted(names))}: {entry}")
        one = Accepted(**entry)
        if one.until - one.since > LONGEST:
            raise ValueError(
                f"accepted.toml: {one.id} is accepted for more than {LONGEST.days} days"
            )
        found.append(one)
    return found


def told(report: str) -> Told:
    """Read what pip-audit printed as JSON. Raises ``ValueError`` where it printed none."""
    parts = json.loads(report)["dependencies"]
    weak = tuple(
        Weakness(
            part["name"],
            part["version"],
            (one["id"], *one.get("aliases", ())),
            tuple(one.get("fix_versions", ())),
        )
        for part in parts
        for one in part.get("vulns", ())
    )
    unknown = sum("skip_reason" in part for part in parts)
    return Told(len(parts) - unknown, unknown, weak)


def faults(
    weaknesses: Iterable[Weakness], allowed: Iterable[Accepted], today: date
) -> Iterator[str]:
    """Yield what has to be mended: weaknesses that nobody accepts, acceptances that ran out."""
    allowed = list(allowed)
    for one in allowed:
        if one.until < today:
            yield f"{one.id} in {one.package} was accepted until {one.until}: look again"
    known = {(one.package, one.id) for one in allowed}
    for weakness in weaknesses:
        if not any((weakness.package, name) in known for name in weakness.ids):
            yield str(weakness)


def main() -> int:
    """Ask, and say how it went."""
    found = list(faults((), allowed := accepted(ACCEPTED.read_text("utf-8")), today()))
    try:
        answer = told(_asked())
    except (ValueError, subprocess.TimeoutExpired):
        answer = Told(0, 0, ())
    if answer.judged:
        print(
            f"Audit of components: {answer.judged} judged, {answer.unknown} not known to the list."
        )
        found = list(faults(answer.weaknesses, allowed, today()))
    else:
        print("Audit of components: the list of weaknesses could not be asked; nothing was judged.")
    for fault in found:
        print(f"  {fault}", file=sys.stderr)
    return 1 if found else 0


def today() -> date:
    """Return the day in UTC."""
    return datetime.now(UTC).date()


def _asked() -> str:
    command = ("pip_audit", "--disable-pip", "--progress-spinner", "off", "--format", "json")
    return subprocess.run(  # noqa: S603 -- our own command
        [sys.executable, "-m", *command, "--timeout", "10", "--requirement", str(LOCK)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
        timeout=PATIENCE,
        text=True,
    ).stdout


if __name__ == "__main__":
    sys.exit(main())
