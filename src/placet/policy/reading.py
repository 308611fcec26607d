"""From a JSON document to a model, with every field at fault named in words people understand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from placet.errors import Detail, InvalidRequest

__all__ = ["field_details", "read", "read_many"]

M = TypeVar("M", bound=BaseModel)

SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "string_type": "must be a string",
    "string_unicode": "must not contain half a surrogate pair",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "tuple_type": "must be an array",
    "list_type": "must be an array",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
    "string_too_short": "must be {min_length} or more characters long",
    "string_too_long": "must be at most {max_length} characters long",
    "too_short": "must hold {min_length} or more items, not {actual_length}",
    "too_long": "must hold at most {max_length} items, not {actual_length}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}


def read(model: type[M], document: Any) -> M:
    """`document` as a `model`.

    Raises:
        InvalidRequest: it is none; the message names the first field, `details` all of them.
    """
    try:
        return model.model_validate(document, by_alias=True, by_name=False)
    except ValidationError as error:
        raise _invalid(error) from error


def read_many(model: type[M], document: Any) -> list[M]:
    """`document` as a list of `model`s; errors as in `read`."""
    try:
        reader = TypeAdapter(list[model])  # type: ignore[valid-type]
        return reader.validate_python(document, by_alias=True, by_name=False)
    except ValidationError as error:
        raise _invalid(error) from error


def field_details(error: ValidationError) -> list[Detail]:
    """Every field at fault with one sentence each, in document order."""
    return [
        Detail(_field(item["loc"]), _sentence(item["type"], item["msg"], item.get("ctx") or {}))
        for item in error.errors(include_url=False, include_input=False)
    ]


def _invalid(error: ValidationError) -> InvalidRequest:
    details = field_details(error)
    first = details[0]
    if first.field:
        message = f"`{first.field}` {first.message}"
    else:
        # what is wrong between fields names them itself
        message = first.message if first.message.startswith("`") else f"the body {first.message}"
    return InvalidRequest(message, details=details)


def _sentence(kind: str, message: str, context: dict[str, Any]) -> str:
    if kind in SENTENCES:
        return SENTENCES[kind].format_map(context)
    if kind == "value_error":
        return str(context.get("error", message))
    return message[:1].lower() + message[1:]


def _field(location: Sequence[str | int]) -> str:
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path
