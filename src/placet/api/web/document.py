"""Putting the generated API document in order: what every reader, validator and generator wants."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from placet.api.web.models import SCHEMAS, Schema

# Parts of a schema that are values and no schemas.
_VALUES: Final = frozenset({"default", "example", "examples", "enum", "const"})
# What FastAPI itself would refuse; every route reads its input by itself.
_OF_FASTAPI: Final = frozenset({"HTTPValidationError", "ValidationError"})
_ACCOUNT: Final[Schema] = {
    "name": "accountName",
    "in": "path",
    "required": True,
    "description": "The account; it must be that of the credentials.",
    "schema": {"type": "string"},
}


def operations(document: Schema) -> Iterator[tuple[str, str, Schema]]:
    """Every operation with its method and path."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


def put_in_order(document: Schema) -> Schema:
    """The document with every model once among its components, and named as the field names it;
    without titles that repeat names, and with all parameters of paths.
    """
    components: Schema = {}
    paths = _with_references(document["paths"], components)
    webhooks = _with_references(document.get("webhooks", {}), components)
    for name, schema in document["components"]["schemas"].items():
        if name not in _OF_FASTAPI:
            _keep(components, name, _with_references(schema, components))
    document = document | {"paths": paths, "webhooks": webhooks}
    document["components"] = {"schemas": dict(sorted(components.items()))}
    for _, path, operation in operations(document):
        operation["responses"].pop("422", None)
        parameters = [_typed(parameter) for parameter in operation.get("parameters", ())]
        if "{accountName}" in path:
            parameters = [_ACCOUNT, *parameters]
        if parameters:
            operation["parameters"] = parameters
    return document


def component_name(name: str) -> str:
    """The name that clients know a model by: `Budget` for `BudgetAnswer`."""
    return name.removeprefix("_").removesuffix("Answer")


def _with_references(node: Any, components: Schema) -> Any:
    """A part of the document whose models are among `components`, without its titles."""
    if isinstance(node, list):
        return [_with_references(item, components) for item in node]
    if not isinstance(node, dict):
        return node
    for name, schema in node.get("$defs", {}).items():
        _keep(components, name, _with_references(schema, components))
    kept: Schema = {}
    for key, value in node.items():
        if key == "$ref":
            kept[key] = SCHEMAS + component_name(value.removeprefix(SCHEMAS))
        elif key == "properties":
            kept[key] = {name: _with_references(part, components) for name, part in value.items()}
        elif key in _VALUES:
            # What may be left out has no default in JSON.
            kept |= {} if value is None else {key: value}
        elif key not in ("$defs", "title"):
            kept[key] = _with_references(value, components)
    return kept


def _keep(components: Schema, name: str, schema: Schema) -> None:
    name = component_name(name)
    if components.setdefault(name, schema) != schema:
        raise ValueError(f"two models are called `{name}`")


def _typed(parameter: Schema) -> Schema:
    """A parameter whose default is of its type, as routes read texts by themselves; it is described
    once.
    """
    schema = {key: value for key, value in parameter["schema"].items() if key != "description"}
    if isinstance(schema.get("default"), str) and schema.get("type") in ("integer", "boolean"):
        schema["default"] = json.loads(schema["default"])
    return parameter | {"schema": schema}
