"""What quick code calls. Everything here raises where quick code has to give up."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from placet.jsonata.functions.registry import BUILTINS, Builtin
from placet.jsonata.generate.quick.state import FEW, IN_LOOP
from placet.jsonata.runtime.operators import LARGEST, as_text
from placet.jsonata.runtime.ordering import is_uniform
from placet.jsonata.runtime.paths import ARRAYS, chain, collapse, index, wildcard
from placet.jsonata.runtime.state import State, read_clock
from placet.jsonata.runtime.values import UNDEFINED, Sequence

__all__ = [
    "quick_abs", "quick_absent", "quick_add", "quick_call", "quick_ceil", "quick_chain",
    "quick_chain_any", "quick_clock", "quick_concatenate", "quick_count", "quick_date",
    "quick_different", "quick_distinct", "quick_exists", "quick_fields", "quick_first",
    "quick_floor", "quick_follow", "quick_inputs", "quick_inputs_present", "quick_item",
    "quick_join",
    "quick_millis", "quick_number", "quick_over", "quick_refuse", "quick_refuse_number",
    "quick_round", "quick_short", "quick_size", "quick_sort", "quick_sorted", "quick_split",
    "quick_values",
]  # fmt: skip

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_YEAR_10000: Final = 253_402_300_800_000
_MARKED: Final = slice(4, 20, 3)
_MARKS: Final = "--T::."
_LAST: Final = len("2026-03-14T15:09:26.535")
_MOST_DIGITS: Final = 15
_MOST_MADE: Final = 1_000
_LONG: Final = 10_000
# Up to here, the error of a double is far below what is missing from here to a half.
_ROUNDED_BELOW: Final = 1e9
_UNTIED: Final = 0.5 - 1e-6
_TEXT: Final = frozenset({str})
_WHOLE: Final = frozenset({int})


quick_clock: Final = read_clock


def quick_short(text: str) -> bool:
    """Yes; of a long text nothing is made where there are many operations on texts."""
    if len(text) > _LONG:
        raise TypeError
    return True


def quick_inputs(value: Any) -> Any:
    """What a loop runs over that is no array of the input; one that was made must not be long."""
    if isinstance(value, list):
        if len(value) > _MOST_MADE:
            raise TypeError
        return value
    return () if value is UNDEFINED else (value,)


def quick_inputs_present(value: Any) -> Any:
    """The same where a predicate could say something even of nothing."""
    if value is UNDEFINED:
        raise TypeError
    return quick_inputs(value)


def quick_values(value: Any, state: State) -> Any:
    """The values of an object's fields, to be looped over."""
    if type(value) is dict:
        values = list(value.values())
        if list in map(type, values):
            raise TypeError
        return values
    return collapse(wildcard(value, state))


def quick_fields(value: Any, state: State) -> Any:
    """What a wildcard gives of something that is no object."""
    return quick_inputs(collapse(wildcard(value, state)))


def quick_size(value: Any) -> int:
    """How many items a last step's value adds to a count."""
    if value is UNDEFINED:
        return 0
    if isinstance(value, list):
        return _plain_size(value)
    return 1


def _plain_size(value: list[Any]) -> int:
    if len(value) > FEW:
        raise TypeError
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
    # of what Python reads, only this form has all these marks
    if text[_MARKED] == _MARKS and text[_LAST] == "Z":
        return (datetime.fromisoformat(text) - _EPOCH) // _MILLISECOND
    return quick_call(BUILTINS["toMillis"], [text], IN_LOOP)


def quick_date(milliseconds: Any, fields: Callable[[datetime], Any], form: str) -> Any:
    """A timestamp's fields in a text of the given form."""
    if type(milliseconds) is int and 0 <= milliseconds < _YEAR_10000:
        return form % fields(datetime.fromtimestamp(milliseconds // 1000, UTC))
    return quick_absent(milliseconds)


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


def quick_concatenate(left: Any, right: Any, state: State) -> str:
    """`left & right`."""
    return as_text(left, state) + as_text(right, state)


def quick_call(builtin: Builtin, arguments: list[Any], state: State) -> Any:
    """Call a built-in the general way."""
    return collapse(builtin.run(state, arguments, None))


quick_abs: Final = abs
quick_ceil: Final = math.ceil
quick_floor: Final = math.floor
quick_split: Final = str.split


def quick_follow(
    value: Any,
    links: tuple[Any, ...],
    follow: Callable[..., Any],
    state: State,
    mark: list[bool] | None,
) -> Any:
    """The value of a path where the subscripts met something else than objects; `follow` knows all
    other cases than arrays of one object. An array on the way leaves a mark."""
    found = value
    for link in links:
        kind = type(found)
        if kind is list and found is not value:
            if mark is not None and not mark:
                mark.append(True)
            if len(found) == 1:
                # a step over one item is that item's
                found = found[0]
                kind = type(found)
        if kind is not dict or type(link) is not str:
            return follow(value, links, state)
        found = found.get(link, UNDEFINED)
        if found is UNDEFINED:
            return found
    return found


def quick_over(value: Any, links: tuple[str, ...], follow: Callable[..., Any], state: State) -> Any:
    """The value of a path that has once led over an array; `follow` knows all cases."""
    if type(value) is not dict:
        return follow(value, links, state)
    found: Any = value
    several = False
    try:
        for name in links:
            if several:
                found = [item[name] for item in found]
            elif type(found) is dict:
                found = found[name]
            elif type(found) is not list:
                return follow(value, links, state)
            elif len(found) == 1:
                found = found[0][name]
            else:
                if len(found) > FEW:
                    state.tick(len(found))
                found = [item[name] for item in found]
                several = True
    except (KeyError, TypeError):
        return follow(value, links, state)
    if not several:
        return found
    if len(found) > 1 and ARRAYS.isdisjoint(map(type, found)):
        return Sequence(found)
    return follow(value, links, state)


def quick_chain(value: Any, links: tuple[str | int, ...], state: State) -> list[Any]:
    """What the next step runs over behind `links` from the whole input."""
    inputs: list[Any] = chain([value], links, False, state)
    return inputs


def quick_chain_any(value: Any, links: tuple[str | int, ...], state: State) -> list[Any]:
    """The same from a context, which may be an array."""
    start = value if isinstance(value, list) else [value]
    inputs: list[Any] = chain(start, links, False, state)
    return inputs


def quick_round(value: Any, places: int, scale: float) -> Any:
    """`value` to `places` decimals, `scale` being ten to their power.

    Only near a tie does it matter that the language looks at the decimal text.
    """
    if type(value) is float and -_ROUNDED_BELOW < (scaled := value * scale) < _ROUNDED_BELOW:
        whole = round(scaled)
        if -_UNTIED < scaled - whole < _UNTIED:
            # of two exact numbers the nearest double, as the decimal text has it too
            return whole / scale
    if type(value) is int:
        return value
    return quick_call(BUILTINS["round"], [value, places], IN_LOOP)


def quick_number(value: Any) -> Any:
    """The number that a text stands for."""
    if type(value) is str and len(value) <= _MOST_DIGITS and value.isascii() and value.isdigit():
        return int(value)
    if value is UNDEFINED:
        return value
    return quick_call(BUILTINS["number"], [value], IN_LOOP)


def quick_count(value: Any) -> int:
    """How many items something is that is no array."""
    return 0 if value is UNDEFINED else 1


def quick_distinct(value: Any, state: State) -> Any:
    """The items without those equal to an earlier one."""
    if isinstance(value, list) and len(value) > FEW:
        state.tick(len(value))
    if isinstance(value, list) and len(value) > 1 and set(map(type, value)) == _TEXT:
        different = dict.fromkeys(value)
        return Sequence(different) if len(different) > 1 else collapse(type(value)(different))
    return quick_call(BUILTINS["distinct"], [value], state)


def quick_different(value: Any, state: State) -> int:
    """How many different items there are."""
    if isinstance(value, list) and len(value) > FEW:
        state.tick(len(value))
    if isinstance(value, list) and set(map(type, value)) == _TEXT:
        return len(set(value))
    different = quick_distinct(value, state)
    return len(different) if isinstance(different, list) else quick_count(different)


def quick_sort(value: Any, state: State) -> Any:
    """The items in order: all numbers or all texts."""
    if isinstance(value, list):
        if len(value) > FEW:
            state.tick(len(value))
        if len(value) > 1 and set(map(type, value)) == _WHOLE:
            return sorted(value)
        return collapse(BUILTINS["sort"].implementation(state, value, UNDEFINED))
    return quick_call(BUILTINS["sort"], [value], state)


def quick_sorted(items: Any, keys: list[Any], descending: bool) -> Any:
    """The items by their keys, which have to be all numbers or all plain texts."""
    if len(keys) < 2:
        return Sequence(items)
    _check_keys(keys)
    order = sorted(range(len(keys)), key=keys.__getitem__, reverse=descending)
    return Sequence([items[number] for number in order])


def quick_first(items: Any, keys: list[Any], descending: bool) -> Any:
    """The first of the items sorted by their keys."""
    if not keys:
        return Sequence()
    if len(keys) == 1:
        return items[0]
    _check_keys(keys)
    return items[keys.index(max(keys) if descending else min(keys))]


def _check_keys(keys: list[Any]) -> None:
    """Give up unless Python orders these keys as the language does."""
    if set(map(type, keys)) == _WHOLE:
        if min(keys) >= -LARGEST and max(keys) <= LARGEST:
            return
    elif is_uniform(keys):
        return
    raise TypeError


def quick_item(value: Any, number: int) -> Any:
    """`value[number]`, where one item may come without a sequence around it."""
    if isinstance(value, list):
        try:
            return value[number]
        except IndexError:
            return Sequence()
    return index(value, number)


def quick_join(value: Any, between: str) -> Any:
    """One text of all, which have to be texts."""
    if isinstance(value, list):
        return between.join(value)
    if type(value) is str:
        return value
    return quick_absent(value)
