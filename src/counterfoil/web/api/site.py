"""The API as a whole: its routes, its description, and its words for what goes wrong."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, InterfaceError, OperationalError
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from counterfoil.core.findings import error
from counterfoil.web.api import answers, described, documents, firms, standing, webhooks
from counterfoil.web.api.answers import Refused, busy, refusal
from counterfoil.web.api.guard import Needs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse
    from ninja.operation import Operation

    from counterfoil.core.findings import Finding
    from counterfoil.web.services.api_keys import Scope

VERSION = "1"
KEY = "key"
SHARED = {
    status: {
        "description": why,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}},
    }
    for status, why in {
        400: "The request did not arrive whole, or its address holds what no name can.",
        401: "The key is not known, or was revoked.",
        403: "The key lacks the scope.",
        429: "Too many requests; Retry-After says how long to wait.",
        503: "The database is busy; nothing was taken.",
    }.items()
}
"""What every route may answer instead."""
NAMESPACE = "api"
DESCRIPTION = (
    "Hands documents of a law practice to Counterfoil, and tells what became of them. Every "
    "request brings a key: `Authorization: Bearer cf_…`. Amounts are decimal text."
)


class IntakeApi(NinjaAPI):
    """Django-ninja's API, described with what it cannot know: documents, scopes, refusals."""

    def get_openapi_schema(self, **given: object) -> OpenAPISchema:
        """Return the description of every route that a key opens."""
        told = super().get_openapi_schema(**given)  # type: ignore[arg-type] # passed through
        told["components"]["schemas"].update(described.components())
        told["components"]["securitySchemes"] = {KEY: {"type": "http", "scheme": "bearer"}}
        for path in told["paths"].values():
            for operation in path.values():
                operation["security"] = [{KEY: [scopes()[operation["operationId"]]]}]
                operation["responses"].update(SHARED)
        return told


api = IntakeApi(
    title="Counterfoil",
    version=VERSION,
    description=DESCRIPTION,
    urls_namespace=NAMESPACE,
    docs_url=None,
)
api.add_router("", documents.router)
api.add_router("", standing.router)
api.add_router("", webhooks.router)
api.add_router("", firms.router)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    del request
    return refusal(refused)


@api.exception_handler(IntegrityError)
@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def _busy(request: HttpRequest, trouble: Exception) -> HttpResponse:
    """Let the caller try again: also of two who make the same thing at once, one is too late."""
    del request, trouble
    return refusal(busy())


@api.exception_handler(HttpError)
def _no_json(request: HttpRequest, trouble: HttpError) -> HttpResponse:
    """Say that a body is no JSON, which is all that django-ninja raises this for."""
    del request
    words = "Send one JSON object in UTF-8."
    return refusal(answers.unreadable("not_json", str(trouble), words))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, invalid: ValidationError) -> HttpResponse:
    """Say which part of the address is not as it should be."""
    del request
    return refusal(Refused(422, *(_wrong(one) for one in invalid.errors)))


def _wrong(told: Mapping[str, Any]) -> Finding:
    # The first part says whether it stands in the body or in the address, the second is our name.
    path = ".".join(str(part) for part in told["loc"][2:]) or str(told["loc"][-1])
    return error("value_wrong", f"{told['msg']}.", "Correct it; the description says how.", path)


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """Answer in the API's own words where no route leads; the site's page is for people."""
    del request
    return refusal(answers.not_found("such address in the API"))


def _say_which_methods() -> None:
    """Let addresses that are asked by another method say so in the API's own words."""
    for router in api._get_bound_routers():  # noqa: SLF001 -- as below
        for path in router.path_operations.values():
            methods = sorted({method for one in path.operations for method in one.methods})
            path._not_allowed = partial(_not_this_way, methods)  # type: ignore[method-assign] # noqa: SLF001 -- its own answer is HTML


def _not_this_way(methods: list[str]) -> HttpResponse:
    allowed = ", ".join(methods)
    words = "This address is not asked by that method."
    found = error("method_wrong", words, f"Use {allowed}.", "")
    return refusal(Refused(405, found, headers={"Allow": allowed}))


_say_which_methods()


def operations() -> list[Operation]:
    """Return every operation of the API, also those that its description leaves out."""
    return [
        operation
        for router in api._get_bound_routers()  # noqa: SLF001 -- it has no public list of routes
        for path in router.path_operations.values()
        for operation in path.operations
    ]


def scope_of(operation: Operation) -> Scope | None:
    """Return the scope that a key needs for an operation; None if it needs no key."""
    needs = [each for each in operation.auth_callbacks if isinstance(each, Needs)]
    return needs[0].scope if needs else None


def scopes() -> dict[str, str]:
    """Return the scope of each operation by its id."""
    return {
        operation.operation_id or api.get_openapi_operation_id(operation): str(scope)
        for operation in operations()
        if (scope := scope_of(operation)) is not None
    }
