"""A file whose disk, network or database dies: what came before is in, and it is said in words."""

from __future__ import annotations

import errno
import io
import os

import pytest
from django.db import OperationalError

from counterfoil.web.models import Document
from counterfoil.web.services import importing
from tests.cli.scene import bill, json_lines
from tests.web.cast import As, Cast

MANY = json_lines(*(bill(str(number)) for number in range(600)))


class Dying(io.BytesIO):
    """A file that can be read up to a place, and then gives what a dying disk does."""

    def __init__(self, data: bytes, until: int, number: int) -> None:
        super().__init__(data)
        self.until, self.number = until, number

    def read(self, size: int | None = -1, /) -> bytes:
        self._look(size)
        return super().read(size)

    def readline(self, size: int | None = -1, /) -> bytes:
        self._look(0)
        return super().readline(size)

    def __next__(self) -> bytes:
        self._look(0)
        return super().__next__()

    def _look(self, size: int | None) -> None:
        if self.tell() + (size or 0) >= self.until:
            raise OSError(self.number, os.strerror(self.number))


def imported(cast: Cast, stream: io.BytesIO) -> importing.Imported:
    return importing.import_file(
        stream, cast.organisation, actor="test", now=cast.organisation.created_at
    )


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.ETIMEDOUT])
def test_a_file_that_dies_leaves_what_came_before_and_says_why(cast: Cast, number: int) -> None:
    found = imported(cast, Dying(MANY, len(MANY) // 2, number))
    assert found.broke_off == os.strerror(number)
    assert found.refused == []
    assert 0 < Document.objects.filter(kind="bill").count() == found.taken.total() < 600


def test_a_file_that_dies_at_once_is_said_to_have_died(cast: Cast) -> None:
    found = imported(cast, Dying(MANY, 0, errno.EIO))
    assert (found.broke_off, found.taken.total()) == (os.strerror(errno.EIO), 0)


def test_a_full_database_is_said_to_be_full(
    cast: Cast, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(importing, "receive", full)
    found = imported(cast, io.BytesIO(MANY))
    assert found.broke_off == "the database takes nothing more (database or disk is full)"
    file = io.BytesIO(json_lines(bill("1")))
    file.name = "month.jsonl"
    page = signed_in("alice").post("/import/", {"file": file}, follow=True).content.decode()
    assert "not taken in to its end: the database takes nothing more" in page
