"""What quick code calls. Everything here raises where quick code has to give up."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from placet.jsonata.collecting import is_uniform
from placet.jsonata.functions.registry import BUILTINS, Builtin
from placet.jsonata.operators import LARGEST
from placet.jsonata.paths import collapse, wildcard
from placet.jsonata.state import Limits, State
from placet.jsonata.values import UNDEFINED, Sequence

__all__ = [
    "quick_abs",
    "quick_absent",
    "quick_add",
    "quick_call",
    "quick_ceil",
    "quick_clock",
    "quick_count",
    "quick_distinct",
    "quick_exists",
    "quick_floor",
    "quick_follow",
    "quick_inputs",
    "quick_inputs_present",
    "quick_join",
    "quick_millis",
    "quick_number",
    "quick_refuse",
    "quick_refuse_number",
    "quick_round",
    "quick_size",
    "quick_sort",
    "quick_sorted",
    "quick_split",
    "quick_state",
    "quick_values",
]  # fmt: skip

_LIMITS: Final = Limits()
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TIMESTAMP_LENGTH: Final = len("2026-03-14T15:09:26.535Z")
_MOST_DIGITS: Final = 15
# Up to here, times the power of ten, the error of a double is far below `_NEAR`.
_ROUNDED_BELOW: Final = 1e9
_NEAR: Final = 1e-6
_USUAL_TIMESTAMP: Final = re.compile(
    r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"
).fullmatch


class _Unlimited(State):
    """What built-ins account to where their work is proportional to the input. Keeps nothing."""

    __slots__ = ()

    def tick(self, work: int = 1) -> None:
        """Let it pass."""

    def check_size(self, size: int) -> None:
        """Let it pass."""


quick_state: Final = _Unlimited(_LIMITS)


def quick_clock() -> int:
    """Milliseconds since 1970."""
    return State(_LIMITS).now


def quick_inputs(value: Any) -> Any:
    """What a loop runs over."""
    if isinstance(value, list):
        return value
    return () if value is UNDEFINED else (value,)


def quick_inputs_present(value: Any) -> Any:
    """The same where a predicate could say something even of nothing."""
    if value is UNDEFINED:
        raise TypeError
    return quick_inputs(value)


def quick_values(value: Any) -> Any:
    """The values of an object's fields, to be looped over."""
    if type(value) is dict:
        values = list(value.values())
        if list in map(type, values):
            raise TypeError
        return values
    return collapse(wildcard(value))


def quick_size(value: Any) -> int:
    """How many items a last step's value adds to a count."""
    if value is UNDEFINED:
        return 0
    if isinstance(value, list):
        return _plain_size(value)
    return 1


def _plain_size(value: list[Any]) -> int:
    # one array among several results could be the item of an array
    if list in map(type, value):
        raise TypeError
    return len(value)


def quick_exists(value: Any) -> bool:
    """Whether a last step's value makes the path exist."""
    if isinstance(value, list) and not value:
        raise TypeError
    return value is not UNDEFINED


def quick_add(total: Any, value: Any) -> Any:
    """A total with one more number, as long as nothing can have been lost on the way."""
    if type(value) is not float and (type(value) is not int or not -LARGEST < value < LARGEST):
        raise TypeError
    added = total + value
    if -LARGEST < total < LARGEST and -LARGEST < added < LARGEST:
        return added
    raise TypeError


def quick_millis(text: Any) -> Any:
    """The timestamp of a text like `2026-03-14T15:09:26.535Z`; any other text goes the long way."""
    if type(text) is str and len(text) == _TIMESTAMP_LENGTH and _USUAL_TIMESTAMP(text):
        since = datetime.fromisoformat(text) - _EPOCH
        return since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000
    return quick_call(BUILTINS["toMillis"], [text])


def quick_refuse() -> Any:
    """Give up."""
    raise TypeError


def quick_refuse_number(answer: Any) -> Any:
    """A predicate's answer, unless it selects by position."""
    if answer is UNDEFINED:
        return False
    if isinstance(answer, str | dict):
        return bool(answer)
    raise TypeError


def quick_absent(value: Any) -> Any:
    """What a function makes of a missing argument; of any other that it cannot take, nothing."""
    if value is UNDEFINED:
        return value
    raise TypeError


def quick_call(builtin: Builtin, arguments: list[Any]) -> Any:
    """Call a built-in the general way."""
    return collapse(builtin.call(quick_state, arguments, None))


quick_abs: Final = abs
quick_ceil: Final = math.ceil
quick_floor: Final = math.floor
quick_split: Final = str.split


def quick_follow(value: Any, links: tuple[Any, ...], follow: Callable[..., Any]) -> Any:
    """The value of a path where the subscripts met something else than objects; `follow` knows all
    other cases than arrays of one object."""
    found = value
    for link in links:
        kind = type(found)
        if kind is list and len(found) == 1 and found is not value:
            # a step over one item is that item's
            found = found[0]
            kind = type(found)
        if kind is not dict or type(link) is not str:
            return follow(value, links)
        found = found.get(link, UNDEFINED)
        if found is UNDEFINED:
            return found
    return found


def quick_round(value: Any, places: int) -> Any:
    """`value` to `places` decimals. Only on a tie does it matter that the language looks at the
    decimal text."""
    if type(value) is int:
        return value
    if type(value) is float:
        scale = 10**places
        if -_ROUNDED_BELOW < value * scale < _ROUNDED_BELOW:
            rounded = round(value, places)
            if abs(abs(value - rounded) * scale - 0.5) > _NEAR:
                # adding 0.0 takes the sign off a zero
                return rounded + 0.0
    return quick_call(BUILTINS["round"], [value, places])


def quick_number(value: Any) -> Any:
    """The number that a text stands for."""
    if type(value) is str and len(value) <= _MOST_DIGITS and value.isascii() and value.isdigit():
        return int(value)
    if value is UNDEFINED:
        return value
    return quick_call(BUILTINS["number"], [value])


def quick_count(value: Any) -> int:
    """How many items something is that is no array."""
    return 0 if value is UNDEFINED else 1


def quick_distinct(value: Any) -> Any:
    """The items without those equal to an earlier one."""
    if isinstance(value, list) and len(value) > 1 and set(map(type, value)) == {str}:
        return collapse(type(value)(dict.fromkeys(value)))
    return quick_call(BUILTINS["distinct"], [value])


def quick_sort(value: Any) -> Any:
    """The items in order: all numbers or all texts."""
    if isinstance(value, list):
        return collapse(BUILTINS["sort"].implementation(quick_state, value, UNDEFINED))
    return quick_call(BUILTINS["sort"], [value])


def quick_sorted(items: Any, keys: list[Any], descending: bool) -> Any:
    """The items by their keys, which have to be all numbers or all plain texts."""
    if len(keys) < 2:
        return Sequence(items)
    if not is_uniform(keys):
        raise TypeError
    order = sorted(range(len(keys)), key=keys.__getitem__, reverse=descending)
    return Sequence([items[number] for number in order])


def quick_join(value: Any, between: str) -> Any:
    """One text of all, which have to be texts."""
    if isinstance(value, list):
        return between.join(value)
    if type(value) is str:
        return value
    return quick_absent(value)
