"""The page Other programs: keys and webhooks in the owner's hands, and the API described."""

from __future__ import annotations

import html
import json
import re

from django.test import Client

from counterfoil.web.api.site import api
from counterfoil.web.models import ApiKey, Webhook
from tests.web.api_scene import Program
from tests.web.cast import As, Cast

KEY = {"key-name": "Practice system", "key-scopes": ["status:read"]}
WEBHOOK = {"webhook-url": "https://practice.example.com/hook", "webhook-events": ["stuck"]}


def test_a_key_is_shown_once_and_works(signed_in: As) -> None:
    alice = signed_in("alice")
    page = alice.post("/programs/keys/", KEY).content.decode()
    (key,) = set(re.findall(r"cf_[0-9a-f]{12}_[\w-]{43}", page))
    assert Program(key).ask("GET", "/status").status_code == 200
    assert key not in alice.get("/programs/").content.decode()


def test_a_revoked_key_is_off_the_page(signed_in: As, cast: Cast) -> None:
    alice = signed_in("alice")
    alice.post("/programs/keys/", KEY)
    name = ApiKey.objects.get().public
    assert signed_in("charlie").post(f"/programs/keys/{name}/").status_code == 404
    page = alice.post(f"/programs/keys/{name}/", follow=True).content.decode()
    assert "is revoked" in page
    assert name not in page
    assert ApiKey.objects.get().revoked_by == "user:alice@example.com"


def test_a_key_for_nothing_is_not_made_and_its_name_stays_in_the_form(signed_in: As) -> None:
    answer = signed_in("alice").post("/programs/keys/", {"key-name": "Practice system"})
    assert answer.status_code == 422
    assert b'value="Practice system"' in answer.content
    assert not ApiKey.objects.exists()


def test_a_webhook_is_added_with_its_secret_and_removed(signed_in: As) -> None:
    alice = signed_in("alice")
    assert b"whsec_" in alice.post("/programs/webhooks/", WEBHOOK).content
    page = alice.get("/programs/").content
    assert b"1 message waiting" in page
    assert b"whsec_" not in page
    name = Webhook.objects.get().name
    assert signed_in("charlie").post(f"/programs/webhooks/{name}/").status_code == 404
    alice.post(f"/programs/webhooks/{name}/")
    assert b"Nobody is told anything" in alice.get("/programs/").content


def test_an_address_inside_is_refused_beside_the_field(signed_in: As) -> None:
    given = {**WEBHOOK, "webhook-url": "https://10.0.0.1/"}
    answer = signed_in("alice").post("/programs/webhooks/", given)
    assert answer.status_code == 422
    assert b"it has to be public" in answer.content


def test_only_owners_see_the_page_in_the_navigation(signed_in: As) -> None:
    assert b"Other programs" in signed_in("alice").get("/").content
    assert b"Other programs" not in signed_in("bob").get("/").content


def test_the_description_names_every_operation_and_stands_on_no_script(cast: Cast) -> None:
    page = html.unescape(Client().get("/api/").content.decode())
    told = Client().get("/api/v1/openapi.json").json()
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            assert f"<strong>{method.upper()}</strong> {path}" in page
            assert operation["security"][0]["key"][0] in page
    assert "<script" not in page
    assert told == json.loads(json.dumps(api.get_openapi_schema()))
