"""Whatever somebody does to the record behind its back is found."""

from __future__ import annotations

import hmac

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.web import audit
from counterfoil.web.models.packed import packed, unpacked
from tests import tampering
from tests.contract.stores import AUDIT_KEY


def test_every_edit_deletion_swap_and_cut_is_found(alias: str) -> None:
    done, missed = tampering.unfound(alias, tampering.a_record(alias), AUDIT_KEY, 48, seed=7)
    assert done.total() == 48
    assert missed == 0


@given(st.binary(min_size=1, max_size=100), st.binary(max_size=40), st.integers(1))
def test_an_entry_is_signed_by_the_standard_hmac(key: bytes, before: bytes, firm: int) -> None:
    commit = audit.Commit(3, None, "2026-03-02T12:00:00.000000Z", 2, b"\x0a" * 32)
    said = f'["{before.hex()}", {firm}, 3, null, "2026-03-02T12:00:00.000000Z", 2, "{"0a" * 32}"]'
    assert audit.Signer(key).mac(before, firm, commit) == hmac.digest(key, said.encode(), "sha256")


@given(st.binary(max_size=2_000) | st.binary(max_size=20).map(lambda tail: b"\x00z" + tail))
def test_what_is_packed_comes_back_as_it_was(body: bytes) -> None:
    assert unpacked(packed(body)) == body
