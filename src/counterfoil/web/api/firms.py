"""For vendors: their firms, set up, handed over, and how all of them stand."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse
from ninja import Field, Router, Schema
from pydantic import AfterValidator, ConfigDict

from counterfoil.core.findings import error
from counterfoil.web.api import described
from counterfoil.web.api.answers import Refused, answer, not_found, unreadable
from counterfoil.web.api.guard import Needs, Request
from counterfoil.web.api.shapes import Refusal, StatusOut
from counterfoil.web.services import api_keys, vendors
from counterfoil.web.services.api_keys import Scope
from counterfoil.web.services.receiving import organisations_of

if TYPE_CHECKING:
    from counterfoil.web.api.guard import Caller
    from counterfoil.web.models import Firm

router = Router(tags=["firms"])

ON_A_PAGE = 100


def _shown(text: str) -> str:
    """Refuse what cannot be shown to people."""
    if not text.strip() or not text.isprintable():
        raise ValueError("it should be text that can be read")
    return text.strip()


Title = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_shown)]
Label = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_shown)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class FirmIn(Schema):
    """A firm to set up."""

    model_config = ConfigDict(extra="forbid")

    id: Name = Field(description="Your own name of it: small letters, digits and dashes.")
    name: Title = Field(description="The firm's name, for people.")


class KeyOut(Schema):
    """A new key, which is not told again."""

    key: str
    name: str
    scopes: list[Scope]


class KeyIn(Schema):
    """A key to make for a firm."""

    model_config = ConfigDict(extra="forbid")

    name: Label = Field(description="What uses the key.")
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=10)] = Field(
        default_factory=lambda: list(api_keys.OF_FIRMS), description="All that a firm has."
    )


class OwnerIn(Schema):
    """Who is to own the firm and connect it."""

    model_config = ConfigDict(extra="forbid")

    email: Annotated[str, Field(min_length=3, max_length=254)]


class ConnectAddressOut(Schema):
    """Where the owner goes. An invitation works once, for three days."""

    url: str
    invited: bool


class OrganisationOut(Schema):
    """How one Xero organisation of a firm stands."""

    organisation: str
    status: StatusOut


class FirmOut(Schema):
    """A firm, and how it stands."""

    id: str
    name: str
    created_at: dt.datetime
    organisations: list[OrganisationOut]


class FirmsOut(Schema):
    """A page of firms."""

    firms: list[FirmOut]
    next: str | None = Field(description="Give it as after= for the next page; null at the end.")


@router.post(
    "/firms",
    auth=Needs(Scope.FIRMS),
    response={200: FirmOut, 201: FirmOut, 422: Refusal},
    summary="Set a firm up",
    url_name="firm_add",
)
def set_up(request: Request, given: FirmIn) -> HttpResponse:
    """Set a firm up; one that is there already stays as it is (200)."""
    caller = request.auth
    firm, made = vendors.set_up(
        caller.vendor, given.id, given.name, actor=caller.actor, now=caller.now
    )
    return answer(_out(caller, firm), 201 if made else 200)


@router.get(
    "/firms",
    auth=Needs(Scope.FIRMS),
    response={200: FirmsOut},
    summary="See how all firms stand",
    url_name="firms",
)
def listed(request: Request, after: str = "") -> HttpResponse:
    """List your firms with connection, counts and alerts, a hundred a page."""
    caller = request.auth
    found = vendors.firms(caller.vendor, after, ON_A_PAGE + 1)
    page = [_out(caller, firm) for firm in found[:ON_A_PAGE]]
    return answer(FirmsOut(firms=page, next=page[-1].id if len(found) > ON_A_PAGE else None))


@router.get(
    "/firms/{firm}",
    auth=Needs(Scope.FIRMS),
    response={200: FirmOut, 404: Refusal},
    summary="See how a firm stands",
    url_name="firm",
)
def one(request: Request, firm: str) -> HttpResponse:
    """Tell how one firm stands."""
    return answer(_out(request.auth, _found(request.auth, firm)))


@router.post(
    "/firms/{firm}/keys",
    auth=Needs(Scope.FIRMS),
    response={201: KeyOut, 404: Refusal, 409: Refusal, 422: Refusal},
    summary="Make a key for a firm",
    url_name="firm_key",
)
def make_key(request: Request, firm: str, given: KeyIn) -> HttpResponse:
    """Make a key for a firm. Its owner sees and may revoke it."""
    caller = request.auth
    chosen = _found(caller, firm)
    if Scope.FIRMS in given.scopes:
        raise unreadable(
            "scope_not_for_firms",
            "The scope firms is for vendors' keys.",
            f"Use {', '.join(api_keys.OF_FIRMS)}.",
            "scopes",
        )
    try:
        made = api_keys.make(chosen, given.name, given.scopes, actor=caller.actor, now=caller.now)
    except api_keys.TooManyKeys as refusal:
        found = error("too_many_keys", str(refusal), "Let the owner revoke one.", "")
        raise Refused(409, found) from None
    return answer(KeyOut(key=made.text, name=made.row.public, scopes=made.row.scopes), 201)


@router.post(
    "/firms/{firm}/connect-address",
    auth=Needs(Scope.FIRMS),
    response={200: ConnectAddressOut, 404: Refusal, 409: Refusal, 422: Refusal},
    summary="Hand a firm over to its owner",
    url_name="firm_connect_address",
)
def connect_address(request: Request, firm: str, given: OwnerIn) -> HttpResponse:
    """Name the firm's owner, and return the address at which they connect it to Xero.

    Ask again with another e-mail address where the first was mistyped: until its owner has come in
    the new one takes their place, and the address told before leads nowhere. From then on the firm
    is handed over, and only its owner lets people in (409 `has_owner`).
    """
    caller = request.auth
    chosen = _found(caller, firm)
    try:
        validate_email(given.email.strip())
        handed = vendors.hand_over(chosen, given.email, actor=caller.actor, now=caller.now)
    except ValidationError:
        words = "This is no e-mail address."
        raise unreadable("email_wrong", words, "Correct it.", "email") from None
    except vendors.HasOwner as refusal:
        found = error("has_owner", str(refusal), "Ask the owner.", "email")
        raise Refused(409, found) from None
    return answer(ConnectAddressOut(url=handed.url, invited=handed.invited))


def _found(caller: Caller, name: str) -> Firm:
    firm = vendors.find(caller.vendor, name)
    if firm is None:
        raise not_found("such firm of this vendor")
    return firm


def _out(caller: Caller, firm: Firm) -> FirmOut:
    return FirmOut(
        id=vendors.name_of(caller.vendor, firm),
        name=firm.name,
        created_at=firm.created_at,
        organisations=[
            OrganisationOut(organisation=key, status=described.status(each, caller.now))
            for key, each in organisations_of(firm.pk).items()
        ],
    )
