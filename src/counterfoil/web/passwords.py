"""Which passwords are too easy to guess, beyond their length.

The list of common passwords knows few long ones, because few people had to choose long ones. So a
password is judged by what remains of it: common words with figures behind, said twice, or with the
name of this program in them are no better than the words alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from counterfoil.web import breached

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

OURS: Final = ("counterfoil", "xero", "bookkeeper", "trust account", "trustaccount")
"""The words that whoever guesses at a law practice's bookkeeping begins with."""
LEFT: Final = 8
"""Characters that a password must have beside those words."""
DIFFERENT: Final = 5
"""Different characters that a password must have."""

_TRIMMED: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_TWICE: Final = re.compile(r"(.+?)\1+")


class Guessable(CommonPasswordValidator):
    """Refuses common passwords with something plain around them, and our own words."""

    def validate(
        self,
        password: str,
        user: AbstractBaseUser | None = None,  # noqa: ARG002 -- Django's signature
    ) -> None:
        """Raise ``ValidationError`` for what a guesser tries early."""
        folded = password.casefold()
        beside = folded
        for word in OURS:
            beside = beside.replace(word, "")
        if beside != folded and len(beside) < LEFT:
            raise ValidationError("Beside the words that anybody would try here, little is left.")
        if len(set(folded)) < DIFFERENT or self._is_common(_TRIMMED.sub("", folded)):
            raise ValidationError("This is a common password with little added to it.")

    def _is_common(self, word: str) -> bool:
        again = _TWICE.fullmatch(word)
        return word in self.passwords or (again is not None and again[1] in self.passwords)


class Breached:
    """Refuses what stands on the list of breached passwords, where the installation has one."""

    def validate(
        self,
        password: str,
        user: AbstractBaseUser | None = None,  # noqa: ARG002 -- Django's signature
    ) -> None:
        """Raise ``ValidationError`` for what was found in a breach, or cannot be looked up."""
        path = settings.COUNTERFOIL.breached_passwords
        if path is None:
            return
        try:
            found = breached.holds(path, password)
        except OSError as error:
            raise ValidationError(
                "The list of breached passwords cannot be read, so that no password can be chosen "
                "now. Tell whoever looks after the server (COUNTERFOIL_BREACHED_PASSWORDS)."
            ) from error
        if found:
            raise ValidationError(
                "This password was found in a breach of another service, and is among the first "
                "that are tried. Choose another one."
            )

    def get_help_text(self) -> str:
        """Say what is refused."""
        return "It must not be known from a breach of another service."
