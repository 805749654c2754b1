"""The wall around the accounting lets the standard library in, and nothing that is not named."""

import pytest
from grimp import ImportGraph

from tools.import_contracts import OnlyStandardLibrary


def strangers(*imported: str, may_also_import: list[str]) -> list[tuple[str, str]]:
    graph = ImportGraph()
    for module in ("counterfoil.core", "counterfoil.core.money", *imported):
        graph.add_module(module)
    for module in imported:
        graph.add_import(importer="counterfoil.core.money", imported=module)
    options = {"modules": ["counterfoil.core"], "may_also_import": may_also_import}
    contract = OnlyStandardLibrary("a wall", {}, options)
    check = contract.check(graph, verbose=False)
    assert check.kept == (not check.metadata["strangers"])
    return [*check.metadata["strangers"]]


def test_the_standard_library_and_the_room_itself_are_welcome() -> None:
    assert strangers("decimal", "counterfoil.core.tax", may_also_import=[]) == []


@pytest.mark.parametrize("stranger", ["django", "counterfoil.web", "counterfoil.corelike"])
def test_any_other_import_is_named_with_its_importer(stranger: str) -> None:
    assert strangers(stranger, may_also_import=[]) == [("counterfoil.core.money", stranger)]


def test_a_room_that_is_named_may_come_in() -> None:
    assert strangers("counterfoil.posting", may_also_import=["counterfoil.posting"]) == []


def test_a_room_that_is_not_there_breaks_the_wall() -> None:
    contract = OnlyStandardLibrary("a wall", {}, {"modules": ["counterfoil.core"]})
    assert not contract.check(ImportGraph(), verbose=False).kept
