"""Documents on the wire: camel case outside, snake case inside."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from placet.kit.wire_model import (
    Identifier,
    Name,
    Number,
    Priority,
    Text,
    VisibleName,
    WireModel,
    canonical_json,
)


class Shelf(WireModel):
    """Something with a name of two words."""

    shelf_name: str
    book_count: int | None = None

    @cached_property
    def label(self) -> str:
        """What is kept once it was asked for."""
        return self.shelf_name.upper()


@pytest.mark.parametrize("document", [{"shelfName": "a"}, {"shelf_name": "a"}])
def test_a_field_is_read_by_either_name_and_written_in_camel_case(document: Any) -> None:
    shelf = Shelf.model_validate({**document, "unknown": 1})
    assert shelf.to_document() == {"shelfName": "a"}
    with pytest.raises(ValidationError, match="frozen"):
        shelf.shelf_name = "b"


def test_a_copy_keeps_nothing_that_was_made_of_the_original() -> None:
    shelf = Shelf(shelf_name="a")
    assert shelf.label == "A"
    copy = shelf.model_copy(update={"shelf_name": "b"})
    assert (copy.label, shelf.label) == ("B", "A")


@pytest.mark.parametrize(
    ("one", "other"),
    [({"b": 1, "a": [1.5, None]}, {"a": [1.5, None], "b": 1}), ({"ü": "é"}, {"ü": "é"})],
)
def test_equal_documents_have_one_spelling(one: Any, other: Any) -> None:
    assert canonical_json(one) == canonical_json(other)
    assert canonical_json(one).isascii()


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_json_does_not_have_has_no_spelling(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"a": number})


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        (Priority, 2.0, 2),
        (Priority, -3, -3),
        (Number, 1.5, 1.5),
        (Number, 10**15, 10**15),
        (Name, " a ", " a "),
        (Text, "", ""),
        (VisibleName, "Ann", "Ann"),
    ],
)
def test_what_may_be_is_read(kind: Any, value: Any, read: Any) -> None:
    assert TypeAdapter(kind).validate_python(value) == read


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Priority, 2.5), (Priority, "2"), (Priority, True), (Number, True), (Number, "1"),
        (Number, float("nan")), (Number, 1e16), (Name, "  "), (Name, "a\x00"), (Name, 1),
        (Identifier, "x" * 10_000), (Text, "\x00"), (VisibleName, "A\u200bnn"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(kind: Any, value: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(value)
