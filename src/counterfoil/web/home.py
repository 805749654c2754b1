"""The folder of a firm's data: made when missing, closed to other users of the machine."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SECRET_KEY = "secret-key"  # noqa: S105 -- the name of the file, not its content
SETUP_CODE = "setup-code"
REMEMBERED = "settings.env"
"""Settings that a command has found out, in the form of a ``.env``; the environment goes first."""


def ensure(home: Path) -> Path:
    """Make the folder if it is missing, readable by its owner only."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


def secret_key(home: Path) -> str:
    """Return the key that signs sessions, made on first use."""
    return kept(home, SECRET_KEY)


def kept(home: Path, name: str) -> str:
    """Return the secret in a file of the folder; made on first use.

    Two processes that start at the same moment agree: the file is linked into place whole, and
    who comes second reads what the first wrote.
    """
    path = ensure(home) / name
    if not path.exists():
        draft = path.with_name(f"{name}.{secrets.token_hex(8)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def forget(home: Path, name: str) -> None:
    """Remove a secret that has served."""
    (home / name).unlink(missing_ok=True)


def remember(home: Path, settings: Mapping[str, str]) -> None:
    """Keep settings for the commands to come."""
    path = ensure(home) / REMEMBERED
    path.touch(mode=0o600)
    lines = (f"{name}={value}\n" for name, value in settings.items())
    path.write_text("".join(lines), encoding="utf-8")
