"""Orders to try a rule with: made of the fields it reads and the values it compares them with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from placet.jsonata import nodes as n
from placet.jsonata.functions.registry import BUILTINS
from placet.jsonata.recognition import literal, unwrapped
from placet.policies.core.hazards.scan import Scan
from placet.policies.core.hazards.uses import ARITHMETIC, COMPARISONS, use_of

__all__ = ["Witnesses"]

_LETTERS: Final = {"s": "string", "n": "number", "b": "boolean", "(sf)": "string"}
_MOST_VALUES: Final = 12
_NUMBERS: Final = (1, 2, 5, 1_000, 1_234_567)
_FULL: Final = 40
# In so many of five orders fields have what they are compared with, or numbers beside it.
_NEAR: Final = 4
_BESIDE: Final = (0, 1, -1)
_KEYS: Final = frozenset({"id", "name", "key", "customFieldId"})
_LONGEST: Final = 24
_MOMENTS: Final = (
    "2026-03-14T23:30:00.000-03:00", "2099-01-01T00:00:00.000Z", "2001-01-01T00:00:00Z",
)  # fmt: skip
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")


class _Field:
    """A field, those below it, whether it holds a list, and what its value is when it has none.

    `near` are the constants that it is compared with.
    """

    __slots__ = ("below", "many", "moment", "near", "types")

    def __init__(self) -> None:
        self.below: dict[str, _Field] = {}
        self.many = False
        self.moment = False
        self.near: list[Any] = []
        self.types: set[str] = set()

    def at(self, path: tuple[str, ...]) -> _Field:
        """The field that a path leads to."""
        field = self
        for name in path:
            if name != "**":
                field = field.below.setdefault(name, _Field())
        return field


class Witnesses:
    """Orders for an expression, the same ones each time; `other` has values to use as well."""

    def __init__(self, scan: Scan, other: Scan | None = None) -> None:
        self._order = _Field()
        self._numbers: dict[float, None] = dict.fromkeys(_NUMBERS)
        self._texts: dict[str, None] = {}
        self._sizes: dict[int, None] = dict.fromkeys((1, 2, 3))
        self._read_fields(scan)
        self._read_values(scan)
        if other is not None:
            self._read_values(other)
        texts = [*self._texts][:_MOST_VALUES]
        self._values: dict[str, list[Any]] = {
            "number": [*self._numbers][: 2 * _MOST_VALUES],
            "string": [*texts, "zz", "AB-1"],
            "boolean": [True, False],
            "moment": [*_MOMENTS, *(text for text in texts if _DATE.match(text))],
        }
        self._count = 0

    @property
    def fields(self) -> int:
        """How many fields have values of their own."""
        return sum(1 for _ in _leaves(self._order))

    def full(self) -> Iterator[Any]:
        """Usual orders, with one to three items in each list, or as many as are asked for."""
        sizes = [*self._sizes]
        for number in range(_FULL):
            yield self._object(self._order, number, sizes[number % len(sizes)])

    def nulls(self) -> Iterator[Any]:
        """Orders with `null` for values."""
        for number in range(4):
            yield self._object(self._order, number, 1, nulls=number + 2)

    def partial(self) -> Iterator[Any]:
        """Orders without anything, with empty lists, and with some fields missing."""
        yield {}
        yield self._object(self._order, 0, 0)
        for number in range(6):
            yield self._object(self._order, number, 2, leave_out=number % 3)

    def _object(
        self, field: _Field, number: int, size: int, leave_out: int | None = None, nulls: int = 0
    ) -> dict[str, Any]:
        made = {}
        for index, (name, part) in enumerate(field.below.items()):
            if leave_out is not None and index % 3 == leave_out:
                continue
            count = size if part.many else 1
            different = 1 if number % 4 == 3 and not _KEYS & part.below.keys() else count
            values = [self._value(part, number, size, leave_out, nulls) for _ in range(different)]
            values += values[:1] * (count - different)
            if part.many and part.below:
                self._tell_apart(part, values, number)
            made["first" if name == "*" else name] = values if part.many else values[0]
        return made

    def _tell_apart(self, field: _Field, items: list[Any], number: int) -> None:
        """Give the items of a list different ids and names."""
        texts = self._values["string"]
        for name in _KEYS & field.below.keys():
            if field.below[name].types == {"string"}:
                for index, item in enumerate(items):
                    if isinstance(item.get(name), str):
                        at = _scattered(number) + index
                        more = "" if index < len(texts) else str(index)
                        item[name] = texts[at % len(texts)] + more

    def _value(
        self, field: _Field, number: int, size: int, leave_out: int | None, nulls: int
    ) -> Any:
        if field.below:
            return self._object(field, number, size, leave_out, nulls)
        kind = "moment" if field.moment else next(iter(sorted(field.types)), "string")
        values = self._values.get(kind) or self._values["string"]
        self._count += 1
        if nulls and self._count % nulls == 0:
            return None
        if field.near and number % 5 < _NEAR and not field.moment:
            return self._near(field.near, number)
        # Scattered, so that every combination of a few values comes up.
        return values[_scattered(number * 1_009 + self._count) % len(values)]

    def _near(self, constants: list[Any], number: int) -> Any:
        """A value that the field is compared with, or one beside it, for all fields or for each."""
        scattered = _scattered(number * 1_009 + self._count)
        constant = constants[scattered % len(constants)]
        side = number % 5 if number % 5 < len(_BESIDE) else (scattered >> 8) % len(_BESIDE)
        if isinstance(constant, int | float) and not isinstance(constant, bool):
            return constant + _BESIDE[side]
        return constant

    def _read_fields(self, scan: Scan) -> None:
        for node in scan.nodes:
            if _is_procedure(scan, node):
                continue
            if isinstance(node, n.Name | n.Wildcard) and scan.fact(node).path is not None:
                path = scan.fact(node).path or ()
                field = self._order.at(path)
                field.many = field.many or (isinstance(node, n.Name) and scan.fact(node).many)
                types = scan.fact(node).types
                field.types |= types & {"string", "number", "boolean"} if types else set()
        for node in scan.nodes:
            if isinstance(node, n.Path) and scan.fact(node).path and not _is_called(scan, node):
                field = self._order.at(scan.fact(node).path or ())
                if not field.types:
                    field.types |= _used_as(scan, node)
                field.moment = field.moment or _is_moment(scan, node)
                field.near += _compared_with(scan, node)

    def _read_values(self, scan: Scan) -> None:
        for node in scan.nodes:
            if isinstance(node, n.RegexLiteral):
                self._texts[_sample(node.pattern)] = None
            elif isinstance(node, n.Literal):
                self._read_value(node.value)

    def _read_value(self, value: Any) -> None:
        if isinstance(value, str):
            self._texts[value] = None
            if re.fullmatch(r"\d{1,9}", value):
                self._numbers[int(value)] = None
        elif isinstance(value, int | float) and not isinstance(value, bool):
            self._numbers |= dict.fromkeys((value + 1, value, value - 1, -value))
            if 0 <= value <= _LONGEST:
                self._texts |= dict.fromkeys("z" * (int(value) + more) for more in (1, 0))
                self._sizes |= dict.fromkeys((int(value) + 1, int(value) or 1, int(value) + 3))


def _scattered(number: int) -> int:
    """The mixing of bits by which MurmurHash3 ends."""
    number = (number ^ (number >> 16)) * 0x85EBCA6B & 0xFFFFFFFF
    number = (number ^ (number >> 13)) * 0xC2B2AE35 & 0xFFFFFFFF
    return number ^ (number >> 16)


def _is_procedure(scan: Scan, node: n.Node) -> bool:
    """Whether a name is called, as in `text.contains('x')`."""
    path = scan.parents[node]
    return path is not None and _is_called(scan, path)


def _is_called(scan: Scan, node: n.Node) -> bool:
    call = scan.parents[node]
    return isinstance(call, n.Call | n.Partial) and call.procedure is node


def _leaves(field: _Field) -> Iterator[_Field]:
    if not field.below:
        yield field
    for part in field.below.values():
        yield from _leaves(part)


def _used_as(scan: Scan, node: n.Node) -> set[str]:
    """The type that a field's use wants of it."""
    part, parent = node, scan.parents[node]
    while isinstance(parent, n.Block) and unwrapped(parent) is not parent:
        part, parent = parent, scan.parents[parent]
    if isinstance(parent, n.Negate):
        return {"number"}
    if isinstance(parent, n.Binary):
        return _operand_type(scan, parent, part)
    if isinstance(parent, n.Call) and isinstance(parent.procedure, n.Variable):
        wanted = _argument_type(parent, part)
        if wanted:
            return wanted
    return {"boolean"} if use_of(scan, node).kind == "truth" else set()


def _compared_with(scan: Scan, node: n.Node) -> list[Any]:
    """The numbers, texts and truth values that a field is compared with."""
    parent = scan.parents[node]
    if not isinstance(parent, n.Binary) or parent.operator not in COMPARISONS:
        return []
    other = unwrapped(parent.right if parent.left is node else parent.left)
    parts = other.items if isinstance(other, n.ArrayConstructor) else [other]
    found = [literal(part) for part in parts]
    return [item.value for item in found if item is not None and item.value is not None]


def _operand_type(scan: Scan, parent: n.Binary, part: n.Node) -> set[str]:
    if parent.operator in ARITHMETIC:
        return {"number"}
    other = parent.right if parent.left is part else parent.left
    if parent.operator in COMPARISONS:
        if isinstance(unwrapped(other), n.ArrayConstructor):
            found = [literal(item) for item in unwrapped(other).items]  # type: ignore[attr-defined]
            return {_type(item.value) for item in found if item is not None} - {""}
        return set(scan.fact(other).types or ()) & {"string", "number", "boolean"}
    return {"string"} if parent.operator == "&" else {"boolean"}


def _argument_type(call: n.Call, part: n.Node) -> set[str]:
    found = BUILTINS.get(getattr(call.procedure, "name", ""))
    index = next((i for i, argument in enumerate(call.arguments) if argument is part), None)
    if found is None or index is None or index >= len(found.signature.parameters):
        return set()
    parameter = found.signature.parameters[index]
    if parameter.type == "a":
        return {_LETTERS[parameter.subtype]} if parameter.subtype in _LETTERS else set()
    return {_LETTERS[parameter.type]} if parameter.type in _LETTERS else set()


def _is_moment(scan: Scan, node: n.Node) -> bool:
    parent = scan.parents[node]
    called = parent.procedure if isinstance(parent, n.Call) else None
    return isinstance(called, n.Variable) and called.name == "toMillis"


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "string" if isinstance(value, str) else "number" if value is not None else ""


def _sample(pattern: str) -> str:
    """Roughly what a simple regular expression finds."""
    first = re.sub(r"\(\??:?([^|()]*)[^()]*\)", r"\1", pattern).split("|")[0]
    first = re.sub(r"\\d", "5", re.sub(r"\\[wS]", "a", first))
    first = re.sub(r"\[(\^?)(\w|\\?.)[^\]]*\]", lambda m: "~" if m[1] else m[2].lstrip("\\"), first)
    first = re.sub(r"(?<!\\)[\^$]|(?<!\\)[*+?]|\{[^}]*\}", "", first)
    return re.sub(r"\\(.)", r"\1", first.replace(".", "x") if "\\." not in first else first)
