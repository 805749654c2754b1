"""The status of a firm, which a practice system may show on its own pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from counterfoil.web.api import described
from counterfoil.web.api.answers import answer
from counterfoil.web.api.guard import Needs, Request
from counterfoil.web.api.shapes import Refusal, StatusOut
from counterfoil.web.services.api_keys import Scope

router = Router(tags=["status"])

FROM_ANY_PAGE = {"Access-Control-Allow-Origin": "*"}
"""A page of the practice system may ask: what is told needs the key, and no cookie is looked at."""
PREFLIGHT = {
    **FROM_ANY_PAGE,
    "Access-Control-Allow-Headers": "Authorization",
    "Access-Control-Allow-Methods": "GET",
    "Access-Control-Max-Age": "86400",
}


@router.get(
    "/status",
    auth=Needs(Scope.STATUS),
    response={200: StatusOut, 404: Refusal, 422: Refusal},
    summary="See how things stand",
    url_name="status",
)
def status(request: Request, organisation: str = "") -> HttpResponse:
    """Tell how the connection and the queue stand, and what everybody in the firm has to know.

    Without `organisation` that is told of all organisations of the firm together: the connection
    that is worst off, counts summed up, and the alerts of each under its name.
    """
    caller = request.auth
    if organisation:
        told = described.status(caller.organisation(organisation), caller.now)
    else:
        told = described.status_of_firm(caller.firm, caller.now)
    return answer(told, headers=FROM_ANY_PAGE)


@router.api_operation(
    ["OPTIONS"], "/status", auth=None, include_in_schema=False, url_name="status_preflight"
)
def preflight(request: HttpRequest) -> HttpResponse:
    """Tell a browser that the status script may bring its key along."""
    del request
    return HttpResponse(status=204, headers=PREFLIGHT)
