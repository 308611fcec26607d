"""YAML text to a located document: strict, bounded, and never more than JSON can hold.

Plain scalars follow YAML 1.2 (`yes` is a string, `2026-01-01` too). Anchors, aliases, tags,
merge keys and several documents in one file are refused: a rule file must mean what it shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import yaml

from placet.kit.text.located import MAX_NESTING, Located, Place, Style

Report = Callable[[Place, str, str], None]

TOO_DEEP: Final = f"nested deeper than {MAX_NESTING} levels"
LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
WORDS: Final = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
INTEGER: Final = re.compile(r"[-+]?[0-9]{1,300}")
FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
# What opens or closes a level, and what only looks like it: quoted text and comments.
BRACKETS: Final = re.compile(
    r"(?P<open>[\[{])|(?P<close>[\]}])"
    r"|'(?:[^']|'')*'?|\"(?:[^\"\\]|\\.)*\"?|(?<!\S)\#.*|[^\s\[\]{},]+",
    re.VERBOSE,
)


# In so many lines before a fault an expression is looked for.
_NEAR: Final = 5


class _Stop(Exception):  # noqa: N818
    """Reading cannot go on; the reason has been reported."""


def read_yaml(text: str, report: Report) -> Located | None:
    """The document in `text`, None when there is none; `report` is called per problem."""
    reader = _Reader(report)
    try:
        return reader.read(text)
    except _Stop:
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if mark and reader.is_too_deep(text, mark.index):
            return None
        place = _place(mark) if mark else Place(1, 1)
        report(
            place,
            "syntax",
            f"this is not YAML: {error.problem or error.context}{_advice(text, error)}",
        )
    except yaml.YAMLError as error:
        report(_reader_place(text, error), "syntax", "this is not YAML: a character is not allowed")
    return None


def _advice(text: str, error: yaml.MarkedYAMLError) -> str:
    """What helps where an expression has characters that YAML reads as its own."""
    marks = [mark.line for mark in (error.context_mark, error.problem_mark) if mark]
    lines = text.splitlines()[min(marks) : max(marks) + 1] if marks else []
    names = any(re.search(r"\bexpression[\"']?\s*:", line) for line in lines[:_NEAR])
    return "; put the expression in quotes" if names else ""


class _Reader:
    """Builds the document from parser events with an explicit stack, so nesting cannot overflow."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._root: Located | None = None
        self._stack: list[tuple[Located, Located | None]] = []
        # How far into the text the events went.
        self._told = 0

    def read(self, text: str) -> Located | None:
        documents = 0
        for event in yaml.parse(text, Loader=LOADER):
            self._told = event.end_mark.index if event.end_mark else self._told
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._stop(event, "several-documents", "only one document is allowed per file")
            elif isinstance(event, yaml.AliasEvent):
                self._stop(event, "alias", f"the alias `*{event.anchor}` is not allowed; repeat it")
            elif isinstance(event, yaml.CollectionEndEvent):
                self._stack.pop()
            elif isinstance(event, yaml.NodeEvent):
                self._node(event)
        if self._root is None:
            self._report(Place(1, 1), "empty", "the file is empty")
        return self._root

    def is_too_deep(self, text: str, failed_at: int) -> bool:
        """Whether the text nests too deeply before the place where the parser gave up; reported.

        A parser looks ahead for a `:` and gives up on its own bound before it has told of the
        levels that it saw. The bound that counts is ours, so they are counted here.
        """
        depth = len(self._stack)
        for found in BRACKETS.finditer(text, self._told, failed_at + 1):
            depth += bool(found["open"]) - bool(found["close"])
            if depth > MAX_NESTING:
                self._report(_place_at(text, found.start()), "too-deep", TOO_DEEP)
                return True
        return False

    def _node(self, event: Any) -> None:
        if event.anchor:
            self._stop(event, "alias", f"the anchor `&{event.anchor}` is not allowed")
        if event.tag is not None and event.tag != "!":
            self._stop(event, "tag", f"the tag `{event.tag}` is not allowed")
        if isinstance(event, yaml.ScalarEvent):
            self._add(_scalar(event), event)
            return
        node = Located({} if isinstance(event, yaml.MappingStartEvent) else [], _place(event))
        self._add(node, event)
        if len(self._stack) >= MAX_NESTING:
            self._stop(event, "too-deep", TOO_DEEP)
        self._stack.append((node, None))

    def _add(self, node: Located, event: Any) -> None:
        if not self._stack:
            self._root = node
            return
        parent, key = self._stack[-1]
        if isinstance(parent.value, list):
            parent.value.append(node)
        elif key is None:
            self._stack[-1] = (parent, self._key(node, event))
        else:
            self._stack[-1] = (parent, None)
            if key.value in parent.value:
                first = parent.keys[key.value].line
                message = f"the key `{key.value}` is there already, in line {first}"
                self._report(key.place, "duplicate-key", message)
            else:
                parent.keys[key.value] = key.place
                parent.value[key.value] = node

    def _key(self, node: Located, event: Any) -> Located:
        if not isinstance(node.value, str):
            shown = event.value if isinstance(event, yaml.ScalarEvent) else "a collection"
            self._stop(event, "key-type", f"a key must be a string, not `{shown}`; quote it")
        return node

    def _stop(self, event: Any, code: str, message: str) -> None:
        self._report(_place(event), code, message)
        raise _Stop


def _scalar(event: Any) -> Located:
    style = Style(event.style) if event.style else Style.PLAIN
    value = event.value if style is not Style.PLAIN else _resolve(event.value)
    return Located(value, _place(event), style, event.end_mark.line + 1)


def _resolve(text: str) -> Any:
    if text in WORDS:
        return WORDS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    if FLOAT.fullmatch(text):
        number = float(text)
        return number if abs(number) != float("inf") else text
    return text


def _place(event: Any) -> Place:
    mark = getattr(event, "start_mark", event)
    return Place(mark.line + 1, mark.column + 1)


def _reader_place(text: str, error: yaml.YAMLError) -> Place:
    """Where a character that YAML does not allow stands."""
    offset = getattr(error, "position", 0)
    return _place_at(text, offset if isinstance(offset, int) else 0)


def _place_at(text: str, offset: int) -> Place:
    before = text[:offset]
    return Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
