"""Pages of a firm with much of everything: each stays light, and nothing of a list is lost."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.http import QueryDict

from counterfoil.core.mapping_file import read_mapping
from counterfoil.core.reader import read_plain
from counterfoil.posting.daybook import take_in
from counterfoil.sample.books import MAPPING
from counterfoil.web.models import Draft, Posting, Work
from counterfoil.web.parts import MOST_TEXT, Asked, part
from counterfoil.web.shelf import DatabaseShelf, save_mapping, store_chart
from counterfoil.web.store import outbox_of
from tests.web.cast import As, Cast, a_document, a_finding, a_posting

HEAVIEST = 150 * 1024
GOLDEN = Path(__file__).parents[1] / "golden"
TRUSTEE = "The Trustee for the Featherstonehaugh-Cholmondeley Superannuation Fund"
LOADED = re.compile(r'(?:href|src)="/static/([^"]+\.(?:css|js|svg))"')
PRACTICE_CODES = 250
MATTERS = 400
LINES = 300


def weight(page: bytes) -> int:
    """Return the bytes of a page with its styles and scripts, not packed."""
    files = [finders.find(name) for name in set(LOADED.findall(page.decode()))]
    return len(page) + sum(Path(str(file)).stat().st_size for file in files)


def a_long_bill() -> dict[str, object]:
    said = "Attending on counsel in conference about the amended statement of claim, perusing "
    line = {"tax_code": "GST", "quantity": "0.3", "unit_price": "450.00", "total": "135.00"}
    lines = [
        {**line, "description": f"{n:03d} {said * 2}", "account": f"4-{3000 + n}"}
        for n in range(LINES)
    ]
    client = {"id": "c-1", "name": TRUSTEE}
    whole = {"kind": "bill", "id": "long", "number": "LONG", "date": "2026-11-03", "lines": lines}
    return {**whole, "client": client, "tax": "4050.00", "total": "44550.00"}


def a_matter(n: int) -> dict[str, object]:
    client = {"id": f"tc-{n}", "name": f"{TRUSTEE} No {n}"}
    named = f"Sale of 123 Longstreet Avenue, Upper Ferntree Gully, to the purchasers {n}"
    matter = {"id": f"tm-{n}", "number": f"M-{n:05d}", "name": named}
    split = {"client": client, "matter": matter, "amount": "1234.56"}
    whole = {"kind": "trust_receipt", "id": f"tr-{n}", "number": f"RT-{n}", "date": "2026-11-03"}
    paid = {"trust_account": "TRUST1", "payer": client, "amount": "1234.56", "splits": [split]}
    return {**whole, **paid}


def hand_in(cast: Cast, now: dt.datetime, *bodies: dict[str, object]) -> None:
    read = [read_plain(body) for body in bodies]
    documents = [one.document for one in read if one.document is not None]
    assert len(documents) == len(bodies), next(one.findings for one in read if not one.document)
    organisation = cast.organisation
    shelf = DatabaseShelf(organisation)
    take_in(documents, outbox_of(organisation), shelf, actor="user:ann@example.com", now=now)


@pytest.fixture
def heavy(cast: Cast, now: dt.datetime) -> Cast:
    """A firm with 400 matters in trust, 300 unmapped codes, a bill of 300 lines, and the like."""
    organisation = cast.organisation
    replies = {path.stem: path.read_bytes() for path in (GOLDEN / "chart").glob("*.json")}
    store_chart(organisation, replies, actor="test", now=now)
    wide = {**MAPPING, "accounts": {f"8-{n:04d}": "200" for n in range(PRACTICE_CODES)}}
    for content in (MAPPING, wide):
        mapping, faults = read_mapping(json.dumps(content).encode())
        assert mapping is not None, faults
        save_mapping(organisation, mapping, actor="user:ann@example.com", now=now)
    hand_in(cast, now, a_long_bill(), *(a_matter(n) for n in range(MATTERS)))
    busy = a_document(organisation, "busy", party=TRUSTEE)
    for n in range(120):
        a_posting(busy, "refused", part=f"bill:{n}")
        a_finding(busy, f"refused_{n}", f"thing:{n}", message="A Contact is missing. " * 6)
    Draft.objects.bulk_create(
        Draft(
            firm=cast.firm,
            organisation=organisation,
            kind="bill",
            fields={},
            title=f"{TRUSTEE} {n}",
            author="user:ann@example.com",
            saved_at=now,
        )
        for n in range(300)
    )
    row = {
        "line": 1,
        "message": f"{TRUSTEE} is unknown here.",
        "fix": "Mend it.",
        "path": "lines[2].tax",
    }
    said = {"description": TRUSTEE, "account": "4-1000", "total": "100.00", "quantity": "0.3"}
    many = {f"lines[{n}].{name}": value for n in range(199) for name, value in said.items()}
    Draft.objects.filter(pk=Draft.objects.latest("pk").pk).update(fields=many)
    result = {
        "taken": {"new": 1},
        "refused": [row] * 500,
        "refused_count": 700,
        "remarks": [row] * 500,
    }
    Work.objects.create(
        firm=cast.firm,
        organisation=organisation,
        kind="import",
        title="A file",
        actor="user:ann@example.com",
        begun_at=now,
        ended_at=now,
        beat_at=now,
        state="done",
        result=result,
    )
    return cast


def test_no_page_weighs_more_than_a_firm_can_wait_for(heavy: Cast, signed_in: As) -> None:
    alice, work = signed_in("alice"), Work.objects.get()
    named = "/ /documents/ /documents/bill/long/ /documents/bill/busy/ /problems/ /mapping/"
    forms = "/mapping/settings/ /mapping/history/ /enter/ /enter/bill/ /enter/trust_receipt/"
    checks = "/trust/?month=2026-11 /trust/month/?account=TRUST1&month=2026-11 /drift/ /audit/"
    others = f"/reconciliation/?as_of=2026-11-30 /reports/ /begin/ /people/ /long-work/{work.pk}/"
    long_draft = f"/draft/{Draft.objects.latest('pk').pk}/"
    addresses = f"{named} {forms} {checks} {others} {long_draft}".split()
    weights = {address: weight(alice.get(address).content) for address in addresses}
    assert {address: it for address, it in weights.items() if it > HEAVIEST} == {}


def test_a_part_of_the_ledgers_stands_below_the_sum_of_all_of_them(
    heavy: Cast, signed_in: As
) -> None:
    dora, address = signed_in("dora"), "/trust/month/?account=TRUST1&month=2026-11"
    for number, said in ((1, "1 to 100 of 400"), (4, "301 to 400 of 400"), (9, "301 to 400 of")):
        page = dora.get(f"{address}&ledgers={number}").content.decode()
        assert said in page
        assert "Total of all 400" in page
        assert "493,824.00" in page
    last = dora.get(f"{address}&ledgers=4").content.decode()
    assert "ledgers=3#ledgers" in last, "a plain link leads to the part before"
    second = dora.get(f"{address}&book=2").content.decode()
    assert "123,456.00" in second, "the cash book goes on from what the hundred before came to"
    table = dora.get(f"/trust/paper/{address[13:]}&file=balances.csv").content.decode()
    assert table.count("M-0") == MATTERS, "what is kept as a file has them all"


def test_the_way_to_a_code_leads_to_the_part_of_the_mapping_that_has_its_row(
    heavy: Cast, signed_in: As
) -> None:
    bob = signed_in("bob")
    assert "Of the 50 that are shown." in bob.get("/mapping/").content.decode()
    for place, other in (("account:4-3299", "to:account:4-3001"), ("account:8-0249", "8-0001")):
        page = bob.get("/mapping/", {"place": place}).content.decode()
        assert place.partition(":")[2] in page
        assert other not in page


def test_what_was_sent_and_answered_is_whole_as_a_text(heavy: Cast, signed_in: As) -> None:
    dora = signed_in("dora")
    page = dora.get("/documents/bill/busy/?slips=2").content.decode()
    assert "21 to 40 of 120" in page
    posting = Posting.objects.get(part="bill:0").pk
    text = dora.get(f"/documents/bill/busy/?exact={posting}")
    assert (text.status_code, text["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert dora.get(f"/documents/bill/long/?exact={posting}").status_code == 404


@pytest.mark.parametrize(
    ("query", "shown"),
    [("", "abc"), ("x=1", "abc"), ("x=3", "g"), ("x=4", "g"), ("x=0", "abc"), ("x=two", "abc")],
)
def test_the_nearest_part_there_is_of_what_is_asked_for_is_shown(query: str, shown: str) -> None:
    found = part(Asked("/there/", QueryDict(query)), "x", "abcdefg", 3)
    assert "".join(found.items) == shown
    assert (found.last, found.count, found.whole) == (found.first + len(shown) - 1, 7, False)


def test_parts_keep_what_else_was_asked_and_lead_to_their_neighbours() -> None:
    found = part(Asked("/there/", QueryDict("q=a+b&x=2")), "x", "abcdefg", 3)
    assert (found.earlier, found.later) == ("/there/?q=a+b&x=1", "/there/?q=a+b&x=3")
    assert part(Asked("/there/", QueryDict()), "x", "abc", 3).whole
    assert part(Asked("/there/", QueryDict()), "x", "", 3).items == ()


def test_a_list_may_begin_with_its_newest_or_with_what_is_looked_for() -> None:
    asked = Asked("/there/", QueryDict())
    assert part(asked, "x", "abcdefg", 3, newest=True).items == ("g",)
    assert part(asked, "x", "abcdefg", 3, holding=4).items == ("d", "e", "f")


def test_a_part_holds_no_more_than_people_read_and_one_item_at_least() -> None:
    items = [MOST_TEXT + 1, MOST_TEXT, 1, MOST_TEXT - 1]
    asked = [Asked("/there/", QueryDict(f"x={number}")) for number in (1, 2, 3)]
    shown = [part(one, "x", items, weigh=int).items for one in asked]
    assert shown == [(items[0],), (items[1],), (items[2], items[3])]
