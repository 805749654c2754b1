"""Texts that a spreadsheet would compute."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core.guarded import guarded, unguarded


@pytest.mark.parametrize("text", ["=1+1", "+cmd|'/c'", "-1-1", "@SUM(1)", "\tx", "\rx", "'=1", "-"])
def test_a_formula_is_text_behind_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-50.00", "-1,234.50", "+3", "Ada", "'quoted'", "O'Neill", ""])
def test_amounts_and_words_stay_as_they_are(text: str) -> None:
    assert guarded(text) == text


@given(st.text(st.sampled_from("'=+-@\t1a"), max_size=8) | st.text(max_size=8))
def test_nothing_is_lost(text: str) -> None:
    assert unguarded(guarded(text)) == text
