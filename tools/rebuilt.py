"""Build both projects twice, in different folders at different times, and compare byte for byte.

Run as `make reproducible`: wheel and source archive of counterfoil and of xero-sandbox. What is
built is what git has, not what lies around.
"""

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from tools.check_docs import ROOT

PROJECTS = (".", "sandbox")
EPOCH = "1767225600"
"""The moment that the archives tell for each of their files: the start of 2026."""


def main() -> int:
    """Build, compare, and say what differs."""
    told = ["git", "archive", "--format=tar", "HEAD"]
    tree = subprocess.run(told, cwd=ROOT, capture_output=True, check=True).stdout  # noqa: S603 -- git
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory(prefix="other-") as two:
        first = built(tree, Path(one) / "here", "022", 0)
        second = built(tree, Path(two) / "elsewhere", "077", 86_400 * 400)
    for name, digest in first.items():
        print(f"{digest}  {name}  {'same' if second.get(name) == digest else 'DIFFERS'}")
    return 0 if first and first == second else 1


def built(tree: bytes, folder: Path, umask: str, later: int) -> dict[str, str]:
    """Build from a tree laid out with other permissions and times; SHA-256 by name of the file."""
    with tarfile.open(fileobj=BytesIO(tree)) as archive:
        archive.extractall(folder, filter="data")
    for path in folder.rglob("*"):
        os.utime(path, (later, later))
    made = folder / "made"
    for project in PROJECTS:
        build = f"umask {umask} && exec {sys.executable} -m hatchling build -d {made}"
        subprocess.run(  # noqa: S603 -- our own command
            ["/bin/sh", "-c", build],
            cwd=folder / project,
            env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH},
            stdout=subprocess.DEVNULL,
            check=True,
        )
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(made.iterdir())
    }


if __name__ == "__main__":
    sys.exit(main())
