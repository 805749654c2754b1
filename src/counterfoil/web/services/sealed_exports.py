"""Whether the record in a firm's export bears the seals of this installation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from counterfoil.web import audit
from counterfoil.web.chain_key import verifying_key
from counterfoil.web.models import AuditEntry
from counterfoil.web.services import export_check
from counterfoil.web.store import cipher

if TYPE_CHECKING:
    import pathlib
    import zipfile


def faults(root: pathlib.Path | zipfile.Path) -> list[str]:
    """Say what is wrong with the seals of an export's record; nothing where they hold.

    Where this database has the firm, erased or not, its chain has to have the same end in it.
    """
    with (root / "firm.json").open("rb") as file:
        firm = int(json.load(file)["firm"])
    sign, before = audit.Signer(verifying_key(cipher())).mac, b""
    number = 0
    for entry in export_check.entries(root):
        hashed, number = bytes.fromhex(entry.events_sha256), entry.number
        commit = audit.Commit(number, entry.organisation, entry.time, entry.events, hashed)
        if sign(before, firm, commit).hex() != entry.mac:
            return [f"entry {number} was altered, or another installation's key sealed it"]
        before = bytes.fromhex(entry.mac)
    here = AuditEntry.objects.filter(firm=firm, sequence=number).first()
    if here is not None and bytes(here.mac) != before:
        return [f"entry {number} is not the one that this database has"]
    return []
