"""Casts and comparisons that hold for every value: truth, equality, text, type names.

Values may share parts with themselves so often that walking them would take forever; walks over
containers are therefore accounted for, on the evaluation's `state` where one is passed.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from json.encoder import encode_basestring
from math import inf, isfinite, isnan
from typing import Any, Final

from placet.jsonata.errors import JSONataError
from placet.jsonata.runtime.numbers import MAX_SAFE, number_text
from placet.jsonata.runtime.state import Limits, State
from placet.jsonata.runtime.values import UNDEFINED, Function

__all__ = ["beginning", "equal", "identity", "is_number", "to_string", "truthy", "type_name"]

# Of texts up to here, a comparison costs no more than other work.
_LONG: Final = 4_096
# The bytes of one part of an identity: a slot and a pair.
_IDENTITY: Final = 120
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def is_number(value: Any) -> bool:
    """Whether `value` is a number; a boolean is none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def type_name(value: Any) -> str:
    """What `$type` says: null, number, string, boolean, array, function or object."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, list):
        return "array"
    return "function" if isinstance(value, Function) else "object"


def truthy(value: Any, state: State | None = None) -> bool:
    """The Boolean cast: what conditions, predicates and `$boolean` go by.

    False are undefined, null, 0, "", empty objects and functions, and an array none of whose items
    is true, however nested.

    Raises:
        JSONataError: D1001 for an infinite number.
    """
    kind = type(value)
    if kind is bool:
        return value is True
    if kind is str or kind is dict or kind is int:
        return bool(value)
    if kind is float:
        return _float_truth(value)
    if value is UNDEFINED or value is None or isinstance(value, Function):
        return False
    if isinstance(value, list):
        return _any_true(value, (state or State(Limits())).counting())
    return bool(value)


def _float_truth(value: float) -> bool:
    if isfinite(value):
        return value != 0
    if not isnan(value):
        raise JSONataError("D1001", value=value)
    return False


def _any_true(array: list[Any], state: State) -> bool:
    pending = [iter(array)]
    while pending:
        for item in pending[-1]:
            state.tick()
            if isinstance(item, list):
                pending.append(iter(item))
                break
            if truthy(item):
                return True
        else:
            pending.pop()
    return False


def equal(left: Any, right: Any, state: State | None = None) -> bool:
    """Deep equality, as `=` and `$distinct` use it.

    Types differ strictly (true is not 1), numbers compare as doubles, the order of an object's keys
    does not matter, functions are equal to themselves only.

    Raises:
        JSONataError: U1001 when the values are too large or too deep to be compared.
    """
    kind = type(left)
    if left is right:
        return kind is not float or not isnan(left)
    if kind is str:
        if state is not None and len(left) > _LONG:
            state.tick(len(left) // _LONG)
        return bool(left == right)
    if isinstance(left, (list, dict)):
        if not isinstance(right, list if isinstance(left, list) else dict):
            return False
        walk = (state or State(Limits())).counting()
        return bool(_nested(_equal_containers, left, right, walk))
    if is_number(left):
        return is_number(right) and (left == right or _double(left) == _double(right))
    return False


def _nested(walk: Any, *arguments: Any) -> Any:
    try:
        return walk(*arguments)
    except RecursionError:
        raise JSONataError("U1001", limit="the depth of a nested value") from None


def _equal_containers(left: Any, right: Any, state: State) -> bool:
    if len(left) != len(right):
        return False
    size = len(left)
    state.tick()
    if isinstance(left, list):
        pairs = state.paced(zip(left, right, strict=True), size)
        return all(_equal_items(one, other, state) for one, other in pairs)
    fields = state.paced(left.items(), size)
    return all(key in right and _equal_items(item, right[key], state) for key, item in fields)


def _equal_items(left: Any, right: Any, state: State) -> bool:
    if isinstance(left, list):
        return isinstance(right, list) and _equal_containers(left, right, state)
    if isinstance(left, dict):
        return isinstance(right, dict) and _equal_containers(left, right, state)
    return equal(left, right, state)


def _double(number: int | float) -> float:
    if isinstance(number, float) or -MAX_SAFE <= number <= MAX_SAFE:
        return number
    try:
        return float(number)
    except OverflowError:
        return inf if number > 0 else -inf


def identity(value: Any, state: State) -> Hashable:
    """A hashable that two values share exactly when they are `equal`.

    Raises:
        JSONataError: U1001 when the value is too large or too deep to be walked.
    """
    if isinstance(value, (list, dict)):
        found: Hashable = _nested(_container_identity, value, state.counting())
        return found
    return _identity(value, state)


def _identity(value: Any, state: State) -> Hashable:
    if isinstance(value, bool):
        return (value,)
    if isinstance(value, (int, float)):
        return _double(value)
    if isinstance(value, (list, dict)):
        return _container_identity(value, state)
    return value if isinstance(value, str) or value is None else id(value), type(value)


def _container_identity(value: Any, state: State) -> Hashable:
    size = len(value)
    state.tick()
    state.spend(_IDENTITY * (1 + size))
    if isinstance(value, list):
        return ("array", *(_identity(item, state) for item in state.paced(value)))
    fields = state.paced(value.items(), size)
    return frozenset((key, _identity(item, state)) for key, item in fields)


def to_string(value: Any, pretty: bool = False, state: State | None = None) -> str:
    """The text of a value, as `$string` and `&` give it: strings as they are, all else as JSON.

    Functions become empty strings and lone surrogates inside JSON are escaped. `pretty` puts every
    item on a line of its own, indented by two spaces a level.

    Raises:
        JSONataError: D3001 for an infinite number, D1001 for one inside, U1001 when the text would
            become too long or the value is too deep.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, (list, dict)):
        writer = _JSONWriter(pretty, (state or State(Limits())).counting())
        _nested(writer.write, value, "\n")
        return "".join(writer.parts)
    if isinstance(value, Function) or value is UNDEFINED:
        return ""
    if isinstance(value, int | float) and not isfinite(_double(value)):
        raise JSONataError("D3001", value=value)
    return _scalar(value)


def beginning(value: Any, size: int) -> str:
    """The text of a value as far as its first `size` characters, or some more.

    Raises:
        JSONataError: as `to_string` does, but not for a text that is too long.
    """
    if not isinstance(value, (list, dict)):
        return to_string(value)[: size + 1]
    writer = _JSONWriter(False, State(Limits(size=4 * size)), longest=size + 1)
    try:
        _nested(writer.write, value, "\n")
    except JSONataError as error:
        if error.code != "U1001":
            raise
    return "".join(writer.parts)


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        text: str = encode_basestring(value)
        if text.isascii():
            return text
        return _SURROGATE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
    if value is UNDEFINED:
        return "null"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Function):
        return '""'
    number = _double(value)
    if isfinite(number):
        return number_text(value)
    if not isnan(number):
        raise JSONataError("D1001", value=value)
    return "null"


class _JSONWriter:
    """Collects the JSON text of one value in `parts`, of texts up to `longest` characters."""

    def __init__(self, pretty: bool, state: State, longest: int | None = None) -> None:
        self.parts: list[str] = []
        self.longest = longest
        self.pretty = pretty
        self.state = state
        self.size = 0

    def write(self, value: Any, line: str) -> None:
        """Write `value`; `line` is the line break with the indentation of what holds it."""
        if isinstance(value, list):
            items = (("", item) for item in self.state.paced(value))
            self._enclose("[]", line, items, len(value))
        elif isinstance(value, dict):
            colon = ": " if self.pretty else ":"
            fields = self.state.paced(value.items())
            members = ((_scalar(key) + colon, item) for key, item in fields)
            self._enclose("{}", line, members, len(value))
        elif isinstance(value, str):
            self._put(_scalar(value[: self.longest]))
        else:
            self._put(_scalar(value))

    def _enclose(
        self, brackets: str, line: str, members: Iterable[tuple[str, Any]], count: int
    ) -> None:
        self.state.tick()
        if not count:
            self._put(brackets)
            return
        inner = line + "  "
        before = brackets[0]
        for label, item in members:
            self._put(f"{before}{inner}{label}" if self.pretty else before + label)
            self.write(item, inner)
            before = ","
        self._put(f"{line}{brackets[1]}" if self.pretty else brackets[1])

    def _put(self, text: str) -> None:
        self.size += len(text)
        self.state.check_size(self.size)
        self.parts.append(text)
