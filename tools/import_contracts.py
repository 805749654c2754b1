"""A wall that import-linter does not ship: rooms that may use little but the standard library.

A list of forbidden packages only forbids what somebody thought of; this contract allows instead,
so that a new dependency cannot slip into the accounting unseen.
"""

import sys
from collections.abc import Iterable
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class OnlyStandardLibrary(Contract):
    """Each module under ``modules`` imports its own room, ``may_also_import`` and the standard
    library, directly and by no other way.
    """

    modules = fields.ListField(subfield=fields.StringField())
    may_also_import = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001 import-linter's signature
        """Compare every direct import with what is allowed; ``verbose`` adds nothing."""
        del verbose
        rooms = _names(self.modules)
        allowed = [*rooms, *_names(self.may_also_import)]
        missing = [room for room in rooms if room not in graph.modules]
        strangers = [
            (importer, imported)
            for importer in sorted(graph.modules)
            if _is_within(importer, rooms)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not _is_within(imported, allowed)
            and imported.partition(".")[0] not in sys.stdlib_module_names
        ]
        return ContractCheck(
            kept=not (strangers or missing),
            metadata={"strangers": strangers, "missing": missing},
        )

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print one line for each import that broke the wall, and each room that is not there."""
        for room in check.metadata["missing"]:
            output.print_error(f"- there is no {room}")
        for importer, imported in check.metadata["strangers"]:
            output.print_error(f"- {importer} imports {imported}")


def _names(configured: object) -> list[str]:
    # On an instance a field is the configured value, which its class cannot say in types.
    return [*cast("Iterable[str]", configured or ())]


def _is_within(module: str, rooms: list[str]) -> bool:
    return any(module == room or module.startswith(f"{room}.") for room in rooms)
