"""Days as forms take them: those of years in which a practice can have done something."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

FIRST: Final = dt.date(1900, 1, 1)
LAST: Final = dt.date(2199, 12, 31)
ISO: Final = "%Y-%m-%d"
HOW: Final = "Write the day with its year first, as 2026-11-03."
WHICH_YEAR: Final = "This year cannot be meant. Write it with four figures, as 2026."


class DayField(forms.DateField):
    """A day of a sensible year: a date field makes 0026 of a 26 that was typed.

    It is read as date fields send it, year first, and no other way: where there is no picker,
    03/11/2026 is a day of March to some and of November to others.
    """

    widget = forms.DateInput(attrs={"type": "date"})

    def __init__(self, *, label: str, required: bool = True) -> None:
        """Take a day under a label, of a year that can be meant."""
        validators = [MinValueValidator(FIRST, WHICH_YEAR), MaxValueValidator(LAST, WHICH_YEAR)]
        super().__init__(
            label=label,
            required=required,
            validators=validators,
            input_formats=[ISO],
            error_messages={"invalid": HOW},
        )
