"""Dataclasses that are stored as JSON objects."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pytest

from placet.kit.stored import Stored


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Dot(Stored):
    place_name: str
    colour: Colour | None
    weight: float | None = 1.5


@dataclass(frozen=True, slots=True)
class Line(Stored):
    start: Dot
    length: int


def test_fields_stand_in_their_order_in_camel_case_none_included() -> None:
    document = Dot("here", None).to_document()
    assert list(document.items()) == [("placeName", "here"), ("colour", None), ("weight", 1.5)]


@pytest.mark.parametrize("dot", [Dot("here", Colour.RED, None), Dot("", None, 0.0)])
def test_what_is_written_is_read(dot: Dot) -> None:
    assert Dot.from_document(dot.to_document()) == dot


def test_words_are_read_as_enums() -> None:
    dot = Dot.from_document({"placeName": "here", "colour": "red"})
    assert type(dot.colour) is Colour


def test_what_has_a_default_may_be_missing_but_nothing_else() -> None:
    assert Dot.from_document({"placeName": "here", "colour": None}).weight == 1.5
    with pytest.raises(KeyError, match="colour"):
        Dot.from_document({"placeName": "here"})


def test_a_word_that_is_none_of_the_enum_is_refused() -> None:
    with pytest.raises(ValueError, match="blue"):
        Dot.from_document({"placeName": "here", "colour": "blue"})


def test_what_is_no_scalar_is_refused() -> None:
    with pytest.raises(TypeError, match="no scalar"):
        Line.from_document({"start": {}, "length": 1})
