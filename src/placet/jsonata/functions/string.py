"""String functions that need no pattern. Lengths and offsets count code points."""

from __future__ import annotations

import re
from typing import Any, Final

from placet.jsonata.functions.facts import Gives, Missing, Passes, Reads, Takes, Work
from placet.jsonata.functions.registry import builtin
from placet.jsonata.runtime.conversions import to_string
from placet.jsonata.runtime.state import State
from placet.jsonata.runtime.values import UNDEFINED

__all__: list[str] = []

_BLANKS: Final = re.compile("[ \t\n\r]+")
_AS_BLANKS: Final = str.maketrans("\t\n\r", "   ")
_LONG: Final = 10_000


@builtin(
    "string", "<x-b?:s>",
    work=Work.JOINED, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def string(state: State, value: Any, prettify: Any = UNDEFINED) -> Any:
    """Any value as text: strings as they are, functions as "", all else as JSON.

    Raises:
        JSONataError: D3001 for an infinite number.
    """
    if value is UNDEFINED:
        return UNDEFINED
    return to_string(value, prettify is True, state)


@builtin(
    "length", "<s-:n>",
    work=Work.LINEAR, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def length(state: State, text: Any) -> Any:
    """The number of code points."""
    return UNDEFINED if text is UNDEFINED else len(text)


@builtin(
    "substring", "<s-nn?:s>",
    work=Work.TEXT, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def substring(state: State, text: Any, start: Any, size: Any) -> Any:
    """The part from `start` (from the end when negative), `size` code points at most."""
    if text is UNDEFINED:
        return UNDEFINED
    if start is UNDEFINED:
        return text if size is UNDEFINED else ""
    if len(text) + start < 0:
        start = 0
    if size is UNDEFINED:
        return text[int(start) :]
    if size <= 0:
        return ""
    end = start + size if start >= 0 else len(text) + start + size
    return text[int(start) : int(end)]


@builtin(
    "substringBefore", "<s-s:s>",
    work=Work.TEXT, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def substring_before(state: State, text: Any, mark: Any) -> Any:
    """What stands before the first `mark`; the whole text where there is none."""
    if text is UNDEFINED or mark is UNDEFINED:
        return text
    return text.partition(mark)[0] if mark else ""


@builtin(
    "substringAfter", "<s-s:s>",
    work=Work.TEXT, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def substring_after(state: State, text: Any, mark: Any) -> Any:
    """What stands behind the first `mark`; the whole text where there is none."""
    if text is UNDEFINED or not mark:
        return text
    _, found, after = text.partition(mark)
    return after if found else text


@builtin(
    "lowercase", "<s-:s>",
    work=Work.TEXT, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def lowercase(state: State, text: Any) -> Any:
    """All letters small."""
    return UNDEFINED if text is UNDEFINED else text.lower()


@builtin(
    "uppercase", "<s-:s>",
    work=Work.TEXT, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def uppercase(state: State, text: Any) -> Any:
    """All letters capital."""
    return UNDEFINED if text is UNDEFINED else text.upper()


@builtin(
    "trim", "<s-:s>",
    work=Work.TEXT, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def trim(state: State, text: Any) -> Any:
    """Runs of blanks, tabs and line ends become one blank, and none at either end."""
    if text is UNDEFINED:
        return UNDEFINED
    if len(text) > _LONG:
        state.tick(len(text) // 8)
        words = text.translate(_AS_BLANKS).split(" ")
        return " ".join([word for word in words if word])
    return _BLANKS.sub(" ", text).removeprefix(" ").removesuffix(" ")


@builtin(
    "pad", "<s-ns?:s>",
    work=Work.OPEN, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def pad(state: State, text: Any, width: Any, filling: Any) -> Any:
    """Filled up to `width`: behind the text, or before it when negative."""
    if text is UNDEFINED or width is UNDEFINED:
        return text
    missing = int(abs(width)) - len(text)
    if missing <= 0:
        return text
    state.check_size(len(text) + missing)
    pattern = filling or " "
    padding = (pattern * (missing // len(pattern) + 1))[:missing]
    return text + padding if width > 0 else padding + text


@builtin(
    "join", "<a<s>s?:s>",
    work=Work.JOINED, takes=Takes.WHOLE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def join(state: State, texts: Any, separator: Any) -> Any:
    """One string of all, with the separator between."""
    if texts is UNDEFINED:
        return UNDEFINED
    between = separator or ""
    size = sum(map(len, texts)) + len(between) * max(len(texts) - 1, 0)
    state.tick(len(texts) // 8 + size // 1_000)
    state.check_size(size)
    return between.join(texts)
