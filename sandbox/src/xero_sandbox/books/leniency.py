"""What other clients' JSON may look like, as Xero's reader (Json.NET) takes it.

Most requests have the documented names and types, and ``exchange`` decodes them straight into
their shapes. Only where that fails is a body read again here, key by key: names in any case, text
for numbers and numbers for text, one object for a list. What cannot be made to fit is left as it
was sent, so that the refusal names it. No number passes through a float.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from types import GenericAlias
from typing import TypeVar

import msgspec
from msgspec import inspect

from xero_sandbox.books.incoming import Incoming

In = TypeVar("In", bound=Incoming)
Reader = Callable[[object], object]

# Not verified, see json-thousands.
_NUMBER = re.compile(r"[+-]?(?:[0-9][0-9,]*(?:\.[0-9]*)?|\.[0-9]+)")
_ELEMENTS = "elements"
_TRUTH = {"true": True, "false": False, "": None}


def decoded(body: bytes) -> object:
    """Return a body as plain values; raises ``msgspec.DecodeError`` for what is no JSON."""
    return _TREE.decode(body)


def _exact(digits: str) -> Decimal | str:
    try:
        return Decimal(digits)
    except InvalidOperation:
        return digits


_TREE: msgspec.json.Decoder[object] = msgspec.json.Decoder(float_hook=_exact)


# Not verified, see json-key-case.
def listed(tree: object, root: str, shape: type[In]) -> list[In] | None:
    """Return what a body holds under the key ``root`` ("Invoices"), or None if it has no such key.

    Raises ``msgspec.ValidationError`` for a value of a kind that no reader would take.
    """
    sent = None
    if isinstance(tree, dict):
        # The last one counts, where a key comes in two spellings.
        for name, value in tree.items():
            sent = value if name.lower() == root.lower() else sent
    if sent is None:
        return None
    read = {root: _list_of(_object_of(shape))(sent)}
    known: list[In] = getattr(msgspec.convert(read, _envelope(root, shape)), _ELEMENTS)
    return known


def alone(tree: object, shape: type[In]) -> In:
    """Return a body that is one element without a root key; raises as ``listed`` does."""
    return msgspec.convert(_object_of(shape)(tree), shape)


@cache
def _envelope(root: str, shape: type[In]) -> type[msgspec.Struct]:
    """Return a struct of one field, so that a refusal tells the whole path to what it is about."""
    return msgspec.defstruct(
        "Listed", [("elements", GenericAlias(list, shape))], rename={"elements": root}
    )


def _reader(kind: inspect.Type) -> Reader:
    """Return how a value of a field's type is read."""
    match kind:
        case inspect.UnionType(types=kinds):
            return _reader(next(one for one in kinds if not isinstance(one, inspect.NoneType)))
        case inspect.StructType(cls=shape):
            return _object_of(shape)
        case inspect.ListType(item_type=item):
            return _list_of(_reader(item))
        case inspect.LiteralType(values=words):
            return _word_of({str(word).lower(): str(word) for word in words})
        case _:
            return _OF_PLAIN[type(kind)]


@cache
def _fields(shape: type) -> Mapping[str, tuple[str, Reader]]:
    """Return the fields of a shape by their folded names: their JSON name and reader."""
    described = inspect.type_info(shape)
    assert isinstance(described, inspect.StructType)
    return {
        one.encode_name.lower(): (one.encode_name, _reader(one.type)) for one in described.fields
    }


# Not verified, see json-empty-object.
def _object_of(shape: type) -> Reader:
    def read_object(sent: object) -> object:
        if not isinstance(sent, dict):
            # Xero itself may print a null object as an empty array (facts: section 4).
            return None if sent == [] else sent
        fields = _fields(shape)
        known = ((fields.get(name.lower()), value) for name, value in sent.items())
        return {field[0]: field[1](value) for field, value in known if field is not None}

    return read_object


# Not verified, see json-one-for-list.
def _list_of(item: Reader) -> Reader:
    def read_list(sent: object) -> object:
        if isinstance(sent, dict):
            return [item(sent)] if sent else []
        return [item(one) for one in sent] if isinstance(sent, list) else sent

    return read_list


# Not verified, see json-word-case.
def _word_of(words: Mapping[str, str]) -> Reader:
    def read_word(sent: object) -> object:
        return words.get(sent.lower(), sent or None) if isinstance(sent, str) else sent

    return read_word


# Not verified, see json-numbers-for-text.
def _text(sent: object) -> object:
    if isinstance(sent, bool):
        return "true" if sent else "false"
    return str(sent) if isinstance(sent, int | Decimal) else sent


def _number(sent: object) -> object:
    if not isinstance(sent, str):
        return sent
    digits = sent.strip()
    if _NUMBER.fullmatch(digits):
        return Decimal(digits.replace(",", ""))
    return digits or None


# Not verified, see json-text-for-booleans.
def _flag(sent: object) -> object:
    if isinstance(sent, str):
        return _TRUTH.get(sent.strip().lower(), sent)
    return bool(sent) if isinstance(sent, int | Decimal) else sent


_OF_PLAIN: Mapping[type[inspect.Type], Reader] = {
    inspect.StrType: _text,
    inspect.DecimalType: _number,
    inspect.BoolType: _flag,
}
