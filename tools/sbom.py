"""The list of components that goes into the wheel: what the lock of the running program pins.

Run as `python -m tools.sbom`; writes requirements/sbom.cdx.json (CycloneDX 1.6) from
requirements/runtime.txt. The same lock gives the same bytes: no time, no random serial number.
"""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements" / "runtime.txt"
SBOM = ROOT / "requirements" / "sbom.cdx.json"
PINNED = re.compile(
    r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)((?:.*\\\n)+?.*)$", re.MULTILINE
)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def components(lock: str) -> list[dict[str, object]]:
    """Return each pinned package, by name; its hashes are those of the files that pip accepts."""
    return [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name.lower()}@{version}",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name.lower()}@{version}",
            "externalReferences": [
                {
                    "type": "distribution",
                    "url": f"pkg:pypi/{name.lower()}@{version}",
                    "hashes": [{"alg": "SHA-256", "content": one} for one in HASH.findall(hashes)],
                }
            ],
        }
        for name, version, hashes in sorted(PINNED.findall(lock))
    ]


def sbom(lock: str) -> str:
    """Return the list as it is kept."""
    told = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "counterfoil"}},
        "components": components(lock),
    }
    return json.dumps(told, indent=1) + "\n"


if __name__ == "__main__":
    SBOM.write_text(sbom(LOCK.read_text("utf-8")), "utf-8")
    print(f"{SBOM.relative_to(ROOT)}: {len(components(LOCK.read_text('utf-8')))} components")
