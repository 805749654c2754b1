"""Every address of the site; each page says in its decorator who may open it."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import include, path

from counterfoil.web.pages import documents, overview, people, problems, setup

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("status", overview.status, name="status"),
    path("setup/", setup.first_owner, name="setup"),
    path("no-firm/", people.no_firm, name="no_firm"),
    path("documents/", documents.listing, name="documents"),
    path("documents/<slug:kind>/<path:source_id>/", documents.one, name="document"),
    path("problems/", problems.problems, name="problems"),
    # Of allauth's pages only those that this site means to have.
    path("account/login/", setup.sign_in, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/signup/", account.signup, name="account_signup"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/two-factor/", include("allauth.mfa.urls")),
]
