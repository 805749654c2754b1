"""The wheel says what it is made of, and is made twice alike."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from tools import sbom


def test_the_list_of_components_is_that_of_the_lock() -> None:
    lock = sbom.LOCK.read_text("utf-8")
    assert sbom.SBOM.read_text("utf-8") == sbom.sbom(lock)
    assert len(sbom.components(lock)) == lock.count("==")


def test_a_wheel_carries_the_list_and_is_built_twice_alike(tmp_path: Path) -> None:
    one, other = (built(tmp_path / name) for name in ("one", "other"))
    assert hashlib.sha256(one.read_bytes()).digest() == hashlib.sha256(other.read_bytes()).digest()
    with zipfile.ZipFile(one) as wheel:
        (name,) = [each for each in wheel.namelist() if each.endswith("/sboms/sbom.cdx.json")]
        assert wheel.read(name) == sbom.SBOM.read_bytes()


def built(folder: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=sbom.ROOT,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1767225600"},
        capture_output=True,
        check=True,
    )
    (wheel,) = folder.glob("*.whl")
    return wheel
