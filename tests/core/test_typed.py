"""Figures as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core.typed import NotPlain, figure


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("1,234.50", "1234.50"),
        (" $660 ", "660"),
        ("(100.00)", "-100.00"),
        ("−5", "-5"),
        (".50", "0.50"),
        ("1,234", "1234"),
        ("12,345,678.90", "12345678.90"),
        ("1 234.50", "1234.50"),
        ("1’234’567", "1234567"),
        ("- $ 5", "-5"),
    ],
)
def test_what_people_write_is_made_plain(typed: str, plain: str) -> None:
    assert figure(typed) == plain


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("1,5", "may mean 1.5 or 15"),
        ("12,50", "may mean 12.50 or 1250"),
        ("1.000", r"may mean 1000 or 1\.000"),
        ("1.234,50", "Write 1234.50 if that is meant"),
        ("1,23,456", "do not stand between thousands"),
        ("1 234,50", "may mean 1234.50 or 123450"),
        ("0,500", "may mean 0.500 or 500"),
        ("0,050", "may mean 0.050 or 50"),
        ("00,500", "may mean 00.500 or 500"),
        ("100 00", "spaces do not stand between thousands"),
        ("12 5", "spaces do not stand between thousands"),
        ("0 500", "spaces do not stand between thousands"),
        ("about 5", "is no figure"),
        ("1e3", "is no figure"),
        ("٣", "is no figure"),
    ],
)
def test_what_is_ambiguous_is_refused_in_words(typed: str, words: str) -> None:
    with pytest.raises(NotPlain, match=words):
        figure(typed)


def test_a_quantity_may_have_three_decimals() -> None:
    assert figure("1.125", grouped=False) == "1.125"
    assert figure("0.500") == "0.500"


def test_a_quantity_with_one_comma_is_not_guessed() -> None:
    with pytest.raises(NotPlain, match=r"may mean 1234 or 1\.234"):
        figure("1,234", grouped=False)


@given(st.integers(-(10**12), 10**12))
def test_what_we_write_with_commas_is_read_as_it_was(amount: int) -> None:
    written = f"{'-' if amount < 0 else ''}{abs(amount) // 100:,}.{abs(amount) % 100:02d}"
    assert figure(written) == written.replace(",", "")


@pytest.mark.parametrize(
    ("typed", "currency"), [("€660", "AUD"), ("(£5)", "AUD"), ("$5", "GBP"), ("5 $", "EUR")]
)
def test_the_sign_of_another_currency_is_refused(typed: str, currency: str) -> None:
    with pytest.raises(NotPlain, match=f"sign of another currency than {currency}"):
        figure(typed, currency=currency)


@pytest.mark.parametrize(("typed", "currency"), [("$5", "NZD"), ("€5", "EUR"), ("5 £", "GBP")])
def test_the_sign_of_its_own_currency_is_taken(typed: str, currency: str) -> None:
    assert figure(typed, currency=currency) == "5"
