"""The published APIs whose wire format Placet speaks: `tests/contracts/NAME.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from support.project import ROOT

__all__ = [
    "CALLBACK",
    "NAMES",
    "answer_problems",
    "body",
    "contract",
    "schema_problems",
    "shape_problems",
]

_FOLDER = ROOT / "tests" / "contracts"
NAMES = ("budgets", "buyer-organizations", "buying-policies", "organization-units")
CALLBACK = "/commercial-authorizations/{orderAuthId}/callback"


@cache
def contract(name: str) -> dict[str, Any]:
    """`{paths: {path: {method: {body?, answers: {status: content or null}}}}, schemas}`, where a
    content is `{schema, shape?}`.
    """
    found: dict[str, Any] = yaml.safe_load((_FOLDER / f"{name}.yaml").read_text("utf-8"))
    return found


def body(name: str, path: str, method: str) -> Any:
    """A document that an operation takes, to do with as one likes."""
    return deepcopy(_bodies()[name][f"{method.upper()} {path}"])


@cache
def _bodies() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((_FOLDER / "bodies.yaml").read_text("utf-8"))
    return found


def answer_problems(name: str, path: str, method: str, status: int, document: Any) -> list[str]:
    """What of an answer's document is not as the contract says."""
    described = contract(name)["paths"][path][method]["answers"][status]
    assert described is not None, f"{method} {path} answers {status} without a document"
    return schema_problems(name, described, document)


def schema_problems(name: str, content: dict[str, Any], document: Any) -> list[str]:
    """How a document falls short of a content's schema."""
    schema = {**content["schema"], "schemas": contract(name)["schemas"]}
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


def shape_problems(content: dict[str, Any], document: Any) -> list[str]:
    """What of a content's example a document has not, or in another type."""
    return list(_missing(content["shape"], document, "$"))


def _missing(shape: Any, value: Any, place: str) -> Iterator[str]:
    """Where a value has not the fields of a shape, in their types."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            yield f"{place} is no object"
            return
        for name, field in shape.items():
            if name in value:
                yield from _missing(field, value[name], f"{place}.{name}")
            else:
                yield f"{place}.{name} is missing"
    elif isinstance(shape, list):
        yield from _missing_items(shape, value, place)
    elif shape != _type_of(value):
        yield f"{place} is no {shape}"


def _missing_items(shapes: list[Any], value: Any, place: str) -> Iterator[str]:
    """One shape is that of every item; of several each occurs."""
    if not isinstance(value, list):
        yield f"{place} is no array"
    elif len(shapes) == 1:
        for number, item in enumerate(value):
            yield from _missing(shapes[0], item, f"{place}[{number}]")
    else:
        for shape in shapes:
            if value and all(any(_missing(shape, item, place)) for item in value):
                yield f"{place} has no item of the shape {shape}"


def _type_of(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    if isinstance(value, str):
        return "string"
    return "number" if isinstance(value, int | float) else type(value).__name__
