"""What the input looks like, as far as a sample order or a JSON schema tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

__all__ = ["Shape", "shape_of"]

_TYPES: Final[dict[type, str]] = {
    str: "string",
    bool: "boolean",
    int: "number",
    float: "number",
    type(None): "null",
    dict: "object",
    list: "array",
}
_CHOICES: Final = ("allOf", "anyOf", "oneOf")


class Shape:
    """The kinds a value is known to have, its fields and its items; may refer back to itself."""

    __slots__ = ("fields", "items", "kinds", "required")

    def __init__(self) -> None:
        self.kinds: set[str] = set()
        self.fields: dict[str, Shape] = {}
        self.required: set[str] = set()
        self.items: Shape | None = None

    def elements(self) -> Iterator[Shape]:
        """This shape itself, or what it holds where it is an array, at any depth."""
        shape: Shape | None = self
        seen: list[Shape] = []
        while shape is not None and shape not in seen:
            if shape.kinds - {"array"} or shape.items is None:
                yield shape
            seen.append(shape)
            shape = shape.items

    def add_sample(self, value: Any) -> None:
        """Learn from a JSON value."""
        self.kinds.add(_TYPES.get(type(value), "object"))
        if isinstance(value, dict):
            for name, part in value.items():
                self.fields.setdefault(name, Shape()).add_sample(part)
        elif isinstance(value, list):
            self.items = self.items or Shape()
            for part in value:
                self.items.add_sample(part)


def shape_of(sample: Any, schema: Mapping[str, Any] | None) -> Shape | None:
    """What both tell together; None when neither is given."""
    if sample is None and schema is None:
        return None
    shape = Shape() if schema is None else _SchemaReader(schema).read(schema, Shape())
    if sample is not None:
        shape.add_sample(sample)
    return shape


class _SchemaReader:
    """Reads a JSON schema; references inside the same document are followed once."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root = root
        self.known: dict[str, Shape] = {}

    def read(self, schema: Any, shape: Shape) -> Shape:
        if not isinstance(schema, Mapping):
            return shape
        reference = schema.get("$ref")
        if isinstance(reference, str):
            return self._follow(reference)
        shape.kinds.update(_kinds(schema))
        for name, part in _mapping(schema.get("properties")).items():
            shape.fields[name] = self.read(part, shape.fields.get(name) or Shape())
        required = schema.get("required")
        shape.required.update(required if isinstance(required, list) else ())
        if "items" in schema:
            shape.items = self.read(schema["items"], shape.items or Shape())
        for choice in _CHOICES:
            for part in schema.get(choice) or ():
                self._merge(shape, self.read(part, Shape()), whole=choice == "allOf")
        return shape

    def _follow(self, reference: str) -> Shape:
        if reference not in self.known:
            self.known[reference] = Shape()
            target: Any = self.root
            for part in reference.removeprefix("#").strip("/").split("/"):
                target = _mapping(target).get(part) if part else target
            found = self.read(target, self.known[reference])
            self._merge(self.known[reference], found, whole=True)
        return self.known[reference]

    @staticmethod
    def _merge(shape: Shape, other: Shape, *, whole: bool) -> None:
        if other is shape:
            return
        shape.kinds |= other.kinds
        shape.fields = {**other.fields, **shape.fields}
        shape.items = shape.items or other.items
        if whole:
            shape.required |= other.required


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _kinds(schema: Mapping[str, Any]) -> Iterable[str]:
    kinds = schema.get("type")
    names = [kinds] if isinstance(kinds, str) else kinds or []
    values = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    found = {"number" if name == "integer" else str(name) for name in names}
    found |= {_TYPES.get(type(value), "object") for value in values} if not found else set()
    if not found:
        found |= {"object"} if "properties" in schema else set()
        found |= {"array"} if "items" in schema else set()
    return found
