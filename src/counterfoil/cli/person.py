"""``counterfoil person``: a way back in for somebody whom nobody else can help."""

from __future__ import annotations

from typing import Annotated

import typer

from counterfoil.cli.opening import actor, counted, fail, open_all, say

person = typer.Typer(help="The people who sign in, where a page cannot help.")


@person.callback()
def _person() -> None:
    """Keep the commands apart by name, as long as there is one."""


@person.command("reset-factor")
def reset_factor(
    email: Annotated[str, typer.Argument(help="The address with which they sign in.")],
) -> None:
    """Take away the second factor of somebody who lost it and the recovery codes."""
    open_all()
    from django.utils import timezone

    from counterfoil.web.models import User
    from counterfoil.web.services import people

    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        fail(f"Nobody signs in with {email}.", status=1)
    gone = people.reset_factor(user, actor=actor(), now=timezone.now())
    if not gone:
        fail(f"{user.email} has no second factor.", status=1)
    say(
        f"{user.email} signs in with the password, and is signed out wherever they were. "
        f"{counted(gone, 'way')} to confirm it was taken away; the firm's record says so."
    )
