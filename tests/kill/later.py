"""``counterfoil`` at a later hour: ``python -m tests.kill.later SECONDS post --json``.

All of it is the real program; only the clock that its office is given runs ahead.
"""

from __future__ import annotations

import datetime as dt
import os
import sys

import django


def main() -> None:
    ahead = dt.timedelta(seconds=int(sys.argv.pop(1)))
    os.environ["DJANGO_SETTINGS_MODULE"] = "counterfoil.web.settings"
    django.setup()
    import counterfoil.cli  # noqa: PLC0415 -- once Django is set up, with all that it brings
    from counterfoil.web import office  # noqa: PLC0415 -- as above

    class LaterClock(office.SystemClock):
        def now(self) -> dt.datetime:
            return super().now() + ahead

    office.SystemClock = LaterClock  # type: ignore[misc] # this is what the module is for
    counterfoil.cli.main()


if __name__ == "__main__":
    main()
