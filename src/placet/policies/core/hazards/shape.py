"""What the input looks like, as far as a sample order or a JSON schema tells."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

__all__ = ["Shape", "learn", "shape_of"]

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
# What is kept of the orders: they may be many, and hostile.
_MAX_FIELDS: Final = 1_000
_MAX_TEXTS: Final = 100
_LONGEST_TEXT: Final = 200
_MAX_DEPTH: Final = 64


class Shape:
    """The kinds a value is known to have, its fields and its items; may refer back to itself.

    `samples` is how many values of orders it was learnt from, 0 for what only a schema describes;
    `texts` are the first different texts among them with their numbers, `fractions` whether a
    number had any, `complete` whether the fields are all there are.
    """

    __slots__ = (
        "complete", "fields", "fractions", "items", "kinds", "required", "samples", "texts",
    )  # fmt: skip

    def __init__(self) -> None:
        self.kinds: set[str] = set()
        self.fields: dict[str, Shape] = {}
        self.required: set[str] = set()
        self.items: Shape | None = None
        self.samples = 0
        self.texts: Counter[str] = Counter()
        self.fractions = False
        self.complete = True

    def elements(self) -> Iterator[Shape]:
        """This shape itself, or what it holds where it is an array, at any depth."""
        shape: Shape | None = self
        seen: list[Shape] = []
        while shape is not None and shape not in seen:
            if shape.kinds - {"array"} or shape.items is None:
                yield shape
            seen.append(shape)
            shape = shape.items

    def add_sample(self, value: Any, depth: int = 0) -> None:
        """Learn from a JSON value."""
        self.samples += 1
        self.kinds.add(_TYPES.get(type(value), "object"))
        if isinstance(value, str):
            self._add_text(value)
        elif isinstance(value, float):
            self.fractions = self.fractions or not value.is_integer()
        elif depth > _MAX_DEPTH:
            self.complete = False
        elif isinstance(value, dict):
            self._add_fields(value, depth)
        elif isinstance(value, list):
            self.items = self.items or Shape()
            for part in value:
                self.items.add_sample(part, depth + 1)

    def _add_text(self, text: str) -> None:
        if text in self.texts or (len(self.texts) < _MAX_TEXTS and len(text) <= _LONGEST_TEXT):
            self.texts[text] += 1
        else:
            # No list of all its values: it is no field of few different ones.
            self.complete = False

    def _add_fields(self, value: Mapping[str, Any], depth: int) -> None:
        for name, part in value.items():
            if name not in self.fields and len(self.fields) >= _MAX_FIELDS:
                self.complete = False
                continue
            self.fields.setdefault(name, Shape()).add_sample(part, depth + 1)

    def may_have_more(self) -> None:
        """Say that there may be other fields and texts, here and in all below."""
        self.complete = False
        for part in (*self.fields.values(), *(() if self.items is None else (self.items,))):
            part.may_have_more()

    @property
    def learnt(self) -> bool:
        """Whether the orders it was learnt from show all its fields, or all its texts."""
        return self.samples > 0 and self.complete


def learn(orders: Iterable[Any]) -> Shape | None:
    """What orders look like; None when there are none."""
    shape = Shape()
    for order in orders:
        shape.add_sample(order)
    return shape if shape.samples else None


def shape_of(
    sample: Any, schema: Mapping[str, Any] | None, orders: Shape | None = None
) -> Shape | None:
    """What all tell together; None when none is given."""
    if sample is None and schema is None:
        return orders
    shape = copy.deepcopy(orders) if orders is not None else Shape()
    if schema is not None:
        shape = _SchemaReader(schema).read(schema, shape)
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
        if schema.get("additionalProperties") is not False:
            shape.complete = False
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
