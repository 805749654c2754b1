"""The example of the docs runs as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.web.api_scene import Keyring
from tests.web.cast import assemble

PAGE = Path(__file__).parents[3] / "docs" / "api.md"


@pytest.mark.django_db(transaction=True)
def test_the_example_hands_a_bill_in_and_tells_its_state(
    live_server: LiveServer, settings: Settings
) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len([line for line in example.splitlines() if line]) <= 20
    now = timezone.now()
    program = Keyring(assemble(now), now).ours()
    environment = {**os.environ, "BOOKS": live_server.url, "BOOKS_KEY": program.key}
    ran = subprocess.run(
        [sys.executable, "-S", "-c", example],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.stdout, ran.stderr) == ("bill b-1 new\nheld\n", "")
