"""``counterfoil keys new``, ``list`` and ``rotate``: the keys that seal secrets."""

from __future__ import annotations

import typer

from counterfoil.cli.opening import (
    JsonOption,
    counted,
    fail,
    open_all,
    print_json,
    say,
    warn,
)

keys = typer.Typer(help="The keys that seal what is secret in the database.")


@keys.command()
def new() -> None:
    """Print a new key. It goes in front of the others, and every program is started again."""
    from counterfoil.web import crypto

    say(crypto.new_key())
    warn(
        f"Put it in front of the others in {crypto.SETTING}, or in the file {crypto.KEY_FILE} of "
        "COUNTERFOIL_HOME, start every program again, and then run: counterfoil keys rotate"
    )


@keys.command("list")
def list_(*, as_json: JsonOption = False) -> None:
    """Say which keys there are, newest first, and how many secrets each has sealed."""
    open_all()
    from counterfoil.web import chain_key
    from counterfoil.web.services import sealing
    from counterfoil.web.store import cipher

    found, used = [key.id.hex() for key in cipher().keys], sealing.in_use()
    record = chain_key.sealing(cipher()).id.hex()
    missing = sorted(set(used) - set(found))
    if as_json:
        rows = [{"key": one, "secrets": used[one], "here": one in found} for one in found + missing]
        print_json(rows)
        return
    for place, one in enumerate(found, start=1):
        notes = [counted(used[one], "secret")]
        notes += ["seals what is new"] if place == 1 else []
        notes += ["seals the audit chain: never drop it"] if one == record else []
        say(f"{one}  {', '.join(notes)}")
    for one in missing:
        warn(f"{one}  {counted(used[one], 'token')}, and the key is not here: put it back")


@keys.command()
def rotate(*, as_json: JsonOption = False) -> None:
    """Seal every secret with the newest key, while workers run; say which keys may go."""
    open_all()
    from counterfoil.web import chain_key, crypto
    from counterfoil.web.services import sealing
    from counterfoil.web.store import cipher

    try:
        rows = sealing.reseal()
    except (crypto.KeyMissing, crypto.Tampered) as trouble:
        fail(str(trouble), status=1)
    used = sealing.in_use()
    kept = {cipher().keys[0], chain_key.sealing(cipher())}
    idle = [one.id.hex() for one in cipher().keys if one not in kept and not used[one.id.hex()]]
    if as_json:
        print_json({"sealed": rows, "idle": idle})
        return
    what = counted(rows, "connection or second factor", "connections and second factors")
    say(f"{what} sealed anew with {cipher().keys[0].id.hex()}.")
    for one in idle:
        say(f"{one} seals nothing any more and may be taken out.")
