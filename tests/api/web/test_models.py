"""How models get into the API document: by reference, with bounds, choices and what is left out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictInt

from placet.api.web.models import Instant, json_body, one_of, schema_of
from placet.kit.wire_model import WHOLE, Absent, Name, WireModel


class Part(WireModel):
    """A part."""

    name: Name


class Whole(WireModel):
    """What is made of parts."""

    parts: list[Part]
    only_part: Part | None
    state: Annotated[Annotated[str, one_of(["new", "old"])], Field(description="How it is.")]
    last_state: Annotated[str, one_of(["new", "old"])] | None
    size: Annotated[StrictInt, Field(ge=1, le=5), WHOLE]
    made_at: Instant
    note: Absent[str] = None


PART = {"$ref": "#/components/schemas/Part"}
WORDS = {"type": "string", "enum": ["new", "old"]}


def properties(model: type[WireModel]) -> dict[str, object]:
    """The properties of a model by their wire names, without titles."""
    shown = schema_of(model)["$defs"][model.__name__]["properties"]
    return {
        name: {key: value for key, value in part.items() if key != "title"}
        for name, part in shown.items()
    }


def test_a_model_is_a_reference_with_all_that_it_names() -> None:
    shown = schema_of(Whole)
    assert shown["$ref"] == "#/components/schemas/Whole"
    assert shown["$defs"].keys() == {"Whole", "Part"}
    assert shown["$defs"]["Part"]["description"] == "A part."
    assert schema_of(list[Part])["items"] == PART


def test_fields_say_what_may_be_in_them() -> None:
    assert properties(Whole) == {
        "parts": {"type": "array", "items": PART},
        "onlyPart": {"anyOf": [PART, {"type": "null"}]},
        "state": WORDS | {"description": "How it is."},
        "lastState": {"anyOf": [WORDS, {"type": "null"}]},
        "size": {"type": "integer", "minimum": 1, "maximum": 5},
        "madeAt": {
            "type": "string",
            "format": "date-time",
            "examples": ["2026-01-31T00:00:00.0000000Z"],
        },
        "note": {"type": "string", "default": None},
    }
    assert properties(Part) == {"name": {"type": "string", "minLength": 1, "maxLength": 250}}


def test_what_may_be_left_out_is_not_required() -> None:
    required = schema_of(Whole)["$defs"]["Whole"]["required"]
    assert required == ["parts", "onlyPart", "state", "lastState", "size", "madeAt"]


def test_a_body_has_its_schema_and_an_example() -> None:
    body = json_body(Part, {"name": "wheel"})["requestBody"]
    assert body["required"]
    [(kind, content)] = body["content"].items()
    assert kind == "application/json"
    assert (content["schema"]["$ref"], content["example"]) == (PART["$ref"], {"name": "wheel"})
