"""String functions that take a pattern: a text, a regular expression or a matcher function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any, Final

from placet.jsonata.errors import JSONataError
from placet.jsonata.functions.facts import Gives, Missing, Passes, Reads, Takes, Work
from placet.jsonata.functions.registry import builtin
from placet.jsonata.runtime.regexes import Match, RegexMatcher, iterate_matches
from placet.jsonata.runtime.state import LIST, OBJECT, State
from placet.jsonata.runtime.values import UNDEFINED, Sequence

__all__: list[str] = []

_LONG: Final = 1_000
_TEXT: Final = 64
# A match's object with its list of groups; the texts in it count where they are cut out.
_MATCHED: Final = OBJECT + LIST


@builtin(
    "contains", "<s-(sf):b>",
    work=Work.TEXT, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def contains(state: State, text: Any, pattern: Any) -> Any:
    """Whether the pattern occurs in the text."""
    if text is UNDEFINED or pattern is UNDEFINED:
        return UNDEFINED
    if isinstance(pattern, str):
        return pattern in text
    if isinstance(pattern, RegexMatcher):
        return pattern.test(text, state)
    return next(iterate_matches(state, pattern, text), None) is not None


@builtin(
    "match", "<s-f<s:o>n?:a<o>>",
    work=Work.OPEN, takes=Takes.ONE, gives=Gives.LIST,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def match(state: State, text: Any, pattern: Any, limit: Any) -> Any:
    """All matches, at most `limit`, as objects `{match, index, groups}`.

    Raises:
        JSONataError: D3040 for a negative limit, D1004 for empty matches, T1010 for a bad matcher.
    """
    if text is UNDEFINED:
        return UNDEFINED
    result = Sequence()
    for found in _limited(state, pattern, text, _checked(limit, "D3040")):
        state.spend(_MATCHED)
        state.check_size(len(result) + 1)
        result.append({"match": found.text, "index": found.start, "groups": found.groups})
    return result


@builtin(
    "split", "<s-(sf)n?:a<s>>",
    work=Work.TEXT, takes=Takes.ONE, gives=Gives.LIST,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def split(state: State, text: Any, separator: Any, limit: Any) -> Any:
    """The parts between separators, at most `limit` of them; "" separates all characters.

    Raises:
        JSONataError: D3020 for a negative limit, D1004 for empty matches, T1010 for a bad matcher.
    """
    if text is UNDEFINED:
        return UNDEFINED
    most = _checked(limit, "D3020")
    if separator is UNDEFINED:
        raise _missing(2)
    if isinstance(separator, str):
        if len(text) > _LONG:
            count = text.count(separator) + 1
            state.check_size(count)
            state.tick(count)
            state.spend(_TEXT * count + len(text) * _width(text))
        parts = text.split(separator) if separator else list(text)
        return parts if most is None else parts[: int(most)]
    parts, start = [], 0
    for found in _limited(state, separator, text, most):
        state.spend(_TEXT + max(found.start - start, 0) * _width(text))
        state.check_size(len(parts) + 1)
        parts.append(text[start : found.start])
        start = found.end
    if most is None or len(parts) < most:
        parts.append(text[start:])
    return parts


@builtin(
    "replace", "<s-(sf)(sf)n?:s>",
    work=Work.OPEN, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def replace(state: State, text: Any, pattern: Any, replacement: Any, limit: Any) -> Any:
    """The text with all matches replaced, at most `limit` from the left.

    With a regular expression, `$0` in the replacement is the match, `$1` its first group and `$$` a
    dollar sign; a replacement function gets the match object.

    Raises:
        JSONataError: D3010 for an empty pattern, D3011 for a negative limit, D3012 when the
            function gives no string, D1004 for empty matches, T1010 for a bad matcher.
    """
    if text is UNDEFINED:
        return UNDEFINED
    if pattern == "":
        raise JSONataError("D3010", index=2)
    most = _checked(limit, "D3011")
    if pattern is UNDEFINED or replacement is UNDEFINED:
        raise _missing(2 if pattern is UNDEFINED else 3)
    if isinstance(pattern, str) and isinstance(replacement, str):
        return _replace_text(state, text, pattern, replacement, most)
    replacer = _replacer(state, replacement)
    # a buffer, since a list of so many short texts would take many times their length
    written, size, position = StringIO(), 0, 0
    for found in _limited(state, pattern, text, most):
        new = replacer(found)
        size += max(found.start - position, 0) + len(new)
        state.check_size(size)
        written.write(text[position : found.start])
        written.write(new)
        position = found.start + len(found.text)
    return written.getvalue() + text[position:]


def _width(text: str) -> int:
    """The bytes that a character of the text takes at most."""
    return 1 if text.isascii() else 4


def _missing(index: int) -> JSONataError:
    expected = "a string or a function"
    return JSONataError("T0410", index=index, expected=expected, found="missing")


def _checked(limit: Any, code: str) -> Any:
    """The limit, None when there is none; raises `code` for a negative one."""
    if limit is UNDEFINED:
        return None
    if limit < 0:
        raise JSONataError(code, index=3)
    return limit


def _limited(state: State, pattern: Any, text: str, limit: float | None) -> Iterator[Match]:
    """The matches up to the limit. Like the language, it looks for one more than it needs."""
    if limit is not None and limit <= 0:
        return
    matches = _text_matches(text, pattern) if isinstance(pattern, str) else None
    for count, found in enumerate(matches or iterate_matches(state, pattern, text)):
        if limit is not None and count >= limit:
            return
        state.tick()
        yield found


def _text_matches(text: str, pattern: str) -> Iterator[Match]:
    start = text.find(pattern)
    while start >= 0:
        end = start + len(pattern)
        value = {"match": pattern, "start": start, "end": end, "groups": []}
        yield Match(pattern, start, end, [], value)
        start = text.find(pattern, end)


def _replace_text(
    state: State, text: str, pattern: str, replacement: str, limit: float | None
) -> str:
    most = -1 if limit is None else -int(-limit // 1)
    growth = len(replacement) - len(pattern)
    if growth > 0:
        count = text.count(pattern)
        state.check_size(len(text) + growth * (count if most < 0 else min(count, most)))
    state.tick(1 + len(text) // 1000)
    return text.replace(pattern, replacement, most)


def _replacer(state: State, replacement: Any) -> Callable[[Match], str]:
    if isinstance(replacement, str):
        if "$" not in replacement:
            return lambda found: replacement
        return lambda found: _filled(state, replacement, found)

    def call(found: Match) -> str:
        answer = state.apply(replacement, [found.value(state)])
        if not isinstance(answer, str):
            raise JSONataError("D3012")
        return answer

    return call


def _filled(state: State, template: str, found: Match) -> str:
    """The template with its `$…` replaced by parts of the match."""
    parts: list[str] = []
    size = 0
    for part in _pieces(template, found):
        size += len(part)
        state.tick()
        state.check_size(size)
        parts.append(part)
    return "".join(parts)


def _pieces(template: str, found: Match) -> Iterator[str]:
    before, *rest = template.split("$")
    yield before
    pieces = iter(rest)
    for piece in pieces:
        if piece.startswith("0"):
            yield found.text
            yield piece[1:]
        elif not piece:
            # Two dollar signs in a row, or one at the very end.
            yield "$"
            yield next(pieces, "")
        else:
            number, digits = _group_number(piece, len(found.groups))
            if not digits:
                yield "$"
            elif 0 < number <= len(found.groups):
                yield found.groups[number - 1] or ""
            yield piece[digits:]


def _group_number(piece: str, total: int) -> tuple[int, int]:
    """The group that the digits at the start of `piece` mean, and how many digits that takes.

    As many digits count as the number of groups has, one less when that number is no group.
    """
    width = len(str(total)) if total else 1
    digits = 0
    while digits < min(width, len(piece)) and piece[digits] in "0123456789":
        digits += 1
    if digits == width > 1 and int(piece[:digits]) > total:
        digits -= 1
    return (int(piece[:digits]) if digits else 0), digits
