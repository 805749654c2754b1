"""Single sign-on; it exists only where an identity provider is configured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.socialaccount import views
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.openid_connect.urls import urlpatterns as provider
from django.urls import path

if TYPE_CHECKING:
    from django.http import HttpRequest

urlpatterns = [
    *provider,
    path("sso/cancelled/", views.login_cancelled, name="socialaccount_login_cancelled"),
    path("sso/error/", views.login_error, name="socialaccount_login_error"),
    path("sso/unknown/", views.signup, name="socialaccount_signup"),
    path("sso/accounts/", views.connections, name="socialaccount_connections"),
]


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Lets in through the identity provider whom the firm has invited, and nobody else."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:  # noqa: ARG002 -- its signature
        """Make no account for somebody whom no firm knows, whatever the provider says of them."""
        return False
