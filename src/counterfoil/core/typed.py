"""Figures as people type them, made plain for the strict reader, or refused in words.

People write 1,234.50, $660 and (100.00). What could be meant in two ways is not guessed: the
strict reader never sees it, and the person is told how to write it.
"""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?|\.[0-9]+").fullmatch
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?").fullmatch
_SPACED = re.compile(r"[1-9][0-9]{0,2}( [0-9]{3})+([.,][0-9]*)?").fullmatch
_LONE_COMMA = re.compile(r"[0-9]+,[0-9]{1,2}|0+,[0-9]{3}|0[0-9]+,[0-9]{3}").fullmatch
_POINT_BEFORE_THREE = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}").fullmatch
_TURNED_ABOUT = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?").fullmatch
_FIGURES = re.compile(r"[0-9., ]+").fullmatch
_SPACES = str.maketrans("\u00a0\u202f\u2009'’", " " * 5)
"""What people put between thousands besides commas, all as one blank."""
_SIGNS = "$£€"
DOLLARS = frozenset({"AUD", "CAD", "FJD", "HKD", "NZD", "SGD", "USD"})
"""Currencies whose sign is ``$``, of those that practices account in."""
_OF_SIGN = {"$": DOLLARS, "£": frozenset({"GBP"}), "€": frozenset({"EUR"})}
"""Whose signs these are, of the currencies that practices account in."""


class NotPlain(ValueError):
    """A figure that cannot be taken as it was typed; the message says why and how to write it."""


def figure(text: str, *, grouped: bool = True, currency: str = "") -> str:
    """Return a figure as plain digits: ``1,234.50`` is ``1234.50``.

    Without ``grouped`` a lone comma before three digits is refused too: of a quantity nobody can
    tell whether ``1,234`` has three decimals. With it, as of money, a lone point before three
    digits is: who writes points between thousands means 1,000 by ``1.000``. With ``currency``, that
    of the document, so is the sign of another. Raises ``NotPlain``.
    """
    if currency and any(sign in text and currency not in of for sign, of in _OF_SIGN.items()):
        raise NotPlain(
            f"“{text}” bears the sign of another currency than {currency}, in which this is. Write "
            "it without the sign, or enter the currency that is meant."
        )
    sign, bare = _sign(text.translate(_SPACES).strip())
    bare = bare.strip(f"{_SIGNS} ")
    if _SPACED(bare):
        bare = bare.replace(" ", "")
    if grouped and _POINT_BEFORE_THREE(bare):
        raise NotPlain(
            f"“{text}” may mean {bare.replace('.', '')} or {bare}. "
            "Write it without the point, or with two decimals."
        )
    if _PLAIN(bare):
        return f"{sign}{'0' if bare.startswith('.') else ''}{bare}"
    if _GROUPED(bare):
        if not grouped and "." not in bare:
            raise NotPlain(
                f"“{text}” may mean {bare.replace(',', '')} or {bare.replace(',', '.', 1)}. "
                "Write it without the comma, or with a point."
            )
        return sign + bare.replace(",", "")
    raise NotPlain(_why(text, bare))


def _sign(bare: str) -> tuple[str, str]:
    if bare.startswith("(") and bare.endswith(")"):
        return "-", bare[1:-1]
    if bare[:1] in {"-", "−"}:
        return "-", bare[1:]
    return "", bare


def _why(text: str, bare: str) -> str:
    if " " in bare and _FIGURES(bare):
        return f"In “{text}” the spaces do not stand between thousands. Write it without them."
    if _LONE_COMMA(bare):
        whole, _, cents = bare.partition(",")
        return (
            f"“{text}” may mean {whole}.{cents} or {int(whole + cents)}. "
            "Write a point before the cents, and commas only between thousands."
        )
    if _TURNED_ABOUT(bare):
        meant = bare.replace(".", "").replace(",", ".")
        return f"“{text}” has point and comma the other way about. Write {meant} if that is meant."
    if "," in bare:
        return f"In “{text}” the commas do not stand between thousands. Write it without them."
    return f"“{text}” is no figure. Write digits, with a point before the decimals."
