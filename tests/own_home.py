"""Tests keep their data to themselves: a folder of their own, and no settings of the machine."""

import atexit
import os
import shutil
import tempfile

import django
import pytest

_HOME = tempfile.mkdtemp(prefix="counterfoil-tests-")
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)

os.environ["COUNTERFOIL_HOME"] = _HOME
os.environ["DJANGO_SETTINGS_MODULE"] = "counterfoil.web.settings"
# Empty is "left out", and unlike a missing value it also overrides a developer's .env file.
for _name in (
    "COUNTERFOIL_SECRET_KEY",
    "COUNTERFOIL_SECRET_KEYS",
    "COUNTERFOIL_SETUP_CODE",
    "COUNTERFOIL_WEBHOOKS_TO_LOOPBACK",
    "COUNTERFOIL_URL",
    "DATABASE_URL",
    "XERO_BASE_URL",
    "XERO_CLIENT_ID",
    "XERO_CLIENT_SECRET",
):
    os.environ[_name] = ""


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Set Django up before pytest-django looks whether somebody has."""
    django.setup()
