"""Regular expressions as values, and the one protocol by which functions match text.

A matcher is any function that takes a text and gives nothing or an object
`{match, start, end, groups, next}`, where `next` is a function for the next match. A regular
expression is one; offsets count code points. A group that took no part is undefined, in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from placet.jsonata.errors import JSONataError
from placet.jsonata.runtime.conversions import is_number, to_string, type_name
from placet.jsonata.runtime.state import LIST, OBJECT, SLOT, State
from placet.jsonata.runtime.values import UNDEFINED, Function

if TYPE_CHECKING:
    from regex import Match as Found
    from regex import Pattern

    from placet.jsonata.runtime.regex_syntax import Translation

__all__ = ["Match", "RegexMatcher", "compile_regex", "iterate_matches"]


# A repeated group keeps the place of every text that it has matched on the way: this many at most.
_CAPTURES: Final = 500_000
_CAPTURE: Final = 32
_GROUP: Final = 160
# Patterns of nothing but these parts are the same to the standard library's engine.
_COMMON: Final = re.compile(r"(?:\\x[0-9a-f]{2}|\\[AZ]|[A-Za-z0-9_ |)]|\((?:\?:|(?!\?)))*")


class RegexMatcher(Function):
    """The value of a `/pattern/flags` literal; `cost` is its size with repeats unrolled."""

    __slots__ = ("_harmless", "_pattern", "_search", "cost", "source")

    def __init__(
        self,
        source: str,
        pattern: Pattern[str],
        translation: Translation,
        search: Callable[[str], Any],
    ) -> None:
        super().__init__("", 2)
        self._search = search
        self.source = source
        self.cost = translation.cost
        self._pattern = pattern
        self._harmless = translation.harmless

    @property
    def keeps_captures(self) -> bool:
        """Whether a match may keep more than one text for a group."""
        return not self._harmless and self._pattern.groups > 0

    def find(self, text: str, start: int, state: State) -> Found[str] | None:
        """The first match in `text` from `start` on.

        Raises:
            JSONataError: U1001 when the search does not end within the evaluation's time.
        """
        size = len(text) - start
        longest = _CAPTURES // (1 + self._pattern.groups)
        if not self._harmless and size > longest:
            raise JSONataError("U1001", limit=f"{longest} characters for /{self.source}/")
        try:
            if size <= self._harmless:
                found = self._pattern.search(text, start)
            else:
                found = self._pattern.search(
                    text, start, timeout=state.time_left(), concurrent=True
                )
        except (TimeoutError, MemoryError) as error:
            raise JSONataError("U1001", limit=f"matching /{self.source}/") from error
        state.tick(1 + (size if found is None else found.end() - start) // 8)
        return found

    def quick_search(self) -> tuple[Callable[[str], Any], int]:
        """A search without time limit, and the longest text for which it needs none."""
        return self._search, self._harmless

    def test(self, text: str, state: State) -> bool:
        """Whether it matches anywhere in `text`. Raises U1001 as `find` does."""
        return self.find(text, 0, state) is not None

    def call(self, state: State, arguments: list[Any], context: Any) -> Any:
        """The match object of a text, searched from an optional offset on; else undefined.

        Raises:
            JSONataError: T0410 for an array, an object or a function, U1001 as `find` does.
        """
        text = arguments[0] if arguments else UNDEFINED
        if text is UNDEFINED:
            return UNDEFINED
        if text is None or isinstance(text, (bool, int, float)):
            text = to_string(text)
        if not isinstance(text, str):
            kind = type_name(text)
            raise JSONataError("T0410", index=1, expected="a string", found=kind)
        offset = arguments[1] if len(arguments) > 1 else 0
        start = int(offset) if is_number(offset) else 0
        if start > len(text):
            return UNDEFINED
        found = self.find(text, max(start, 0), state)
        if found is None:
            return UNDEFINED
        return _match_object(state, self, found, _groups(found, state))


class _NextMatch(Function):
    """The `next` of a match object: continues behind the match that it belongs to."""

    __slots__ = ("_found", "_matcher")

    def __init__(self, matcher: RegexMatcher, found: Found[str]) -> None:
        super().__init__("", 0)
        self._matcher = matcher
        self._found = found

    def call(self, state: State, arguments: list[Any], context: Any) -> Any:
        """The next match object, or undefined. Raises D1004 for an empty match."""
        following = _following(self._matcher, self._found, state)
        if following is None:
            return UNDEFINED
        return _match_object(state, self._matcher, following, _groups(following, state))


class Match:
    """One match while a function walks through a text. `end` is where the matcher says it ends."""

    __slots__ = ("_origin", "end", "groups", "start", "text")

    def __init__(
        self,
        text: str,
        start: int,
        end: int,
        groups: list[Any],
        origin: dict[str, Any] | tuple[RegexMatcher, Found[str]],
    ) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.groups = groups
        self._origin = origin

    def value(self, state: State) -> dict[str, Any]:
        """The match as the object that an expression sees. Raises U1001 past a limit."""
        if isinstance(self._origin, dict):
            return self._origin
        return _match_object(state, *self._origin, self.groups)


@lru_cache(maxsize=512)
def compile_regex(source: str, flags: str = "") -> RegexMatcher:
    """The value of the literal `/source/flags`; flags are any of `i` and `m`.

    Raises:
        JSONataError: S0303 when the pattern is not valid or exceeds a limit.
    """
    # Loaded here: the package takes a good part of what loading the whole language may take.
    import regex

    from placet.jsonata.runtime.regex_syntax import translate

    translation = translate(source, "i" in flags, "m" in flags)
    options = regex.ASCII | regex.VERSION0 | (regex.IGNORECASE if "i" in flags else 0)
    try:
        pattern = regex.compile(translation.pattern, options, cache_pattern=False)
    except (regex.error, RecursionError, MemoryError) as error:
        raise JSONataError("S0303", token=source, reason=str(error)) from error
    search: Callable[[str], Any] = pattern.search
    if _COMMON.fullmatch(translation.pattern):
        # three times as fast, and it means the same by both packages
        options_of_re = re.ASCII | re.IGNORECASE if "i" in flags else re.ASCII
        search = re.compile(translation.pattern, options_of_re).search
    return RegexMatcher(source, pattern, translation, search)


def iterate_matches(state: State, matcher: Any, text: str) -> Iterator[Match]:
    """All matches of a regular expression or a custom matcher function, one after the other.

    Raises:
        JSONataError: T1010 when a custom matcher gives something else than a match object, D1004
            when a regular expression goes on with an empty match, or what the matcher raises.
    """
    if isinstance(matcher, RegexMatcher):
        found = matcher.find(text, 0, state)
        while found is not None:
            state.spend(_cost(matcher, found))
            groups = _groups(found, state)
            yield Match(found.group(), found.start(), found.end(), groups, (matcher, found))
            found = _following(matcher, found, state)
        return
    answer = state.apply(matcher, [text])
    while answer is not UNDEFINED:
        state.tick()
        yield _custom_match(answer)
        following = answer.get("next", UNDEFINED)
        answer = UNDEFINED if following is UNDEFINED else state.apply(following, [])


def _custom_match(answer: Any) -> Match:
    if isinstance(answer, dict):
        text: Any = answer.get("match")
        start: Any = answer.get("start")
        end: Any = answer.get("end")
        groups = answer.get("groups", [])
        if isinstance(text, str) and is_number(start) and is_number(end):
            if not isinstance(groups, list):
                groups = [groups]
            return Match(text, max(int(start), 0), max(int(end), 0), groups, answer)
    raise JSONataError("T1010")


def _following(matcher: RegexMatcher, found: Found[str], state: State) -> Found[str] | None:
    end = found.end()
    if end >= len(found.string):
        return None
    following = matcher.find(found.string, end, state)
    if following is not None and following.end() == following.start():
        raise JSONataError("D1004", regex=matcher.source)
    return following


def _groups(found: Found[str], state: State) -> list[Any]:
    """What the groups matched, undefined in the place of one that took no part."""
    groups = list(found.groups(UNDEFINED))
    state.has_gaps = state.has_gaps or UNDEFINED in groups
    return groups


def _cost(matcher: RegexMatcher, found: Found[str]) -> int:
    """The bytes of a match: what the engine keeps, and the texts that are cut out."""
    width = 1 if found.string.isascii() else 4
    cut = sum(end - start for start, end in found.regs)
    if matcher.keeps_captures:
        cut += _CAPTURE * len(found.regs) * (found.end() - found.start())
    return OBJECT + (_GROUP + SLOT) * len(found.regs) + width * cut


def _match_object(
    state: State, matcher: RegexMatcher, found: Found[str], groups: list[Any]
) -> dict[str, Any]:
    state.spend(2 * OBJECT + LIST + _cost(matcher, found))
    return {
        "match": found.group(),
        "start": found.start(),
        "end": found.end(),
        "groups": groups,
        "next": _NextMatch(matcher, found),
    }
