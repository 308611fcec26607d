"""Function signatures, `<s-nn?:s>`: parsed once, then matched against the types of the arguments.

A type is a letter: s string, n number, b boolean, l null, o object, a array, f function, j any
JSON value, x anything, `(…)` a choice. `a<n>` and `f<…>` carry a subtype. After a type, `?` makes
the parameter optional, `+` lets it take several arguments, and `-` lets the context stand in for
it. Every type but a function takes a missing value, whose letter is m. What follows `:` is the
result and is not checked.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from placet.jsonata.errors import JSONataError
from placet.jsonata.runtime.values import (
    UNDEFINED,
    ConsArray,
    Function,
    KeptSequence,
    Sequence,
    Undefined,
)

__all__ = ["Parameter", "Signature", "parse_signature", "type_letter"]

_ACCEPTED: Final = {
    "s": "sm",
    "n": "nm",
    "b": "bm",
    "l": "lm",
    "o": "om",
    "a": "asnblfom",
    "f": "f",
    "j": "asnblom",
    "x": "asnblfom",
}
_NAMES: Final = {
    "s": "a string",
    "n": "a number",
    "b": "a boolean",
    "l": "null",
    "o": "an object",
    "a": "an array",
    "f": "a function",
    "m": "missing",
}
_LETTERS: Final[dict[type, str]] = {
    str: "s",
    int: "n",
    float: "n",
    bool: "b",
    type(None): "l",
    dict: "o",
    list: "a",
    Sequence: "a",
    KeptSequence: "a",
    ConsArray: "a",
    Undefined: "m",
}
_PLAN_LIMIT: Final = 64

# How one argument of the call is made: as it is, the context, one array item, or a checked array.
_GIVEN, _CONTEXT, _WRAPPED, _ARRAY = range(4)


def type_letter(value: Any) -> str:
    """The letter of a value's type: one of s n b l o a f, or m for `UNDEFINED`."""
    letter = _LETTERS.get(type(value))
    if letter is not None:
        return letter
    if isinstance(value, Function):
        return "f"
    return next((_LETTERS[base] for base in type(value).__mro__ if base in _LETTERS), "o")


class Parameter(NamedTuple):
    """One parameter: type letter or `(choice)`, letters it accepts, subtype text, modifiers."""

    type: str
    accepts: str
    subtype: str | None = None
    optional: bool = False
    repeated: bool = False
    context: bool = False


class Signature:
    """A parsed signature, equal to another of the same text; `validate` is what calls run."""

    __slots__ = ("_plans", "parameters", "text")

    def __init__(self, text: str, parameters: tuple[Parameter, ...]) -> None:
        self.text = text
        self.parameters = parameters
        self._plans: dict[str, _Plan] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Signature) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Signature({self.text!r})"

    def validate(self, arguments: list[Any], context: Any) -> list[Any]:
        """The arguments as the function's body gets them: completed and wrapped.

        At least one per parameter; a repeated one gives several.

        Raises:
            JSONataError: T0410 for a wrong or surplus argument, T0411 when the context cannot
                stand in, T0412 for an array with items of another type; `index` counts from 1.
        """
        letters = "".join([_LETTERS.get(type(value)) or type_letter(value) for value in arguments])
        plan = self._plans.get(letters)
        if plan is None:
            plan = self._plan(letters)
        if plan.padding is None:
            return _build(plan, arguments, context)
        return arguments + plan.padding if plan.padding else arguments

    def _plan(self, letters: str) -> _Plan:
        counts = _distribute(self.parameters, letters)
        if counts is None:
            raise _refusal(self.parameters, letters)
        plan = _make_plan(self.parameters, letters, counts)
        if len(self._plans) >= _PLAN_LIMIT:
            self._plans.clear()
        self._plans[letters] = plan
        return plan


class _Plan(NamedTuple):
    """What to do with arguments of one row of types: nothing but padding, or these operations."""

    operations: tuple[tuple[int, int, Parameter], ...]
    padding: list[Any] | None


def parse_signature(text: str) -> Signature:
    """Parse `<…>` as written, with or without the result part.

    Raises:
        JSONataError: S0401 for a subtype on something else than an array or a function, S0402 for a
            choice that holds a subtype.
    """
    parameters: list[Parameter] = []
    index = 1
    while index < len(text) and text[index] != ":":
        symbol = text[index]
        if symbol in _ACCEPTED:
            parameters.append(Parameter(symbol, _ACCEPTED[symbol]))
        elif symbol == "(":
            index, parameter = _parse_choice(text, index)
            parameters.append(parameter)
        elif symbol in "-?+" and parameters:
            parameters[-1] = _modified(parameters[-1], symbol)
        elif symbol == "<":
            previous = parameters[-1] if parameters else Parameter("", "")
            if previous.type not in {"a", "f"}:
                raise JSONataError("S0401", token=previous.type, offset=index, signature=text)
            end = _closing(text, index, "<", ">")
            parameters[-1] = Parameter(previous.type, previous.accepts, text[index + 1 : end])
            index = end
        index += 1
    return Signature(text, tuple(parameters))


def _parse_choice(text: str, start: int) -> tuple[int, Parameter]:
    end = _closing(text, start, "(", ")")
    choice = text[start + 1 : end]
    if "<" in choice:
        raise JSONataError("S0402", token=choice, offset=start, signature=text)
    accepts = "".join(letter for letter in _ACCEPTED["x"] if letter in choice and letter != "m")
    return end, Parameter(f"({choice})", accepts + "m")


def _modified(parameter: Parameter, symbol: str) -> Parameter:
    return Parameter(
        parameter.type,
        parameter.accepts,
        parameter.subtype,
        parameter.optional or (symbol in "-?" and not parameter.repeated),
        parameter.repeated or symbol == "+",
        parameter.context or symbol == "-",
    )


def _closing(text: str, start: int, opening: str, closing: str) -> int:
    depth = 0
    for index in range(start, len(text)):
        if text[index] == opening:
            depth += 1
        elif text[index] == closing:
            depth -= 1
            if depth == 0:
                return index
    return len(text)


def _distribute(parameters: tuple[Parameter, ...], letters: str) -> list[int] | None:
    """How many letters each parameter takes, greedily from the left, so that all are taken."""
    size = len(letters)
    rest = [False] * size + [True]
    tables = [rest]
    for parameter in reversed(parameters):
        rest = [
            any(tables[-1][end] for end in _ends(parameter, letters, i)) for i in range(size + 1)
        ]
        tables.append(rest)
    if not tables.pop()[0]:
        return None
    counts: list[int] = []
    position = 0
    for parameter in parameters:
        following = tables.pop()
        end = next(end for end in _ends(parameter, letters, position) if following[end])
        counts.append(end - position)
        position = end
    return counts


def _ends(parameter: Parameter, letters: str, start: int) -> range:
    """Where the parameter may end when it begins at `start`, the furthest first."""
    limit = len(letters) if parameter.repeated else min(start + 1, len(letters))
    end = start
    while end < limit and letters[end] in parameter.accepts:
        end += 1
    least = start if parameter.optional else start + 1
    return range(end, least - 1, -1)


def _refusal(parameters: tuple[Parameter, ...], letters: str) -> JSONataError:
    """What is wrong with the first argument that does not fit."""
    stages = [{0}]
    for parameter in parameters:
        ends = {end for start in stages[-1] for end in _ends(parameter, letters, start)}
        if not ends:
            break
        stages.append(ends)
    good = max(stages[-1])
    takers = [one for one, reach in zip(parameters, stages, strict=False) if good in reach]
    expected = _expectation(takers[0]) if takers else "left out"
    found = _NAMES[letters[good]] if good < len(letters) else "missing"
    return JSONataError("T0410", index=good + 1, expected=expected, found=found)


def _expectation(parameter: Parameter) -> str:
    """The types that a parameter takes, in words."""
    if parameter.type in {"a", "x", "j"}:
        return "any value" if parameter.type != "j" else "anything but a function"
    names = [_NAMES[letter] for letter in parameter.accepts if letter != "m"]
    return " or ".join(names) or "missing"


def _make_plan(parameters: tuple[Parameter, ...], letters: str, counts: list[int]) -> _Plan:
    operations: list[tuple[int, int, Parameter]] = []
    place = position = 0
    for parameter, count in zip(parameters, counts, strict=True):
        if count == 0 and parameter.context:
            operations.append((_CONTEXT, position, parameter))
        elif count == 0:
            # The language's own way: a parameter left out takes an argument's place all the same.
            operations.append((_GIVEN, position, parameter))
            position += 1
        taken = letters[place : place + count]
        place += count
        for letter in taken:
            operations.append((_kind(parameter, letter, taken), position, parameter))
            position += 1
    plain = all(kind == _GIVEN and at == index for index, (kind, at, _) in enumerate(operations))
    padding = [UNDEFINED] * (len(operations) - len(letters)) if plain else None
    return _Plan(tuple(operations), padding)


def _kind(parameter: Parameter, letter: str, taken: str) -> int:
    """How to pass one argument of type `letter`, where `taken` is all that the parameter takes."""
    if parameter.type != "a" or letter == "m":
        return _GIVEN
    if letter == "a":
        return _GIVEN if parameter.subtype is None else _ARRAY
    return _WRAPPED if parameter.subtype in {None, taken} else _ARRAY


def _build(plan: _Plan, arguments: list[Any], context: Any) -> list[Any]:
    result: list[Any] = []
    for kind, position, parameter in plan.operations:
        value = arguments[position] if position < len(arguments) else UNDEFINED
        if kind == _CONTEXT:
            if type_letter(context) not in parameter.accepts:
                raise JSONataError("T0411", index=position + 1, expected=_expectation(parameter))
            value = context
        elif kind == _WRAPPED and value is not UNDEFINED:
            value = [value]
        elif kind == _ARRAY:
            value = _checked_array(value, position, parameter)
        result.append(value)
    return result


def _checked_array(value: Any, position: int, parameter: Parameter) -> Any:
    """The array `value` when all its items are of the subtype; a scalar here is always wrong."""
    wanted = (parameter.subtype or "")[:1]
    if isinstance(value, list):
        if not value:
            return value
        if type_letter(value[0]) == wanted and _uniform(value, wanted):
            return value
    kind = _NAMES.get(wanted, "of one type")
    where, wrong = _odd_item(value, wanted)
    raise JSONataError("T0412", index=position + 1, expected=kind, where=where, value=wrong)


def _odd_item(value: Any, letter: str) -> tuple[str, Any]:
    """Which item of a list has another type, in words, and that item."""
    items = value if isinstance(value, list) else []
    for index, item in enumerate(items, 1):
        if type_letter(item) != letter and len(items) > 1:
            return f"item {index} of {len(items)}", item
    return "it", items[0] if len(items) == 1 else value


def _uniform(items: list[Any], letter: str) -> bool:
    """Whether all items have one type. Plain Python types are looked at once, not item by item."""
    kinds = set(map(type, items))
    if kinds <= _LETTERS.keys():
        return all(_LETTERS[kind] == letter for kind in kinds)
    return all(type_letter(item) == letter for item in items)
