"""From a JSON document to a model, with every field at fault named in words people understand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from types import UnionType
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, RootModel, TypeAdapter, ValidationError

from placet.errors import Detail, InvalidRequest
from placet.kit.spelling import slips_in

M = TypeVar("M", bound=BaseModel)

# Of a list every item may have some.
_MOST_SLIPS: Final = 50
_MOST_TOLD: Final = 10

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

_TOLD_BY_SLIPS: Final = frozenset({SENTENCES["missing"], SENTENCES["extra_forbidden"]})


def read(model: type[M], document: Any) -> M:
    """`document` as a `model`. Other fields are passed over, but not a slip of a field's name:
    what it was meant to say would be lost without a word.

    Raises:
        InvalidRequest: it is none; the message names the first fields at fault, slips before all
            others, `details` all of them.
    """
    found: M = _read(model, document)
    return found


def read_many(model: type[M], document: Any) -> list[M]:
    """`document` as a list of `model`s; errors as in `read`."""
    found: list[M] = _read(list[model], document)  # type: ignore[valid-type]
    return found


def refusal(details: Sequence[Detail]) -> InvalidRequest:
    """The error for these faults of one body, the first of them in its message."""
    parts = [_told(detail) for detail in details[:_MOST_TOLD]]
    if len(details) > _MOST_TOLD:
        parts.append(f"and {len(details) - _MOST_TOLD} more")
    message = parts[0]
    for part in parts[1:]:
        message += f" {part}" if message.endswith("?") else f"; {part}"
    return InvalidRequest(message, details=details)


def field_details(error: ValidationError) -> list[Detail]:
    """Every field at fault with one sentence each, in document order."""
    return [
        Detail(_field(item["loc"]), _sentence(item["type"], item["msg"], item.get("ctx") or {}))
        for item in error.errors(include_url=False, include_input=False)
    ]


def _read(kind: Any, document: Any) -> Any:
    found, details = None, []
    try:
        found = _reader(kind).validate_python(document, by_alias=True, by_name=False)
    except ValidationError as error:
        details = field_details(error)
    slips = list(islice(_slips(kind, document, ()), _MOST_SLIPS))
    if slips or details or found is None:
        raise refusal(_all_faults(slips, details))
    return found


@cache
def _reader(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _all_faults(slips: Sequence[_Slip], details: Sequence[Detail]) -> list[Detail]:
    """Slips first. What is missing because of one, or not known as it is one, is told by it."""
    explained = {slip.meant for slip in slips} | {slip.field for slip in slips}
    unexplained = [
        detail
        for detail in details
        if detail.field not in explained or detail.message not in _TOLD_BY_SLIPS
    ]
    told = [Detail(slip.field, f"is not known here; did you mean `{slip.name}`?") for slip in slips]
    return list(dict.fromkeys([*told, *unexplained]))


@dataclass(frozen=True, slots=True)
class _Slip:
    """A key that stands for nothing, and the name it seems to be a slip of; both also as paths."""

    field: str
    name: str
    meant: str


def _slips(kind: Any, document: Any, place: tuple[str | int, ...]) -> Iterator[_Slip]:
    """The keys of `document` that stand for none of its fields and look like one it lacks."""
    for model, many in _models(kind):
        if many and isinstance(document, list):
            for index, item in enumerate(document):
                yield from _slips(model, item, (*place, index))
        elif not many and isinstance(document, dict):
            fields = _fields(model)
            for key, name in slips_in(document, fields):
                yield _Slip(_field((*place, key)), name, _field((*place, name)))
            for name, inner in fields.items():
                if _models(inner):
                    yield from _slips(inner, document.get(name), (*place, name))


@cache
def _models(kind: Any) -> tuple[tuple[Any, bool], ...]:
    """The models that a type allows, each with whether it is an array of them."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return () if issubclass(kind, RootModel) else ((kind, False),)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _models(arguments[0])
    if origin in (list, tuple):
        return tuple((model, True) for model, many in _models(arguments[0]) if not many)
    if origin in (Union, UnionType):
        return tuple(found for argument in arguments for found in _models(argument))
    return ()


@cache
def _fields(model: type[BaseModel]) -> dict[str, Any]:
    """The types of a model's fields by their names in documents."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _told(detail: Detail) -> str:
    if detail.field:
        return f"`{detail.field}` {detail.message}"
    # what is wrong between fields names them itself
    names = detail.message.startswith(("`", "there is "))
    return detail.message if names else f"the body {detail.message}"


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
