"""``counterfoil mapping``: out and in again, and what a wrong one says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.scene import Practice, Xero, bill
from tests.simulation.firm import MAPPING


def test_what_is_exported_is_what_was_imported(practice: Practice) -> None:
    exported = practice.run("mapping", "export").out
    for section in ("accounts", "bank_accounts", "tax_codes"):
        assert json.loads(exported)[section] == MAPPING[section]
    trust = {code: {**given, "firm": None} for code, given in MAPPING["trust_accounts"].items()}
    assert json.loads(exported)["trust_accounts"] == trust


@pytest.mark.parametrize("form", ["json", "csv"])
def test_a_mapping_goes_out_and_in_again_unchanged(
    practice: Practice, tmp_path: Path, form: str
) -> None:
    before = practice.run("mapping", "export").out
    file = tmp_path / f"mapping.{form}"
    assert practice.run("mapping", "export", str(file)).status == 0
    assert file.read_text("utf-8").startswith("section," if form == "csv" else "{")
    assert practice.run("mapping", "import", str(file)).status == 0
    assert practice.run("mapping", "export").out == before


def test_a_wrong_mapping_is_refused_with_its_place_and_the_old_one_stays(
    practice: Practice,
) -> None:
    before = practice.run("mapping", "export").out
    said = practice.map({**MAPPING, "colour": "red", "settings": {}})
    assert (said.status, said.json["taken"]) == (1, False)
    assert {"colour", "settings.accounting_basis"} <= {f["path"] for f in said.json["findings"]}
    assert practice.run("mapping", "export").out == before


def test_an_account_without_a_code_in_xero_has_words_for_the_fix(
    practice: Practice, xero: Xero
) -> None:
    made = xero.ask(
        "PUT", "/Accounts", body={"Name": "No code", "Type": "BANK", "BankAccountNumber": "1234567"}
    )
    target = f"id:{made['Accounts'][0]['AccountID']}"
    said = practice.map({**MAPPING, "accounts": {"4-1000": target}})
    practice.run("connect", "--sandbox", xero.url, "--tenant", xero.tenant_id)
    practice.take(bill("1"))
    assert said.json["taken"]
    assert practice.problems()["account_without_code"] == ["b-1"]
    assert practice.run("post").status == 1
    practice.map(MAPPING)


def test_a_basis_that_is_not_accrual_holds_everything_and_says_why(practice: Practice) -> None:
    practice.map({**MAPPING, "settings": {"accounting_basis": "cash"}})
    practice.take(bill("2"))
    assert "b-2" in practice.problems()["basis_not_accrual"]
    practice.map(MAPPING)
    assert practice.run("post").status == 0


def test_before_any_mapping_there_is_nothing_to_export(tmp_path: Path) -> None:
    alone = Practice(tmp_path)
    try:
        said = alone.run("mapping", "export")
        assert (said.status, said.out) == (1, "")
    finally:
        alone.close()


def test_a_first_mapping_keeps_workers_from_posting_until_somebody_posts(tmp_path: Path) -> None:
    beginner = Practice(tmp_path)
    file = tmp_path / "mapping.json"
    file.write_text(json.dumps(MAPPING), "utf-8")
    said = beginner.run("mapping", "import", str(file))
    assert "before somebody has looked at what would be posted" in said.out
    beginner.run("post", "--dry-run")
    assert "before somebody" in beginner.run("mapping", "import", str(file)).out
    beginner.run("post")
    assert "before somebody" not in beginner.run("mapping", "import", str(file)).out
    beginner.close()
