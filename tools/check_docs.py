"""Hold the documentation against the repository: what it names must be there, and the reverse.

Run as `python -m tools.check_docs`; prints one line per fault and exits 1 where there are any.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
# Within code only: prose may say "make sure".
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
MAKE = re.compile(r"\bmake ((?:[A-Z]+=\S+ )*)([a-z]+)\b")
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
VARIABLE = re.compile(r"\b(?:COUNTERFOIL_[A-Z_]+[A-Z]|XERO_(?:CLIENT|BASE)_[A-Z_]+|DATABASE_URL)\b")
REQUIREMENT = re.compile(r"^[A-Za-z0-9._-]+")
# Registries and mirrors, links to files, and folders of one machine: each in two pieces, so that
# this file does not contain what it looks for.
FORBIDDEN = tuple(
    re.compile(pattern)
    for pattern in (
        r"pypi\." + r"org",
        r"python" + r"hosted\.",
        r"registry\." + r"npmjs",
        r"deb\." + r"debian\.org",
        r"file:" + r"//",
        r"--(?:extra-)?index" + r"-url[ =]\S",
        r"--find" + r"-links[ =]\S",
        r"(?<![\w.~-])/(?:home/[a-z]|Users/[A-Z]|work/|opt/wheels|root/)" + r"",
    )
)
MAX_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold: the file, as a path from the root, and what is wrong there."""

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


def all_faults() -> Iterator[Fault]:
    """Yield every fault of this repository as it lies on the disk."""
    files = committed_files()
    pages = {path: (ROOT / path).read_text("utf-8") for path in files if path.endswith(".md")}
    yield from broken_links(pages)
    yield from unknown_targets(pages, (ROOT / "Makefile").read_text("utf-8"))
    yield from settings_apart(pages["README.md"], settings_in_code(files))
    yield from undecided(dependencies(), decided(pages))
    for path in files:
        yield from forbidden_strings(path, readable(ROOT / path))


def committed_files() -> list[str]:
    """List what git knows or would add: the repository without what it ignores."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 git is found where it is installed
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return sorted(path for path in listing.stdout.split("\0") if (ROOT / path).is_file())


def broken_links(pages: dict[str, str]) -> Iterator[Fault]:
    """Yield each relative link that leads nowhere; the world outside is not asked."""
    for path, text in pages.items():
        for link in LINK.findall(CODE.sub("", text)):
            target = link.partition("#")[0]
            outside = not target or re.match(r"[a-z]+:", target)
            if not outside and not (ROOT / path).parent.joinpath(target).exists():
                yield Fault(path, f"the link to {link} leads nowhere")


def unknown_targets(pages: dict[str, str], makefile: str) -> Iterator[Fault]:
    """Yield each `make` target that a page names in code and the Makefile does not have."""
    known = set(TARGET.findall(makefile))
    for path, text in pages.items():
        for code in CODE.findall(text):
            for _, target in MAKE.findall(code):
                if target not in known:
                    yield Fault(path, f"there is no target {target} in the Makefile")


def settings_apart(readme: str, in_code: set[str]) -> Iterator[Fault]:
    """Yield each setting that only the README or only the code knows."""
    documented = set(VARIABLE.findall(readme))
    for name in sorted(documented - in_code):
        yield Fault("README.md", f"describes {name}, which no code reads")
    for name in sorted(in_code - documented):
        yield Fault("README.md", f"does not describe {name}, which the code reads")


def settings_in_code(files: Iterable[str]) -> set[str]:
    """Collect the settings named in the product's own code."""
    sources = [path for path in files if re.fullmatch(r"src/.*\.py", path)]
    return {name for path in sources for name in VARIABLE.findall(readable(ROOT / path))}


def dependencies() -> set[str]:
    """Collect what both projects and the development environment ask for, by canonical name."""
    declared = [*_declared(ROOT / "pyproject.toml"), *_declared(ROOT / "sandbox/pyproject.toml")]
    files = (ROOT / "requirements" / name for name in ("dev.in", "fuzz.in"))
    wanted = [line for file in files for line in file.read_text("utf-8").splitlines()]
    names = (REQUIREMENT.match(line) for line in [*declared, *wanted])
    # Stubs belong to the package whose types they tell.
    return {
        name[0].lower().replace("_", "-")
        for name in names
        if name and not name[0].startswith("types-")
    }


def decided(pages: dict[str, str]) -> set[str]:
    """Collect the packages that a page under docs/decisions names in its `Packages:` line."""
    lines = (
        line
        for path, text in pages.items()
        if path.startswith("docs/decisions/")
        for line in text.splitlines()
        if line.startswith("Packages: ")
    )
    return {name for line in lines for name in re.findall(r"`([^`]+)`", line)}


def undecided(needed: set[str], decisions: set[str]) -> Iterator[Fault]:
    """Yield each dependency without a page, and each page's package that nobody needs."""
    for name in sorted(needed - decisions):
        yield Fault("docs/decisions", f"has no page for the dependency {name}")
    for name in sorted(decisions - needed):
        yield Fault("docs/decisions", f"has a page for {name}, which is not a dependency")


def forbidden_strings(path: str, text: str) -> Iterator[Fault]:
    """Yield each address of a registry and each path of one machine in a file's text."""
    for pattern in FORBIDDEN:
        found = pattern.search(text)
        if found:
            line = text.count("\n", 0, found.start()) + 1
            yield Fault(f"{path}:{line}", f"holds {found[0]!r}, an address or path of one place")


def readable(path: Path) -> str:
    """Read a file as text; what is binary, or too large to be ours, reads as nothing."""
    if path.stat().st_size > MAX_BYTES:
        return ""
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", errors="replace")


def _declared(pyproject: Path) -> list[str]:
    project = tomllib.loads(pyproject.read_text("utf-8"))["project"]
    return [str(requirement) for requirement in project.get("dependencies", [])]


def main() -> int:
    """Print every fault; the exit status is 1 where there are any."""
    faults = list(all_faults())
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
