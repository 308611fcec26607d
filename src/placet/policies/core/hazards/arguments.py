"""What arithmetic and functions are given: lists where one value is wanted, and wrong types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from placet.jsonata import nodes as n
from placet.jsonata.analysis.calls import takes_context
from placet.jsonata.functions.registry import BUILTINS
from placet.jsonata.recognition import calls, literal, unwrapped
from placet.jsonata.runtime.signature import Parameter
from placet.policies.core.hazards.inference import Fact
from placet.policies.core.hazards.items import (
    AGGREGATES,
    each_item,
    is_list,
    is_single_valued,
    split_path,
    test_of_each,
)
from placet.policies.core.hazards.model import Hazard
from placet.policies.core.hazards.scan import Scan
from placet.policies.core.hazards.times import as_millis
from placet.policies.core.hazards.uses import ARITHMETIC, COMPARISONS, use_of

__all__ = ["check_arguments"]

_TYPES: Final = {
    "s": {"string"},
    "n": {"number"},
    "b": {"boolean"},
    "(nsb)": {"number", "string", "boolean"},
    "(sf)": {"string", "function"},
}
_WORDS: Final = {"s": "one text", "n": "one number", "b": "one truth value", "(sf)": "one text"}
_PLURAL: Final = {"s": "texts", "n": "numbers", "o": "objects"}
_KINDS: Final = {
    "string": "a text", "number": "a number", "boolean": "true or false", "object": "an object",
    "array": "a list", "null": "`null`", "function": "a function",
}  # fmt: skip
_SUBTYPES: Final = {"s": {"string"}, "n": {"number"}, "o": {"object"}}
_NUMERIC: Final = re.compile(r"\s*-?[0-9]+(?:\.[0-9]+)?\s*")
_TRUTHS: Final = ("contains", "not", "boolean")


class _Given(NamedTuple):
    """One argument: its node (None for the context), what is known of it, what is wanted."""

    node: n.Node | None
    fact: Fact
    parameter: Parameter


def check_arguments(scan: Scan, node: n.Node) -> Iterator[Hazard]:
    """The hazards of what one operation or built-in function is given."""
    if isinstance(node, n.Negate):
        yield from _operands(scan, node, "-", [node.operand])
    elif isinstance(node, n.Binary) and node.operator in ARITHMETIC:
        yield from _operands(scan, node, node.operator, [node.left, node.right])
    elif isinstance(node, n.Call) and isinstance(node.procedure, n.Variable):
        name = node.procedure.name
        if name in BUILTINS and name not in scan.bound:
            yield from _arguments(scan, node, name)


def _operands(scan: Scan, node: n.Node, operator: str, sides: list[n.Node]) -> Iterator[Hazard]:
    for side in sides:
        if is_list(scan, side):
            message = (
                f"`{scan.text(side)}` can hold several values: with two or more of them "
                f"`{operator}` stops with an error (T2001), and the rule needs a manual review"
            )
            yield scan.rewrite("H16", node, message, _asked_of_each(scan, node))
            return
    for side in sides:
        types = scan.fact(side).types
        if types and types <= {"string", "boolean", "object"}:
            code = "T2001" if side is sides[0] else "T2002"
            message = (
                f"`{scan.text(side)}` is {_kinds(types)}, and `{operator}` takes numbers: that is "
                f"an error ({code}), and the rule needs a manual review"
            )
            yield scan.rewrite("H17", node, message, _numbers(scan, node, operator, sides))
            return


def _numbers(
    scan: Scan, node: n.Node, operator: str, sides: list[n.Node]
) -> tuple[n.Node, str] | None:
    """The operation with its texts as numbers, or its texts joined."""
    texts = [_as_number(scan, side) for side in sides]
    if None not in texts:
        return node, f" {operator} ".join(filter(None, texts)) if len(texts) > 1 else f"-{texts[0]}"
    return None


def _as_number(scan: Scan, node: n.Node) -> str | None:
    fact = scan.fact(node)
    if moment := as_millis(scan, node):
        return moment
    if fact.types is None or "number" in fact.types:
        return scan.text(node)
    constant = literal(node)
    if constant is not None:
        text = str(constant.value)
        return text.strip() if _NUMERIC.fullmatch(text) else None
    return f"$number({scan.text(node)})" if _is_numeric(fact) else None


def _is_numeric(fact: Fact) -> bool:
    """Whether the orders at hand have digits only there."""
    texts = [text for shape in fact.shapes or () for text in shape.texts]
    return bool(texts) and all(map(_NUMERIC.fullmatch, texts))


def _arguments(scan: Scan, call: n.Call, name: str) -> Iterator[Hazard]:
    most = BUILTINS[name].signature.parameters
    if len(call.arguments) > len(most) and not any(one.repeated for one in most):
        message = (
            f"`${name}` takes {len(most)} argument{'' if len(most) == 1 else 's'} at most, and "
            f"{len(call.arguments)} are given: that is an error (T0410), and the rule needs a "
            "manual review"
        )
        yield scan.hazard("H17", call, message)
        return
    if name == "string" and len(call.arguments) == 1:
        yield from _text_of_list(scan, call, call.arguments[0])
    for index, given in enumerate(_given(scan, call, name), 1):
        if given.parameter.type == "a":
            yield from _items(scan, call, name, given)
        elif given.parameter.type in _TYPES:
            yield from _single(scan, call, name, given, index)


def _text_of_list(scan: Scan, call: n.Call, node: n.Node) -> Iterator[Hazard]:
    """`$string(items.price) = '100'`, which is `'[100,200]'` with two items."""
    outer = scan.parents[call]
    compared = isinstance(outer, n.Binary) and outer.operator in COMPARISONS
    if compared and scan.fact(node).many:
        message = (
            f"`{scan.text(node)}` can hold several values, and `$string` writes two or more of "
            "them as one text with brackets and commas"
        )
        yield scan.rewrite("H16", call, message, _asked_of_each(scan, call))


def _given(scan: Scan, call: n.Call, name: str) -> Iterator[_Given]:
    signature = BUILTINS[name].signature
    nodes: list[n.Node | None] = list(call.arguments)
    parent = scan.parents[call]
    if isinstance(parent, n.Apply) and parent.right is call:
        nodes.insert(0, parent.left)
    if takes_context(signature, len(nodes)):
        nodes.insert(0, None)
    context = scan.facts.contexts.get(call, Fact())
    for node, parameter in zip(nodes, signature.parameters, strict=False):
        if not isinstance(node, n.Placeholder | n.Lambda):
            yield _Given(node, context if node is None else scan.fact(node), parameter)


def _single(scan: Scan, call: n.Call, name: str, given: _Given, index: int) -> Iterator[Hazard]:
    """An argument that must be one value of a type."""
    node, fact, parameter = given
    wanted = _WORDS.get(parameter.type, "one value")
    if node is not None and is_list(scan, node):
        message = (
            f"`{scan.text(node)}` can hold several values and `${name}` takes {wanted}: with two "
            "or more of them it stops with an error (T0410), and the rule needs a manual review"
        )
        yield scan.rewrite("H16", call, message, _list_meant(scan, call, name, node))
    elif fact.types and not fact.types & _TYPES[parameter.type] and fact.types != {"null"}:
        shown = "what it is called on" if node is None else f"`{scan.text(node)}`"
        error = "T0411" if node is None else "T0410"
        message = (
            f"argument {index} of `${name}` must be {wanted}, but {shown} is {_kinds(fact.types)}: "
            f"that is an error ({error}), and the rule needs a manual review"
        )
        change = None if node is None else _converted(scan, node, parameter)
        yield scan.rewrite("H17", call, message, change)


def _list_meant(scan: Scan, call: n.Call, name: str, node: n.Node) -> tuple[n.Node, str] | None:
    """What a function of one value, given a list, probably stands for."""
    if isinstance(scan.parents[call], n.Apply):
        return None
    itself = split_path(scan, node) is None or scan.fact(node).of_type("object", "array")
    if name == "length" and itself:
        return call, f"$count({scan.text(node)})"
    if name == "contains" and itself and len(call.arguments) == 2:
        wanted = call.arguments[1]
        truth = use_of(scan, call).kind == "truth" and literal(wanted) is not None
        return (call, f"{scan.text(wanted)} in {scan.operand(node)}") if truth else None
    return _asked_of_each(scan, call)


def _asked_of_each(scan: Scan, node: n.Node) -> tuple[n.Node, str] | None:
    """An operation on a list's fields, done for each item: added up, or in a test of each."""
    part = node
    parent = scan.parents[part]
    while parent is not None and _is_operation(scan, parent):
        part, parent = parent, scan.parents[parent]
    if calls(unwrapped(part), *_TRUTHS):
        return test_of_each(scan, part)
    if parent is not None and (total := calls(parent, *AGGREGATES)):
        each = each_item(scan, part) if total.arguments == [part] else None
        return (part, f"{each.owner}.({each.inner})") if each else None
    if isinstance(parent, n.Binary) and parent.operator in COMPARISONS:
        return test_of_each(scan, parent)
    return None


def _is_operation(scan: Scan, node: n.Node) -> bool:
    """Whether a node makes one value of single ones."""
    match node:
        case n.Binary():
            return node.operator in ARITHMETIC | {"&"}
        case n.Negate():
            return True
        case n.Block():
            return unwrapped(node) is not node
        case n.Call(procedure=n.Variable(name=name)):
            return name not in _TRUTHS and is_single_valued(name) and name not in scan.bound
    return False


def _converted(scan: Scan, node: n.Node, parameter: Parameter) -> tuple[n.Node, str] | None:
    """The argument turned into what is wanted."""
    types = scan.fact(node).types or frozenset()
    if parameter.type in {"s", "(sf)"} and types <= {"number", "boolean"}:
        constant = literal(node)
        if constant is not None:
            return node, f"'{scan.text(node)}'"
        return node, f"$string({scan.text(node)})"
    if parameter.type == "n" and types == {"string"}:
        text = _as_number(scan, node)
        return None if text is None else (node, text)
    return None


def _items(scan: Scan, call: n.Call, name: str, given: _Given) -> Iterator[Hazard]:
    """An argument that must be a list of one type."""
    node, fact, parameter = given
    wanted = _SUBTYPES.get(parameter.subtype or "")
    if node is None or wanted is None or not fact.types or fact.types & (wanted | {"array"}):
        return
    plural = _PLURAL[parameter.subtype or "n"]
    message = (
        f"`${name}` takes {plural}, but `{scan.text(node)}` is {_kinds(fact.types)}: that is an "
        "error (T0412), and the rule needs a manual review"
    )
    yield scan.rewrite("H17", call, message, _converted_items(scan, node, fact, parameter))


def _converted_items(
    scan: Scan, node: n.Node, fact: Fact, parameter: Parameter
) -> tuple[n.Node, str] | None:
    each = split_path(scan, node)
    if each is None:
        return None
    if parameter.subtype == "s" and fact.of_type("number"):
        return node, f"{each.owner}.$string({each.inner})"
    if parameter.subtype == "n" and _is_numeric(fact):
        return node, f"{each.owner}.$number({each.inner})"
    return None


def _kinds(types: frozenset[str]) -> str:
    return " or ".join(sorted(_KINDS.get(kind, kind) for kind in types))
