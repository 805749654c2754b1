"""First run: who reads the code that ``serve`` printed makes the first owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account import views as allauth_views
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, password_validation
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from counterfoil.web.services import setup

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


class FirstOwner(forms.Form):
    """The firm's name and its owner's account."""

    code = forms.CharField(
        label="Setup code",
        help_text="Counterfoil printed it where it was started.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    firm = forms.CharField(
        label="Name of the firm",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    email = forms.EmailField(
        label="Your e-mail address",
        help_text="You sign in with it.",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label="Password",
        help_text="At least 12 characters; several words are good.",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False),
    )

    def clean_code(self) -> str:
        """Refuse a code that is not the one printed."""
        code: str = self.cleaned_data["code"]
        if not setup.proves(code):
            raise forms.ValidationError("This is not the code that was printed.")
        return code

    def clean_password(self) -> str:
        """Refuse a weak password."""
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password)
        return password


@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def first_owner(request: HttpRequest) -> HttpResponseBase:
    """Make the first owner and sign them in; afterwards the page leads to the sign-in."""
    if not setup.wanted():
        return redirect("account_login")
    form = FirstOwner(request.POST or None, initial={"code": request.GET.get("code", "")})
    if request.method != "POST" or not form.is_valid():
        return render(request, "counterfoil/setup.html", {"form": form})
    given = form.cleaned_data
    try:
        user = setup.first_owner(
            given["firm"], given["email"], given["password"], now=timezone.now()
        )
    except setup.AlreadySetUp:
        return redirect("account_login")
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    messages.success(request, f"Welcome. {given['firm']} has an account now.")
    return redirect("begin")


def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Sign in; on a fresh installation there is nobody who could, so make the first owner."""
    if setup.wanted():
        return redirect("setup")
    sso = settings.COUNTERFOIL.oidc_name if settings.COUNTERFOIL.oidc_url else ""
    view = allauth_views.LoginView.as_view(extra_context={"sso": sso})
    answer: HttpResponseBase = view(request)
    return answer
