"""Expressions that compile and still cannot mean what their author hopes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Final

from placet.jsonata import Expression
from placet.jsonata.functions.registry import BUILTINS
from placet.jsonata.nodes import (
    ArrayConstructor,
    Binary,
    Bind,
    Block,
    Call,
    IndexBind,
    Lambda,
    Literal,
    Name,
    Node,
    ObjectConstructor,
    Path,
    Step,
    Variable,
)

__all__ = ["Trap", "find_traps"]

ORDERING: Final = frozenset({"<", "<=", ">", ">="})
COMPARING: Final = ORDERING | {"=", "!="}
ARITHMETIC: Final = frozenset({"+", "-", "*", "/", "%", "&"})
ARRAYS: Final = frozenset({"items", "totals", "fields", "customApps", "budgets", "allocations"})


@dataclass(frozen=True, slots=True)
class Trap:
    """What is suspicious and where it starts, as an offset into the expression."""

    offset: int
    code: str
    message: str


def find_traps(expression: Expression) -> list[Trap]:
    """The traps of an expression, in its order; comparisons inside functions are left alone."""
    node = _bare(expression.node)
    if _never_boolean(node):
        message = "the expression never yields true or false, so the rule fails with every order"
        return [Trap(node.start, "never-boolean", message)]
    found = [*_traps(node, expression.source), *_unknown_functions(expression.node)]
    return sorted(found, key=lambda trap: trap.offset)


def _unknown_functions(root: Node) -> Iterator[Trap]:
    """Calls of what is neither built in nor bound anywhere in the expression."""
    parts = list(_parts(root))
    bound = {part.name for part in parts if isinstance(part, Bind | IndexBind)}
    for part in parts:
        if isinstance(part, Lambda):
            bound.update(part.parameters)
        elif isinstance(part, Step):
            bound.update(name for name in (part.focus, part.index) if name)
    for part in parts:
        if not isinstance(part, Call):
            continue
        called = part.procedure
        if isinstance(called, Variable) and called.name not in bound | BUILTINS.keys():
            message = f"there is no function `${called.name}`"
            yield Trap(part.start, "unknown-function", message)
        elif isinstance(called, Path) and len(called.steps) == 1:
            field = called.steps[0].node
            if isinstance(field, Name):
                message = f"`{field.value}(…)` calls a field; functions are written `$name(…)`"
                yield Trap(part.start, "unknown-function", message)


def _parts(root: Node) -> Iterator[object]:
    """Everything an expression is built of, with an explicit stack: trees may be deep."""
    left: list[object] = [root]
    while left:
        part = left.pop()
        if isinstance(part, list | tuple):
            left.extend(part)
        elif is_dataclass(part):
            yield part
            left.extend(getattr(part, field.name) for field in fields(part))


def _traps(node: Node, source: str) -> Iterator[Trap]:
    node = _bare(node)
    if isinstance(node, Binary) and node.operator in ("and", "or"):
        yield from _traps(node.left, source)
        yield from _traps(node.right, source)
    elif isinstance(node, Binary) and node.operator in COMPARING:
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(_bare(other), Literal) and _many(_bare(side)):
                yield _array_comparison(node, _bare(side), source)
    elif _calls(node, "not") and isinstance(node, Call) and len(node.arguments) == 1:
        argument = _bare(node.arguments[0])
        if isinstance(argument, Binary) and argument.operator in ORDERING:
            text = source[node.start : node.end]
            message = (
                f"`{text}` does not fire where a field is missing, because the comparison is then "
                "undefined; say what a missing field means, with `??` or `$exists`"
            )
            yield Trap(node.start, "negated-comparison", message)
        else:
            yield from _traps(argument, source)


def _array_comparison(node: Binary, side: Node, source: str) -> Trap:
    text = source[side.start : side.end]
    if node.operator in ORDERING:
        told = f"`{text}` is an array in orders with several, and comparing it fails"
        advice = "compare inside a filter, `$exists(items[price > 200])`, or its `$max`"
    else:
        told = f"`{text}` is an array in orders with several, and equals no single value"
        advice = "look into it with `in`, or filter, `$exists(items[sku = '1'])`"
    return Trap(side.start, "array-comparison", f"{told}; {advice}")


def _many(node: Node) -> bool:
    """A path through something that holds several, with nothing that picks one of them."""
    if not isinstance(node, Path) or len(node.steps) < 2 or node.group is not None:
        return False
    names = [step.node.value for step in node.steps[:-1] if isinstance(step.node, Name)]
    return bool(ARRAYS.intersection(names)) and not any(step.stages for step in node.steps)


def _never_boolean(node: Node) -> bool:
    if isinstance(node, Literal):
        return not isinstance(node.value, bool)
    if isinstance(node, Binary):
        return node.operator in ARITHMETIC
    return isinstance(node, ArrayConstructor | ObjectConstructor | Lambda)


def _bare(node: Node) -> Node:
    while isinstance(node, Block) and len(node.expressions) == 1 and not node.predicates:
        node = node.expressions[0]
    return node


def _calls(node: Node, name: str) -> bool:
    return (
        isinstance(node, Call)
        and isinstance(node.procedure, Variable)
        and node.procedure.name == name
        and not node.predicates
    )
