"""Texts that a spreadsheet would compute."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core.guarded import guarded, unguarded

FORMULAS = ("=1+1", "+cmd|'/c'", "-1-1", "@SUM(1)", "\tx", "\rx", "\n=1", "'=1", "-")
FULL_WIDTH = ("\uff1d1", "\uff0b1", "\uff0d1", "\uff20SUM(1)", "'\uff1d1")


@pytest.mark.parametrize("text", FORMULAS + FULL_WIDTH)
def test_a_formula_is_text_behind_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-50.00", "-1,234.50", "+3", "Ada", "'quoted'", "O'Neill", ""])
def test_amounts_and_words_stay_as_they_are(text: str) -> None:
    assert guarded(text) == text


@given(st.text(st.sampled_from("'=+-@\t\n\uff1d1a"), max_size=8) | st.text(max_size=8))
def test_nothing_is_lost(text: str) -> None:
    assert unguarded(guarded(text)) == text
