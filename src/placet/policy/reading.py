"""From a JSON document to a model, with every field at fault named in words people understand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any, Final, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from placet.errors import Detail, InvalidRequest
from placet.spelling import slips_in

__all__ = ["field_details", "read", "read_many"]

M = TypeVar("M", bound=BaseModel)

# Of a list every item may have some.
_MOST_SLIPS: Final = 50

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
    """`document` as a `model`. Other fields are passed over, but not a slip of a field's name:
    what it was meant to say would be lost without a word.

    Raises:
        InvalidRequest: it is none; the message names the first field, `details` all of them.
    """
    try:
        found = model.model_validate(document, by_alias=True, by_name=False)
    except ValidationError as error:
        raise _invalid(field_details(error)) from error
    _check_spelling(found, document)
    return found


def read_many(model: type[M], document: Any) -> list[M]:
    """`document` as a list of `model`s; errors as in `read`."""
    try:
        reader = TypeAdapter(list[model])  # type: ignore[valid-type]
        found = reader.validate_python(document, by_alias=True, by_name=False)
    except ValidationError as error:
        raise _invalid(field_details(error)) from error
    _check_spelling(found, document)
    return found


def field_details(error: ValidationError) -> list[Detail]:
    """Every field at fault with one sentence each, in document order."""
    return [
        Detail(_field(item["loc"]), _sentence(item["type"], item["msg"], item.get("ctx") or {}))
        for item in error.errors(include_url=False, include_input=False)
    ]


def _check_spelling(found: Any, document: Any) -> None:
    slips = list(islice(_slips(found, document, ()), _MOST_SLIPS))
    if slips:
        raise _invalid(slips)


def _slips(found: Any, document: Any, place: tuple[str | int, ...]) -> Iterator[Detail]:
    """The keys of `document` that stand for none of its fields and look like one it lacks."""
    if isinstance(found, BaseModel) and isinstance(document, dict):
        names = _names(type(found))
        for key, meant in slips_in(document, names):
            yield Detail(_field((*place, key)), f"is not known here; did you mean `{meant}`?")
        for key, name in names.items():
            value = getattr(found, name)
            if isinstance(value, BaseModel | list | tuple):
                yield from _slips(value, document.get(key), (*place, key))
    elif isinstance(found, list | tuple) and isinstance(document, list):
        for index, (item, part) in enumerate(zip(found, document, strict=False)):
            yield from _slips(item, part, (*place, index))


@cache
def _names(model: type[BaseModel]) -> dict[str, str]:
    """The names of a model's attributes by those in documents."""
    return {field.alias or name: name for name, field in model.model_fields.items()}


def _invalid(details: list[Detail]) -> InvalidRequest:
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
