"""The configuration stops the start by name, and the shipped settings are safe."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from counterfoil.web import home
from counterfoil.web.configuration import Misconfigured, dot_env, read


def names(error: Misconfigured) -> list[str]:
    return [fault.name for fault in error.faults]


def test_nothing_needs_to_be_set_to_begin() -> None:
    configuration = read({})
    assert configuration.home == Path("./counterfoil-data")
    assert configuration.url == "http://localhost:8000"
    assert not configuration.can_connect
    assert not configuration.secure


def test_an_empty_value_was_left_out() -> None:
    assert read(dict.fromkeys(("DATABASE_URL", "COUNTERFOIL_URL", "XERO_BASE_URL"), "")) == read({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COUNTERFOIL_URL", "ledger.example.org"),
        ("COUNTERFOIL_URL", "http://books.example.com"),
        ("COUNTERFOIL_URL", "https://books.example.com/counterfoil"),
        ("COUNTERFOIL_URL", "https://me:secret@books.example.com"),
        ("COUNTERFOIL_URL", "http://localhost:eight"),
        ("XERO_BASE_URL", "http://10.0.0.9:8900"),
        ("DATABASE_URL", "mysql://localhost/books"),
        ("COUNTERFOIL_SECRET_KEY", "short"),
        ("COUNTERFOIL_SECRET_KEY", "a" * 52),
        ("COUNTERFOIL_SECRET_KEYS", "A" * 43 + "="),
        ("COUNTERFOIL_SECRET_KEYS", "not base64"),
        ("COUNTERFOIL_SETUP_CODE", "1234"),
        ("COUNTERFOIL_HOME", __file__),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=f"{name} should be ") as refused:
        read({name: value})
    assert value not in str(refused.value)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(Misconfigured) as refused:
        read({"COUNTERFOIL_URL": "x", "DATABASE_URL": "x", "XERO_CLIENT_SECRET": "x"})
    assert names(refused.value) == ["COUNTERFOIL_URL", "DATABASE_URL", "XERO_CLIENT_ID"]


def test_secrets_do_not_show() -> None:
    environ = {
        "DATABASE_URL": "postgresql://me:hunter2@db/books",
        "XERO_CLIENT_ID": "id",
        "XERO_CLIENT_SECRET": "hunter2",
        "COUNTERFOIL_SECRET_KEY": "hunter2" * 9,
        "COUNTERFOIL_SETUP_CODE": "hunter2hunter2",
    }
    assert "hunter2" not in repr(read(environ))


def test_a_dot_env_file_is_read_strictly() -> None:
    text = "# ours\n\nexport XERO_CLIENT_ID='abc'\nXERO_CLIENT_SECRET = \"x=y\"\n"
    assert dot_env(text) == {"XERO_CLIENT_ID": "abc", "XERO_CLIENT_SECRET": "x=y"}


@pytest.mark.parametrize(
    ("line", "said"),
    [("XERO_CLIENT_ID", "NAME=value"), ("COUNTERFOIL_HOMES=x", "such as COUNTERFOIL_HOME")],
)
def test_a_line_that_means_nothing_is_named(line: str, said: str) -> None:
    with pytest.raises(Misconfigured, match=f"line 2 should be .*{said}"):
        dot_env(f"# one\n{line}\n")


def test_a_secret_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    secret = home.secret_key(folder)
    assert home.secret_key(folder) == secret
    assert len(secret) > 50
    assert (folder / home.SECRET_KEY).stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0


def test_the_shipped_settings_pass_the_deployment_check_without_a_warning(tmp_path: Path) -> None:
    environ = os.environ | {
        "COUNTERFOIL_HOME": str(tmp_path),
        "COUNTERFOIL_URL": "https://books.example.com",
    }
    checked = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


@pytest.mark.parametrize(
    ("url", "said", "demanded"),
    [
        ("", "", False),
        ("http://localhost:8000", "", False),
        ("http://localhost:8000", "demanded", True),
        ("https://books.example.com", "", True),
        ("https://books.example.com", "offered", False),
    ],
)
def test_where_others_can_come_a_second_factor_is_demanded_unless_said_otherwise(
    url: str, said: str, demanded: bool
) -> None:
    given = {"COUNTERFOIL_URL": url, "COUNTERFOIL_SECOND_FACTOR": said}
    assert read(given).second_factor == demanded


def test_a_certificate_needs_its_key(tmp_path: Path) -> None:
    chain = tmp_path / "chain.pem"
    chain.touch()
    with pytest.raises(Misconfigured) as refused:
        read({"COUNTERFOIL_TLS_CERTIFICATE": str(chain)})
    assert names(refused.value) == ["COUNTERFOIL_TLS_KEY"]
