"""What stands under every method: secrets sealed in the rows, transactions begun again."""

from __future__ import annotations

import psycopg.errors
import pytest
from django.db import OperationalError, transaction

from counterfoil.posting.records import Grant
from counterfoil.web import crypto, models
from counterfoil.web.store import DjangoOutbox
from counterfoil.web.store.base import TRIES, Base, writes
from tests.contract import stores
from tests.contract.stores import NOON
from tests.contract.test_connection import GRANT


class Unlucky(Base):
    """Meets a deadlock a few times before it gets through."""

    met = 0

    @writes
    def act(self, times: int) -> str:
        """Answer at last."""
        if self.met < times:
            self.met += 1
            raise OperationalError from psycopg.errors.DeadlockDetected()
        return "done"


def unlucky(alias: str) -> Unlucky:
    return Unlucky(0, b"", stores.CIPHER, using=alias)


def test_a_transaction_that_lost_a_deadlock_is_begun_again(sqlite_alias: str) -> None:
    assert unlucky(sqlite_alias).act(TRIES - 1) == "done"


def test_it_is_not_begun_again_for_ever(sqlite_alias: str) -> None:
    with pytest.raises(OperationalError):
        unlucky(sqlite_alias).act(TRIES)


def test_tokens_lie_sealed_in_the_database(alias: str) -> None:
    box: DjangoOutbox = stores.in_database(stores.new_organisation(alias), alias)
    box.connect(GRANT, actor="ann", now=NOON)
    row = models.Connection.objects.using(alias).get(pk=box.organisation_id)
    assert row.connected_by == "ann"
    for sealed, token in ((row.access_token, "access-1"), (row.refresh_token, "refresh-1")):
        assert len(bytes(sealed)) > 40
        assert token.encode() not in bytes(sealed)


def test_a_store_shows_no_secret(alias: str) -> None:
    shown = repr(stores.in_database(1, alias))
    assert shown == f"DjangoOutbox(1, using={alias!r})"


def test_one_organisation_sees_nothing_of_another(alias: str) -> None:
    ours, theirs = (stores.in_database(stores.new_organisation(alias), alias) for _ in range(2))
    theirs.connect(GRANT, actor="ann", now=NOON)
    assert ours.events() == ()
    assert ours.grant().access_token == ""


def test_a_new_key_takes_over_the_tokens(alias: str) -> None:
    organisation, old, new = stores.new_organisation(alias), crypto.new_key(), crypto.new_key()
    before, both, after = (
        DjangoOutbox(organisation, stores.AUDIT_KEY, crypto.parse(keys), using=alias)
        for keys in (old, f"{new},{old}", new)
    )
    before.connect(GRANT, actor="ann", now=NOON)
    assert both.reseal()
    assert not both.reseal()
    assert after.grant() == with_its_tokens(both)
    with pytest.raises(crypto.KeyMissing):
        before.grant()


def with_its_tokens(box: DjangoOutbox) -> Grant:
    grant = box.grant()
    assert (grant.access_token, grant.refresh_token) == ("access-1", "refresh-1")
    return grant


def test_a_page_may_read_within_its_own_transaction(alias: str) -> None:
    box = stores.in_database(stores.new_organisation(alias), alias)
    with transaction.atomic(using=alias):
        assert box.findings([]) == {}
        assert box.next_due() is None
