"""The kinds of scalar fields documents are made of, and the canonical spelling of a document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final, Self, TypeAlias, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
)
from pydantic.alias_generators import to_camel
from pydantic.config import JsonDict
from pydantic.json_schema import SkipJsonSchema

from placet.kit.characters import invisible_character

MAX_NAME: Final = 250
MAX_TEXT: Final = 10_000
MAX_EXPRESSION: Final = 100_000
MAX_PRIORITY: Final = 2**31 - 1


def canonical_json(document: Any) -> bytes:
    """The one spelling of a JSON document that digests are made of: sorted keys, no spaces, ASCII.

    Raises:
        ValueError: for NaN and infinities, which JSON does not have.
    """
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("ascii")


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain a NUL character")
    return text


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def _whole(value: Any) -> Any:
    """JSON has one kind of number, so 2.0 is a whole number too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _finite_number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number")
    if not -1e15 <= value <= 1e15:
        raise ValueError("must be between -1e15 and 1e15")
    return value


def _visible(text: str) -> str:
    hidden = invisible_character(text, joiners=True)
    if hidden is not None:
        raise ValueError(f"must not contain an invisible character: {hidden}")
    return text


Text = Annotated[StrictStr, Field(max_length=MAX_TEXT), AfterValidator(_storable)]
_FILLED: Final[JsonDict] = {"minLength": 1}
Name = Annotated[
    StrictStr,
    Field(max_length=MAX_NAME, json_schema_extra=_FILLED),
    AfterValidator(_storable),
    AfterValidator(_filled),
]
Identifier = Name
# Of something that is made anew, and that people tell apart by sight.
VisibleName = Annotated[Name, AfterValidator(_visible)]
Visible: Final = AfterValidator(_visible)
Number = Annotated[int | float, BeforeValidator(_finite_number)]
Document = dict[str, Any]
ExpressionText = Annotated[
    StrictStr,
    Field(max_length=MAX_EXPRESSION, json_schema_extra=_FILLED),
    AfterValidator(_storable),
    AfterValidator(_filled),
]
# Behind the bounds of a `StrictInt`: before them they would not get into its JSON schema.
WHOLE: Final = BeforeValidator(_whole)
Priority = Annotated[StrictInt, Field(ge=-MAX_PRIORITY, le=MAX_PRIORITY), WHOLE]
Kind = TypeVar("Kind")
# A field of an answer that may be left out, and is never null.
Absent: TypeAlias = Kind | SkipJsonSchema[None]


class WireModel(BaseModel):
    """Camel case outside, snake case inside, frozen."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, extra="ignore"
    )

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with the fields in `update` changed, and nothing cached of the original."""
        copy = super().model_copy(update=update, deep=deep)
        for name in copy.__dict__.keys() - type(self).model_fields.keys():
            del copy.__dict__[name]
        return copy

    def to_document(self) -> Document:
        """This object as a JSON document in wire names; fields that are not set are left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
