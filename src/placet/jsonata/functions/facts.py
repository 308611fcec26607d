"""What is known of a built-in function before it runs, stated where it is declared.

Quick code, the analysis of what an expression reads and the advice to rule writers go by these
facts and keep no lists of names.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import NotRequired, TypedDict

__all__ = ["Facts", "Given", "Gives", "Missing", "Passes", "Reads", "Stated", "Takes", "Work"]


class Work(Enum):
    """What a call costs and what it may give; quick code calls all but `OPEN`.

    `LINEAR`: it answers from its arguments alone, in time proportional to them, nothing larger.
    `TEXT`: the same, and it looks at all of a text or gives one as long as the input. `JOINED`: the
    same, and of many values it makes one text, so that one in another grows with every level.
    `OPEN`: anything else, such as calling functions or giving more than it was given.
    """

    OPEN = auto()
    LINEAR = auto()
    TEXT = auto()
    JOINED = auto()


class Takes(Enum):
    """What the first argument is: `ONE` plain value, a `WHOLE` list, object or function, or `ALL`
    items of a list, of which one value is made.
    """

    ONE = auto()
    WHOLE = auto()
    ALL = auto()


class Gives(Enum):
    """What the result is: the `VALUE` that the signature says, a `LIST`, `SOME` of the items that
    were given, or one `ITEM` of them.
    """

    VALUE = auto()
    LIST = auto()
    SOME = auto()
    ITEM = auto()


class Missing(Enum):
    """Whether there may be no result: `NEVER`, or where an argument is missing (`WITH_INPUT`)."""

    NEVER = auto()
    WITH_INPUT = auto()


class Reads(Enum):
    """What the result depends on beside the `ARGUMENTS`: the `CLOCK`, also only where a picture
    names no year (`TODAY`), `CHANCE`, or `ANYTHING`, as the argument is an expression.
    """

    ARGUMENTS = auto()
    TODAY = auto()
    CLOCK = auto()
    CHANCE = auto()
    ANYTHING = auto()


class Passes(Enum):
    """What of the arguments is in the result as it was: `NOTHING`, the `ITEMS` of them, one
    `FIELD`, or what the function that is handed over makes of them (`BODY`).
    """

    NOTHING = auto()
    ITEMS = auto()
    FIELD = auto()
    BODY = auto()


class Given(Enum):
    """What a function that is handed over is given: an `ITEM` of a list or a `PART` of an object,
    its `KEY`, the `WHOLE` of them, and what was made `SO_FAR`.
    """

    ITEM = auto()
    PART = auto()
    KEY = auto()
    WHOLE = auto()
    SO_FAR = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is stated of one built-in; `hands` is what it gives to a function it is given, by
    position, nothing for those that take none.
    """

    work: Work
    takes: Takes
    gives: Gives
    missing: Missing
    reads: Reads
    passes: Passes
    hands: tuple[Given, ...] = ()


class Stated(TypedDict):
    """`Facts` as a declaration states them, each of them by its name."""

    work: Work
    takes: Takes
    gives: Gives
    missing: Missing
    reads: Reads
    passes: Passes
    hands: NotRequired[tuple[Given, ...]]
