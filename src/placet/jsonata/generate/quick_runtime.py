"""What quick code calls. Everything here raises where quick code has to give up."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

from placet.jsonata.functions.registry import BUILTINS, Builtin
from placet.jsonata.paths import collapse, wildcard
from placet.jsonata.state import Limits, State
from placet.jsonata.values import UNDEFINED

__all__ = [
    "quick_absent", "quick_call", "quick_clock", "quick_exists", "quick_inputs",
    "quick_inputs_present", "quick_millis", "quick_refuse", "quick_refuse_number", "quick_size",
    "quick_state", "quick_values",
]  # fmt: skip

_LIMITS: Final = Limits()
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TIMESTAMP_LENGTH: Final = len("2026-03-14T15:09:26.535Z")
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
