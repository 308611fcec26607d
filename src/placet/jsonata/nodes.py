"""The syntax tree of a JSONata expression, as the compiler consumes it.

The parser delivers this form directly: paths are flat lists of steps, predicates hang on what they
filter, string literals inside a path have become names, and every `%` has been resolved to the step
whose input it means. `position` is the offset just past the token that an error about the node is
reported at (the language's own convention); `start` and `end` delimit the node's source text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from placet.jsonata.runtime.signature import Signature

__all__ = [
    "Apply", "ArrayConstructor", "Binary", "Bind", "Block", "Call", "Coalesce", "Conditional",
    "Default", "Descendant", "Filter", "GroupBy", "IndexBind", "Lambda", "Literal", "Name",
    "Negate", "Node", "ObjectConstructor", "Parent", "Partial", "Path", "Placeholder", "Range",
    "RegexLiteral", "Sort", "SortTerm", "Step", "Transform", "Variable", "Wildcard", "parts_of",
]  # fmt: skip


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Node:
    """What every node carries.

    `predicates` and `group` apply to the node's own value, in this order, when the node is not a
    `Path` (a path keeps predicates in its steps' stages). `keep_array` is the `[]` suffix.
    """

    position: int = 0
    start: int = 0
    end: int = 0
    predicates: list[Filter] = field(default_factory=list)
    group: GroupBy | None = None
    keep_array: bool = False


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Literal(Node):
    """A number, string, true, false or null."""

    value: str | int | float | bool | None


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class RegexLiteral(Node):
    """`/pattern/flags`, the pattern as written; flags are a subset of `im`."""

    pattern: str
    flags: str


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Name(Node):
    """A field of the context. Always stands in a `Step` of a `Path`."""

    value: str


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Wildcard(Node):
    """`*`: all values of the context object's fields."""


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Descendant(Node):
    """`**`: the context and everything below it."""


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Parent(Node):
    """`%`: the input of the step that carries `label` in its `ancestors`."""

    label: str


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Variable(Node):
    """`$name`; `$` has the name "" and `$$` the name "$"."""

    name: str


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Binary(Node):
    """One of `+ - * / % = != < <= > >= & in and or`."""

    operator: str
    left: Node
    right: Node


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Negate(Node):
    """Unary minus on something that is not a number literal."""

    operand: Node


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Range(Node):
    """`a..b`, only as an item of an array constructor."""

    left: Node
    right: Node


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class ArrayConstructor(Node):
    """`[…]`. `cons`: it is the first or last step of a path, where it is kept as one value."""

    items: list[Node]
    cons: bool = False


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class ObjectConstructor(Node):
    """`{key: value, …}` as an operand: built from the context as its single input."""

    pairs: list[tuple[Node, Node]]


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Block(Node):
    """`(a; b; c)`: a new frame; the value of the last expression.

    A block through which a `%` reaches back yields the tuples of its last expression, a `Path`
    with `tuples`. `cons`: one of the expressions is, or is a path that starts with, an array
    constructor with `cons`; as first step of a path it is evaluated once, on the whole input.
    """

    expressions: list[Node]
    cons: bool = False


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Conditional(Node):
    """`condition ? then : otherwise`; without `otherwise` the false branch is undefined."""

    condition: Node
    then: Node
    otherwise: Node | None


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Default(Node):
    """`left ?: right`: left where it is truthy, else right."""

    left: Node
    right: Node


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Coalesce(Node):
    """`left ?? right`: left where it exists, else right."""

    left: Node
    right: Node


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Bind(Node):
    """`$name := value`."""

    name: str
    value: Node


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Lambda(Node):
    """`function($a, $b)<signature>{body}`.

    A `Call` in the body's tail position has `tail` set, and the compiler calls it in a loop.
    """

    parameters: list[str]
    body: Node
    signature: Signature | None = None


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Call(Node):
    """`procedure(arguments)`. `tail`: in tail position of the enclosing lambda."""

    procedure: Node
    arguments: list[Node]
    tail: bool = False


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Placeholder(Node):
    """`?` as an argument."""


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Partial(Node):
    """`procedure(a, ?)`: at least one argument is a `Placeholder`."""

    procedure: Node
    arguments: list[Node]


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Apply(Node):
    """`left ~> right`: function application or composition."""

    left: Node
    right: Node


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Transform(Node):
    """`|pattern|update, delete|`: a function that clones its argument and changes what matches."""

    pattern: Node
    update: Node
    delete: Node | None


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class SortTerm:
    """One key of a sort."""

    expression: Node
    descending: bool
    position: int


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Sort(Node):
    """`^(…)`: orders the whole sequence. Always stands in a `Step` of a `Path`."""

    terms: list[SortTerm]


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Filter:
    """`[expression]`: keeps items by position (a number) or by truth."""

    expression: Node
    position: int


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class IndexBind:
    """`#$name` after an earlier stage: binds the position at that point."""

    name: str
    position: int


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class GroupBy:
    """`{key: value, …}` after an expression: groups its items by key."""

    pairs: list[tuple[Node, Node]]
    position: int


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Step:
    """One step of a path.

    `stages` run on the step's result, in order. `focus` is the variable of `@$name`, `index` that
    of `#$name` when it comes before any stage. `ancestors` are the labels under which this step's
    *input* is remembered for `%`. A step with `tuples` makes or carries tuples (bindings travel
    along the path).
    """

    node: Node
    stages: list[Filter | IndexBind] = field(default_factory=list)
    focus: str | None = None
    index: str | None = None
    ancestors: list[str] = field(default_factory=list)
    tuples: bool = False


@dataclass(slots=True, kw_only=True, eq=False, repr=False, match_args=False)
class Path(Node):
    """`a.b.c`. `keep_singleton`: some step carries `[]`, so one result stays an array.

    `tuples`: a `%` outside reaches back through this path, so it yields its tuples, not their
    values.
    """

    steps: list[Step]
    keep_singleton: bool = False
    tuples: bool = False


def parts_of(node: Any) -> list[Any]:
    """What a node, predicate, step or list of them is made of, one level down."""
    if isinstance(node, list | tuple):
        return list(node)
    fields = getattr(node, "__dataclass_fields__", None)
    return [] if fields is None else [getattr(node, name) for name in fields]
