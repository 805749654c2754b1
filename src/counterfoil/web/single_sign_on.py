"""Single sign-on; it exists only where an identity provider is configured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from allauth.socialaccount import views
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal.jwtkit import verify_jti
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404
from django.urls import path

from counterfoil.web.identity_tokens import Claims, Untrusted, known, nonce_of, verified

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
    from django.http import HttpRequest, HttpResponse
    from requests import Session


NAME: Final = "sso"
"""What the one provider is called in addresses."""


class Client(OAuth2Client):  # type: ignore[misc] # allauth ships no types
    """Sends a nonce with each sign-in."""

    def get_redirect_url(
        self, authorization_url: str, scope: list[str], extra_params: dict[str, str]
    ) -> str:
        """Return the address of the provider's page."""
        more = {**extra_params, "nonce": nonce_of(self.state)}
        found: str = super().get_redirect_url(authorization_url, scope, more)
        return found


class Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc] # allauth ships no types
    """Allauth's seam for what is believed of a provider."""

    client_class = Client

    @property
    def openid_config(self) -> Claims:
        """What the provider says of itself. Raises ``OAuth2Error`` where it is another one."""
        issuer = self.get_provider().app.settings["server_url"]
        try:
            return known(super().openid_config, issuer)
        except Untrusted as trouble:
            raise OAuth2Error(str(trouble)) from trouble

    def complete_login(
        self,
        request: HttpRequest,
        app: SocialApp,
        token: SocialToken,
        **kwargs: Claims,
    ) -> SocialLogin:
        """Return who has signed in: whom the token says, in the provider's own words of them."""
        held = kwargs["response"].get("id_token")
        if not held:
            raise OAuth2Error("The provider sent no identity token.")
        issuer, nonce = self.openid_config["issuer"], nonce_of(request.GET.get("state", ""))
        try:
            said = verified(held, self._keys(), issuer=issuer, audience=app.client_id, nonce=nonce)
        except Untrusted as trouble:
            raise OAuth2Error(str(trouble)) from trouble
        verify_jti(said)
        person = self._fetch_user_info(token.token)
        if person.get("sub") != said["sub"]:
            raise OAuth2Error("The provider speaks of two people in one sign-in.")
        return self.get_provider().sociallogin_from_response(
            request, {"userinfo": person, "id_token": said}
        )

    def _keys(self) -> Claims:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys: Claims = answer.json()
            return keys


class Provider(OpenIDConnectProvider):  # type: ignore[misc] # allauth ships no types
    """Allauth's seam for what is sent to a provider."""

    oauth2_adapter_class = Adapter

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, str]:  # noqa: ARG002 -- its signature
        """Send what we send, whatever the address of the page asks for besides."""
        params: dict[str, str] = self.get_auth_params()
        return params

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:  # noqa: ARG002 -- its signature
        """Ask for what we ask for, and for nothing more."""
        scope: list[str] = self.get_scope()
        return scope


def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send somebody who pressed the button to the identity provider."""
    adapter = _adapter(request, provider_id)
    try:
        answer: HttpResponse = OAuth2LoginView.adapter_view(adapter)(request)
    # What is said of a provider that cannot be reached is an OSError.
    except (OAuth2Error, OSError) as trouble:
        said: HttpResponse = render_authentication_error(
            request, adapter.get_provider(), exception=trouble
        )
        return said
    return answer


def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take what the identity provider's page sends back."""
    view = OAuth2CallbackView.adapter_view(_adapter(request, provider_id))
    answer: HttpResponse = view(request)
    return answer


def _adapter(request: HttpRequest, provider_id: str) -> Adapter:
    if provider_id != NAME:
        raise Http404
    return Adapter(request, provider_id)


urlpatterns = [
    path("oidc/<slug:provider_id>/login/", login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", callback, name="openid_connect_callback"),
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

    def get_provider(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> Provider:
        """Return the provider, which signs in by verified tokens alone."""
        found = super().get_provider(request, provider, client_id=client_id)
        return Provider(request, app=found.app)

    def get_requests_session(self) -> Session:
        """Return what the provider is called with: it is called where it is, and nowhere else."""
        session: Session = super().get_requests_session()
        session.max_redirects = 0
        return session
