"""Dataclasses that are stored as JSON objects: a key for each field, in camel case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from enum import Enum
from functools import cache
from operator import attrgetter
from types import NoneType
from typing import Any, Self, get_args, get_type_hints

from pydantic.alias_generators import to_camel

from placet.kit.wire_model import Document

_SCALARS = (str, int, float, bool, NoneType)


class Stored:
    """The base of a frozen dataclass of two or more fields, each a scalar, an enum or None.

    What earlier versions stored may lack the fields that have a default.
    """

    __slots__ = ()

    def to_document(self) -> Document:
        """As JSON, the fields in their order."""
        own: Any = type(self)
        keys, values = _writer(own)
        return dict(zip(keys, values(self), strict=True))

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """From JSON. Raises KeyError where a field without default is missing."""
        own: Any = cls
        values = []
        for key, default, kind in _reader(own):
            value = document[key] if default is MISSING else document.get(key, default)
            values.append(value if kind is None or value is None else kind(value))
        return cls(*values)


@cache
def _writer(cls: Any) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    names = [field.name for field in fields(cls)]
    return tuple(to_camel(name) for name in names), attrgetter(*names)


@cache
def _reader(cls: Any) -> tuple[tuple[str, Any, type[Enum] | None], ...]:
    """The key of each field, its default, and the enum of its values."""
    hints = get_type_hints(cls)
    return tuple(
        (to_camel(field.name), field.default, _enum_of(hints[field.name])) for field in fields(cls)
    )


def _enum_of(hint: Any) -> type[Enum] | None:
    kinds = [kind for kind in get_args(hint) or (hint,) if kind not in _SCALARS]
    if not kinds:
        return None
    [kind] = kinds
    if not (isinstance(kind, type) and issubclass(kind, Enum)):
        raise TypeError(f"`{hint}` is no scalar and no enum")
    return kind
