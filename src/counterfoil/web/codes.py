"""The forms for a code of the second factor: tries are counted as those of passwords are.

Whoever has somebody's password has a million codes to try, and no more tries for that than for the
password: five for an address and a visitor's address together (``settings.AXES_FAILURE_LIMIT``).
"""

from __future__ import annotations

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError


class Counted(BaseAuthenticateForm):  # type: ignore[misc] # allauth ships no types
    """A code that is looked at while there are tries left."""

    def clean_code(self) -> str:
        """Return a code that is right; count one that is not."""
        who = {"email": self.user.email}
        if not AxesProxyHandler.is_allowed(context.request, who):
            # The middleware of axes answers in the place of the page then.
            context.request.axes_locked_out = True
            raise ValidationError("There were too many tries. Wait a quarter of an hour.")
        try:
            code: str = super().clean_code()
        except ValidationError:
            user_login_failed.send(__name__, credentials=who, request=context.request)
            raise
        return code


class SignIn(Counted, AuthenticateForm):  # type: ignore[misc] # as above
    """The code that follows a password."""


class SignInOnceMore(Counted, ReauthenticateForm):  # type: ignore[misc] # as above
    """The code by which somebody who is signed in says once more who they are."""
