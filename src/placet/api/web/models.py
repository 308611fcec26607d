"""Models as parts of the API document: bodies, errors, and the kinds of fields answers have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final

from pydantic import Field, TypeAdapter
from pydantic.fields import FieldInfo

SCHEMAS: Final = "#/components/schemas/"
JSON: Final = "application/json"
Schema = dict[str, Any]

Instant = Annotated[
    str,
    Field(
        json_schema_extra={"format": "date-time"},
        examples=["2026-01-31T00:00:00.0000000Z"],
    ),
]
Next = Annotated[str | None, Field(description="Pass it as `after`; null on the last page.")]


def one_of(values: Iterable[str]) -> FieldInfo:
    """What says of a field that it is one of these words. In place, and not a model of its own:
    several nouns have a `Status`.
    """
    info: FieldInfo = Field(json_schema_extra={"enum": [str(value) for value in values]})
    return info


def schema_of(model: Any) -> Schema:
    """The JSON schema of what is validated as `model`: references, with the models that they name
    under `$defs`, until the document has them among its components.
    """
    adapters = [(0, "validation", TypeAdapter(model))]
    schemas, rest = TypeAdapter.json_schemas(adapters, ref_template=f"{SCHEMAS}{{model}}")  # type: ignore[arg-type]
    return schemas[0, "validation"] | rest


def json_body(model: Any, example: Any) -> Schema:
    """What a route that reads its body by itself tells the API pages (`openapi_extra`)."""
    content = {JSON: {"schema": schema_of(model), "example": example}}
    return {"requestBody": {"required": True, "content": content}}
