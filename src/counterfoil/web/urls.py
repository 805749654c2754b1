"""Every address of the site; each page says in its decorator who may open it."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import include, path, re_path

from counterfoil.web.api.site import api, nothing_here
from counterfoil.web.pages import (
    connection,
    documents,
    mapping,
    overview,
    people,
    problems,
    programs,
    setup,
    watching,
)

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("status", overview.status, name="status"),
    path("setup/", setup.first_owner, name="setup"),
    path("people/", people.show, name="people"),
    path("people/let-in/", people.let_in, name="people_let_in"),
    path("people/<int:member>/", people.change, name="people_change"),
    path("work-in/", people.work_in, name="work_in"),
    path("welcome/<slug:name>/<slug:token>/", people.welcome, name="welcome"),
    path("no-firm/", people.no_firm, name="no_firm"),
    path("connection/", connection.show, name="connection"),
    path("connection/connect/", connection.connect, name="connection_connect"),
    path("connection/callback/", connection.callback, name="connection_callback"),
    path("connection/confirm/", connection.confirm, name="connection_confirm"),
    path("connection/disconnect/", connection.disconnect, name="connection_disconnect"),
    path("chart/refresh/", connection.refresh_chart, name="chart_refresh"),
    path("documents/", documents.listing, name="documents"),
    path("documents/<slug:kind>/<path:source_id>/", documents.one, name="document"),
    path("act/", documents.act, name="act"),
    path("problems/", problems.problems, name="problems"),
    path("problems/retry/", problems.retry, name="problems_retry"),
    path("mapping/", mapping.show, name="mapping"),
    path("mapping/upload/", mapping.upload, name="mapping_upload"),
    path("mapping/download/<slug:form>/", mapping.download, name="mapping_download"),
    path("health/live", watching.live, name="health_live"),
    path("health/ready", watching.ready, name="health_ready"),
    path("metrics", watching.metrics, name="metrics"),
    path("programs/", programs.show, name="programs"),
    path("programs/keys/", programs.make_key, name="programs_make_key"),
    path("programs/keys/<slug:name>/", programs.revoke_key, name="programs_revoke_key"),
    path("programs/webhooks/", programs.add_webhook, name="programs_add_webhook"),
    path("programs/webhooks/<slug:name>/", programs.remove_webhook, name="programs_remove_webhook"),
    path("api/", programs.description, name="api"),
    path("api/v1/", api.urls),
    re_path("^api/v1/", nothing_here, name="api_nothing"),
    # Of allauth's pages only those that this site means to have.
    path("account/login/", setup.sign_in, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/signup/", account.signup, name="account_signup"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/two-factor/", include("allauth.mfa.urls")),
]
