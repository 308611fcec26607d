"""The state of following one expression, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from placet.jsonata import nodes as n
from placet.jsonata.analysis.places import (
    INPUT,
    NOTHING,
    Names,
    Place,
    Places,
    declared,
    spell,
)
from placet.jsonata.functions.facts import Reads
from placet.jsonata.functions.registry import BUILTINS
from placet.jsonata.runtime.signature import Signature

__all__ = ["Analysis", "Reader", "reads", "stands_in"]

# What may be any field, or the input as a whole.
_ANY: Final = ("*", "**", "$")
_CLOCKS: Final = frozenset({Reads.CLOCK, Reads.ANYTHING})
_CHANCE: Final = frozenset({Reads.CHANCE, Reads.ANYTHING})

Read = Callable[..., Places]
_READERS: Final[dict[type[n.Node], Read]] = {}


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one expression reads and uses; all names sorted, without `$`.

    `fields` are paths into the input: `items.price`, with `*` for any field, `**` for any depth,
    `$` for the input as a whole; a path stands for all that is below it. `variables` are those
    that the expression neither binds nor finds among the built-in functions, `functions` the
    built-in ones it names; `roots` are the first steps of the fields. `depends_on_time` is false
    only when the clock cannot matter.
    """

    fields: tuple[str, ...]
    variables: tuple[str, ...]
    functions: tuple[str, ...]
    roots: frozenset[str]
    depends_on_time: bool
    is_deterministic: bool

    def may_read(self, field: str) -> bool:
        """Whether the value can depend on this field of the input."""
        return not self.roots.isdisjoint((field, *_ANY))

    def to_document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "fields": list(self.fields),
            "variables": list(self.variables),
            "functions": list(self.functions),
            "dependsOnTime": self.depends_on_time,
            "isDeterministic": self.is_deterministic,
        }


def reads(*kinds: type[n.Node]) -> Callable[[Read], Read]:
    """Register what follows some kinds of node."""

    def register(read: Read) -> Read:
        for kind in kinds:
            _READERS[kind] = read
        return read

    return register


class Reader:
    """Follows one expression.

    `used` are the places looked at, `variables` and `functions` the names found on the way.
    """

    def __init__(self) -> None:
        self.used: set[Place] = set()
        # Places that decide only whether or how often something is evaluated.
        self.touched: set[Place] = set()
        self.variables: set[str] = set()
        self.functions: set[str] = set()
        self.labels: dict[str, Places] = {}
        # Names looked up before anything was bound to them: in a function, or in the next round.
        self.early: set[str] = set()
        # Where functions that are not known by name are called, and whether one of those may take
        # what it is called on as its argument.
        self.called_on: Places = NOTHING
        self.contextual = False
        self.lambdas = 0
        self.clock = False

    def analyse(self, node: n.Node) -> Analysis:
        """What the expression with this tree reads and uses."""
        self.use(self.value(node, INPUT, declared([node])))
        if self.contextual:
            self.use(self.called_on)
        used = self.used
        prefixes = {place[:length] for place in used for length in range(len(place))}
        fields = used | (self.touched - prefixes - INPUT)
        asked = {BUILTINS[name].facts.reads for name in self.functions}
        return Analysis(
            fields=tuple(sorted(map(spell, fields))),
            variables=tuple(sorted(self.variables)),
            functions=tuple(sorted(self.functions)),
            roots=frozenset(place[0] if place else "$" for place in fields),
            depends_on_time=self.clock or not _CLOCKS.isdisjoint(asked),
            is_deterministic=_CHANCE.isdisjoint(asked),
        )

    def use(self, places: Places) -> None:
        """What stands there is looked at."""
        self.used.update(places)

    def value(self, node: n.Node, context: Places, names: Names) -> Places:
        """The places that the value of `node` may come from."""
        return self.suffixes(node, self.own_value(node, context, names), names)

    def own_value(self, node: n.Node, context: Places, names: Names) -> Places:
        """As `value`, before the predicates and the grouping of `node`."""
        return _READERS[type(node)](self, node, context, names)

    def consume(self, node: n.Node, context: Places, names: Names) -> None:
        """Evaluate a part whose value is looked at."""
        self.use(self.value(node, context, names))

    def suffixes(self, node: n.Node, places: Places, names: Names) -> Places:
        """What the predicates and the grouping of `node` leave of `places`."""
        for stage in node.predicates:
            self.consume(stage.expression, places, names)
        if node.group is None:
            return places
        self.touched |= places
        for pair in node.group.pairs:
            for side in pair:
                self.consume(side, places, names)
        return NOTHING


def stands_in(signature: Signature) -> bool:
    """Whether the context can be an argument."""
    return any(parameter.context for parameter in signature.parameters)
