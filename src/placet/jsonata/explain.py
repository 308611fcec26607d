"""What happened in an evaluation: the tree of the sub-expressions as they were evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from placet.jsonata import nodes
from placet.jsonata.errors import JSONataError
from placet.jsonata.runtime.calling import TailCall
from placet.jsonata.runtime.conversions import beginning
from placet.jsonata.runtime.paths import collapse
from placet.jsonata.runtime.state import LIST, SLOT, State
from placet.jsonata.runtime.values import UNDEFINED, Function

__all__ = ["Explanation", "Trace"]

MAX_ENTRIES: Final = 5_000
MAX_DEPTH: Final = 200
MAX_VALUES: Final = 200_000
_SHOWN: Final = 60


@dataclass(slots=True)
class Explanation:
    """One evaluation of one sub-expression.

    `start` and `end` delimit its text `source` in the expression; `kind` is its construct (`path`,
    `binary`, `call`, …). It gave `value` (`UNDEFINED` for nothing), or failed with `error`, or was
    not evaluated, and `skipped` says why. `children` are the parts' evaluations in the order in
    which they happened: one per item for what runs over items. `truncated`: more happened inside
    than is recorded, or than a document has room for.
    """

    kind: str
    source: str
    start: int
    end: int
    value: Any = UNDEFINED
    error: JSONataError | None = None
    skipped: str | None = None
    truncated: bool = False
    children: list[Explanation] = field(default_factory=list)

    def to_document(self) -> dict[str, Any]:
        """The tree as JSON; `value` is left out where there is none, or no room for it."""
        return self._document(_Room())

    def _document(self, room: _Room) -> dict[str, Any]:
        document: dict[str, Any] = {
            "kind": self.kind,
            "source": self.source,
            "start": self.start,
            "end": self.end,
        }
        if self.error is not None:
            document["error"] = {"code": self.error.code, "message": self.error.message}
        elif self.skipped is not None:
            document["skipped"] = self.skipped
        elif self.value is not UNDEFINED:
            try:
                document["value"] = room.as_json(self.value)
            except _NoRoomError:
                document["truncated"] = True
        if self.truncated or (self.children and not room.left_for(self.source)):
            document["truncated"] = True
        if self.children and room.left > 0:
            document["children"] = [child._document(room) for child in self.children]
        return document

    def render(self) -> str:
        """The tree as indented lines, `source → value`."""
        return "\n".join(self._lines(0))

    def _lines(self, level: int) -> Iterator[str]:
        yield f"{'  ' * level}{_shortened(self.source)} → {self._outcome()}"
        for child in self.children:
            yield from child._lines(level + 1)
        if self.truncated:
            yield f"{'  ' * (level + 1)}…"

    def _outcome(self) -> str:
        if self.error is not None:
            return f"{self.error.code}: {self.error.message}"
        if self.skipped is not None:
            return f"not evaluated, {self.skipped}"
        if self.value is UNDEFINED:
            return "nothing"
        return _shortened(_text(self.value))


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def _text(value: Any) -> str:
    if isinstance(value, Function):
        return "a function"
    if isinstance(value, str):
        return f'"{value[:_SHOWN]}"' if len(value) <= _SHOWN else f'"{value[:_SHOWN]}'
    try:
        return beginning(value, _SHOWN)
    except JSONataError:
        return "a value that has no text"


class _NoRoomError(Exception):
    """A document has become too large."""


class _Room:
    """What a document may still hold: `left` values, counting ten characters as one more."""

    def __init__(self) -> None:
        self.left = MAX_VALUES

    def left_for(self, text: str) -> bool:
        """Whether there is room once `text` is in, too."""
        self.left -= 1 + len(text) // 10
        return self.left > 0

    def as_json(self, value: Any, level: int = 0) -> Any:
        """A value as JSON can hold it.

        Raises:
            _NoRoomError: when it is too large or too deep.
        """
        if level > MAX_DEPTH or not self.left_for(value if isinstance(value, str) else ""):
            raise _NoRoomError
        if isinstance(value, Function):
            return {"function": value.name}
        if isinstance(value, dict):
            return {name: self.as_json(item, level + 1) for name, item in value.items()}
        if isinstance(value, list):
            return [self.as_json(item, level + 1) for item in value]
        # a group that took no part, in an array
        return None if value is UNDEFINED else value


class Trace:
    """Collects the tree while traced code runs."""

    def __init__(self, source: str, traced_nodes: list[nodes.Node], state: State) -> None:
        self._state = state
        self._texts: dict[nodes.Node, str] = {}
        self._source = source
        self._nodes = traced_nodes
        self._open: list[tuple[nodes.Node, Explanation]] = []
        self._entries = 0
        self._unrecorded = 0
        self._root: Explanation | None = None

    def enter(self, number: int) -> None:
        """A sub-expression begins."""
        full = self._entries >= MAX_ENTRIES or len(self._open) >= MAX_DEPTH
        if self._unrecorded or full:
            self._unrecorded += 1
            self._open[-1][1].truncated = True
            return
        self._entries += 1
        node = self._nodes[number]
        entry = self._entry(node)
        if self._open:
            self._open[-1][1].children.append(entry)
        else:
            self._root = entry
        self._open.append((node, entry))

    def leave(self, number: int, value: Any) -> None:
        """The innermost open sub-expression ends with a value."""
        if self._unrecorded:
            self._unrecorded -= 1
            return
        settled = UNDEFINED if type(value) is TailCall else _settled(value, self._state)
        node, entry = self._open.pop()
        entry.value = settled
        if type(value) is TailCall:
            value.settled = [*(value.settled or ()), partial(setattr, entry, "value")]
        entry.children.extend(self._skipped(node, entry))

    def fail(self, error: JSONataError) -> None:
        """The evaluation ends: everything open failed, the innermost first."""
        self._unrecorded = 0
        while self._open:
            _, entry = self._open.pop()
            entry.error = error

    def finish(self, plain: Callable[[Any], Any]) -> Explanation:
        """The tree, the root's value as `plain` makes it for callers."""
        if self._root is None:
            raise AssertionError("nothing was evaluated")
        if self._root.error is None:
            try:
                self._root.value = plain(self._root.value)
            except JSONataError as error:
                self._root.error = error
        return self._root

    def _entry(self, node: nodes.Node) -> Explanation:
        text = self._texts.get(node)
        if text is None:
            text = self._texts[node] = self._source[node.start : node.end]
        return Explanation(type(node).__name__.lower(), text, node.start, node.end)

    def _skipped(self, node: nodes.Node, entry: Explanation) -> Iterator[Explanation]:
        """Entries for the operands and branches that were not looked at."""
        reason = _REASONS.get(type(node))
        if reason is None or (
            isinstance(node, nodes.Binary) and node.operator not in ("and", "or")
        ):
            return
        seen = {(child.start, child.end) for child in entry.children}
        for part in nodes.parts_of(node):
            if isinstance(part, nodes.Node) and (part.start, part.end) not in seen:
                skipped = self._entry(part)
                skipped.skipped = reason
                yield skipped


_REASONS: Final[dict[type[nodes.Node], str]] = {
    nodes.Binary: "the left operand settles it",
    nodes.Conditional: "the other branch was taken",
    nodes.Default: "the left operand is true",
    nodes.Coalesce: "the left operand exists",
}


def _settled(value: Any, state: State) -> Any:
    """The value without the marks of evaluation. Raises U1001 where there is no room to keep it."""
    value = collapse(value)
    if not isinstance(value, list) or type(value) is list:
        return value
    plain = list(value)
    state.hold(plain, LIST + SLOT * len(plain))
    return plain
