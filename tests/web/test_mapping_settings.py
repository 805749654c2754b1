"""The settings of the mapping on their page: in words, previewed, in force after a yes."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from dataclasses import replace

import pytest

from counterfoil.core.mapping import Mapping, Settings, TrustAccount
from counterfoil.core.mapping_settings import CHOICES
from counterfoil.web.models import MappingVersion, Proposal
from counterfoil.web.services import mapping_settings
from counterfoil.web.shelf import DatabaseShelf, save_mapping
from tests.web.cast import As, Cast
from tests.web.test_mapping_page import charted, hand_in, mapped

__all__ = ["charted", "mapped"]
THERE = "/mapping/settings/change/"


def test_every_setting_is_on_the_page_and_every_value_in_words() -> None:
    by_file = {"trust_rules", "kinds"}
    assert set(mapping_settings.MEANINGS) == {
        one.name for one in dataclasses.fields(Settings) if one.name not in by_file
    }
    for name, choices in CHOICES.items():
        assert tuple(mapping_settings.WORDS[name]) == choices


def test_a_setting_is_previewed_and_in_force_after_a_yes(
    mapped: Cast, signed_in: As, now: dt.datetime
) -> None:
    hand_in(mapped.organisation, now, "4-1000", "4-1000")
    bob = signed_in("bob")
    page = bob.get("/mapping/settings/").content.decode()
    assert "How the lines of a bill stand in Xero." in page
    said = {"settings.lines": "itemised", "settings.lock_date": "draft"}
    asked = bob.get(THERE, {**mapping_settings.values(mapping(mapped)), **said})
    shown = asked.content.decode()
    assert "Itemised: each line by itself" in shown
    assert asked.context["impact"].tried == 1
    assert [one.name for one, *_ in asked.context["changes"]] == list(said)
    assert mapping(mapped).settings.lines == "summarised"
    bob.post(f"{THERE}?{asked.context['query']}")
    settings = mapping(mapped).settings
    assert (settings.lines, settings.lock_date) == ("itemised", "draft")
    history = signed_in("dora").get("/mapping/history/").context["versions"]
    assert history[0].row.actor == "user:bob@example.com"
    assert {one.what for one in history[0].changes} == {"settings · lines", "settings · lock_date"}


def mapping(cast: Cast) -> Mapping:
    return DatabaseShelf(cast.organisation).mapping()


def test_what_would_be_held_is_told_before(mapped: Cast, signed_in: As, now: dt.datetime) -> None:
    hand_in(mapped.organisation, now, "4-1000")
    asked = signed_in("bob").get(THERE, {"settings.accounting_basis": "cash"})
    assert len(asked.context["impact"].held) == 1
    assert "Change it all the same" in asked.content.decode()


def test_each_trust_account_says_what_it_is_and_under_whose_law(
    mapped: Cast, signed_in: As
) -> None:
    code = next(iter(mapping(mapped).trust_accounts))
    bob = signed_in("bob")
    law, kind = f"trust_accounts.{code}.jurisdiction", f"trust_accounts.{code}.type"
    refused = bob.get(THERE, {law: "Sydney", "settings.lines": "itemised"})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "The rules of no such place are known here." in page
    assert 'value="Sydney"' in page
    assert '<option value="itemised" selected>' in page
    bob.post(f"{THERE}?{law}=AU-VIC&{kind}=controlled&settings.trust_rules.T1=report")
    account = mapping(mapped).trust_accounts[code]
    assert (account.jurisdiction, account.type) == ("AU-VIC", "controlled")
    assert mapping(mapped).settings.trust_rules == {"T1": "report"}
    bob.post(f"{THERE}?{law}=&settings.trust_rules.T1=")
    assert mapping(mapped).trust_accounts[code].jurisdiction is None
    assert mapping(mapped).settings.trust_rules == {}


def test_a_trust_account_without_a_law_is_pointed_at(
    mapped: Cast, signed_in: As, now: dt.datetime
) -> None:
    before = mapping(mapped)
    assert mapping_settings.lawless(before) == ()
    bare = {**before.trust_accounts, "TRUST9": TrustAccount("id:x")}
    save_mapping(mapped.organisation, replace(before, trust_accounts=bare), actor="t", now=now)
    page = signed_in("dora").get("/mapping/").content.decode()
    assert "TRUST9 names no jurisdiction" in page


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("settings.lines", "folded"),
        ("settings.post_trust", "maybe"),
        ("settings.start_date", "1/7/2026"),
        ("settings.bill_notice_days", "soon"),
        ("settings.accounting_basis", ""),
        ("settings.trust_rules.T1", "perhaps"),
    ],
)
def test_what_no_setting_may_be_is_refused_beside_it(
    name: str, typed: str, mapped: Cast, signed_in: As
) -> None:
    answer = signed_in("bob").post(f"{THERE}?{name}={typed}")
    assert answer.status_code == 422
    assert list(answer.context["faults"]) == [name]
    assert MappingVersion.objects.count() == 1


def test_nothing_is_set_where_nothing_is_said(mapped: Cast, signed_in: As) -> None:
    bob = signed_in("bob")
    for query in ("", "?planet=mars", "?settings.lines=summarised"):
        page = bob.post(f"{THERE}{query}", follow=True).content.decode()
        assert "nothing is to be changed" in page
    assert MappingVersion.objects.count() == 1


def test_two_people_change_a_setting_where_the_firm_wants_two(mapped: Cast, signed_in: As) -> None:
    mapped.firm.two_people = True
    mapped.firm.save()
    bob, alice = signed_in("bob"), signed_in("alice")
    bob.post(f"{THERE}?settings.lines=itemised")
    assert mapping(mapped).settings.lines == "summarised"
    row = Proposal.objects.get()
    assert "settings.lines: itemised" in alice.get("/second/").content.decode()
    alice.post(f"/second/{row.pk}/", {"do": "agree"})
    assert mapping(mapped).settings.lines == "itemised"


def test_settings_of_one_firm_are_not_proposed_for_another(mapped: Cast, signed_in: As) -> None:
    said = {"settings.lines": "itemised", "shown-for": f"{mapped.other.firm_id}.{mapped.other.pk}"}
    page = signed_in("bob").get(THERE, said, follow=True).content.decode()
    assert "That page was for another firm. These are those of Marsh &amp; Lowe." in page
    assert "Change it" not in page


def test_who_may_not_change_the_mapping_reads_its_settings(mapped: Cast, signed_in: As) -> None:
    dora = signed_in("dora")
    page = dora.get("/mapping/settings/").content.decode()
    assert "See what that changes" not in page
    fields = re.findall('<(?:input|select) id="set-[^>]*>', page)
    assert len(fields) > 20
    assert all("disabled" in one for one in fields)
    assert dora.get(THERE).status_code == 403


def test_the_settings_that_the_file_keeps_stay(mapped: Cast, signed_in: As) -> None:
    kept = json.loads(MappingVersion.objects.get().content)
    signed_in("bob").post(f"{THERE}?settings.zero_bills=skip")
    made = json.loads(MappingVersion.objects.latest("version").content)
    kept["settings"]["zero_bills"] = "skip"
    assert made == kept
