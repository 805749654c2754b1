"""What machines ask of a server: whether it lives, whether it can work, and its figures."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from counterfoil.web import database
from counterfoil.web.services import measuring

if TYPE_CHECKING:
    from django.http import HttpRequest


@never_cache
@require_safe
def live(_request: HttpRequest) -> JsonResponse:
    """Say that the process answers; whoever restarts it asks this and nothing more."""
    return JsonResponse({"live": True})


@never_cache
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """Say whether requests can be served: the database answers, safely, and is of this version."""
    trouble = _trouble()
    return JsonResponse({"ready": not trouble, "trouble": trouble}, status=503 if trouble else 200)


def _trouble() -> str:
    """Return why not, in words that tell a stranger nothing about the firms."""
    try:
        database.check()
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except database.Unsafe as unsafe:
        return str(unsafe)
    except DatabaseError:
        return "The database does not answer."
    return "The database is of another version: migrations are missing." if missing else ""


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the figures to whoever brings the token of COUNTERFOIL_METRICS_TOKEN.

    Without that setting the address does not exist.
    """
    token: str | None = settings.COUNTERFOIL.metrics_token
    if not token:
        raise Http404
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not secrets.compare_digest(given.encode(), token.encode()):
        refused = HttpResponse("A bearer token is needed.\n", "text/plain", 401)
        refused["WWW-Authenticate"] = "Bearer"
        return refused
    return HttpResponse(measuring.metrics(timezone.now()), CONTENT_TYPE_LATEST)
