"""Comparisons that fail, or that never hold: of lists, of `null`, of money, of different types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from placet.jsonata import nodes as n
from placet.jsonata.recognition import calls, literal, unwrapped
from placet.policies.core.hazards.items import is_list, split_path, test_of_each
from placet.policies.core.hazards.model import Hazard
from placet.policies.core.hazards.order_fields import MONEY, fields_at
from placet.policies.core.hazards.scan import Scan
from placet.policies.core.hazards.times import as_millis
from placet.policies.core.hazards.uses import ORDERINGS, use_of

__all__ = ["check_comparison"]

_EQUALITIES: Final = frozenset({"=", "!="})
_NEGATED: Final = {"=": "!=", "!=": "="}
_NUMERIC: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_ARITHMETIC: Final = frozenset({"+", "-", "*", "/"})
_OBJECT: Final = frozenset({"object"})
_SCALARS: Final = frozenset({"string", "number", "boolean"})


def check_comparison(scan: Scan, node: n.Node) -> Iterator[Hazard]:
    """The hazards of one comparison; none of any other node."""
    if not isinstance(node, n.Binary):
        return
    if node.operator in ORDERINGS:
        if null := _ordered_null(scan, node):
            yield null
            return
        if many := _ordered_list(scan, node):
            yield many
    elif node.operator in _EQUALITIES:
        if many := _equal_list(scan, node):
            yield many
        elif money := _equal_money(scan, node):
            yield money
    elif node.operator == "in":
        if many := _list_in_list(scan, node):
            yield many
        elif part := _part_of_text(scan, node):
            yield part
        return
    else:
        return
    if types := _different_types(scan, node):
        yield types


def _is_null(node: n.Node) -> bool:
    found = literal(node)
    return found is not None and found.value is None


def _ordered_null(scan: Scan, node: n.Binary) -> Hazard | None:
    if not _is_null(node.left) and not _is_null(node.right):
        return None
    other = node.left if _is_null(node.right) else node.right
    message = (
        f"`null` is neither above nor below anything: `{node.operator}` stops with an error here "
        "(T2010), and the rule needs a manual review"
    )
    rewritten = None if _is_null(other) else f"{scan.operand(other)} != null"
    return scan.hazard("H12", node, message, rewritten)


def _ordered_list(scan: Scan, node: n.Binary) -> Hazard | None:
    left, right = is_list(scan, node.left), is_list(scan, node.right)
    if not left and not right:
        return None
    listed = node.left if left else node.right
    message = (
        f"`{scan.text(listed)}` can hold several values: with two or more of them "
        f"`{node.operator}` stops with an error (T2010), and the rule needs a manual review"
    )
    if left and right:
        return scan.hazard("H01", node, message)
    return scan.rewrite("H01", node, message, _for_any_item(scan, node, listed))


def _for_any_item(scan: Scan, node: n.Binary, listed: n.Node) -> tuple[n.Node, str] | None:
    """The test asked of each item, or of the largest or smallest one."""
    other = node.right if listed is node.left else node.left
    if scan.fact(listed).of_type("object") and scan.fact(other).of_type("number"):
        sides = (f"$count({scan.text(listed)})", scan.text(other))
        first, second = sides if listed is node.left else sides[::-1]
        return node, f"{first} {node.operator} {second}"
    fixed = literal(other) is not None and split_path(scan, listed) is not None
    if fixed or scan.fact(listed).of_type("string") or use_of(scan, node).kind != "truth":
        return test_of_each(scan, node)
    largest = (node.operator in {">", ">="}) is (listed is node.left)
    extreme = f"${'max' if largest else 'min'}({scan.text(listed)})"
    sides = (
        (extreme, scan.text(node.right)) if listed is node.left else (scan.text(node.left), extreme)
    )
    return node, f"{sides[0]} {node.operator} {sides[1]}"


def _equal_list(scan: Scan, node: n.Binary) -> Hazard | None:
    left, right = scan.fact(node.left), scan.fact(node.right)
    if choice := _one_of_several(scan, node):
        return choice
    if left.many is right.many or left.of_type("array") or right.of_type("array"):
        return None
    listed, other = (node.left, node.right) if left.many else (node.right, node.left)
    if node.operator == "=":
        effect = "never equals one value, so this is false however many of them match"
    else:
        effect = "differs from any one value, so this is true even where all of them match"
    message = f"`{scan.text(listed)}` can hold several values, and a list of two or more {effect}"
    return scan.rewrite("H02", node, message, _holds(scan, node, listed, other))


def _holds(scan: Scan, node: n.Binary, listed: n.Node, other: n.Node) -> tuple[n.Node, str] | None:
    """Whether a value is in a list, or how many of the list's items have it."""
    use = use_of(scan, node)
    constant = literal(other)
    if constant is not None and isinstance(constant.value, bool) and _selects(listed):
        found = f"$exists({scan.text(listed)})"
        wanted = constant.value is (node.operator == "=")
        return (node, found if wanted else f"$not({found})") if use.kind == "truth" else None
    if scan.fact(listed).of_type("object") and scan.fact(other).of_type("number"):
        return node, f"$count({scan.text(listed)}) {node.operator} {scan.text(other)}"
    contains = f"{scan.operand(other)} in {scan.operand(listed)}"
    if use.kind == "truth":
        return node, contains if node.operator == "=" else f"$not({contains})"
    if use.kind == "exists" and node.operator == "=":
        return use.node, contains
    return test_of_each(scan, node)


def _selects(node: n.Node) -> bool:
    """Whether a path ends with a predicate, so that it gives items and no truth values."""
    node = unwrapped(node)
    return isinstance(node, n.Path) and bool(node.steps[-1].stages)


def _one_of_several(scan: Scan, node: n.Binary) -> Hazard | None:
    """`status = ['a', 'b']`: one value, compared with a list of those it may be."""
    for choices, one in ((node.right, node.left), (node.left, node.right)):
        listed = unwrapped(choices)
        single = not is_list(scan, one) and scan.fact(one).path is not None
        if not isinstance(listed, n.ArrayConstructor) or not listed.items or not single:
            continue
        known = scan.fact(one).types
        if "array" in (known or ()) or listed.predicates or (known is None and _may_list(one)):
            return None
        effect = "false" if node.operator == "=" else "true"
        message = (
            f"`{scan.text(one)}` is one value and `{scan.text(choices)}` a list: they are never "
            f"equal, so this is always {effect}"
        )
        contains = f"{scan.operand(one)} in {scan.text(choices)}"
        wanted = contains if node.operator == "=" else f"$not({contains})"
        truth = use_of(scan, node).kind == "truth"
        return scan.hazard("H02", node, message, wanted if truth else None)
    return None


def _may_list(node: n.Node) -> bool:
    """Whether a field of unknown type is called as lists are: `labels`, but not `status`."""
    last = node.steps[-1].node if isinstance(node, n.Path) else None
    return not isinstance(last, n.Name) or re.search(r"[^aeious]s\Z|es\Z", last.value) is not None


def _list_in_list(scan: Scan, node: n.Binary) -> Hazard | None:
    if not scan.fact(node.left).many:
        return _never_in(scan, node)
    message = (
        f"`{scan.text(node.left)}` can hold several values, and a list of two or more is `in` no "
        "list, so this is false however many of them match"
    )
    return scan.rewrite("H02", node, message, test_of_each(scan, node))


def _never_in(scan: Scan, node: n.Binary) -> Hazard | None:
    """A value, asked for among constants of other types."""
    listed, kinds = unwrapped(node.right), scan.fact(node.left).types
    if not isinstance(listed, n.ArrayConstructor) or not listed.items or not kinds:
        return None
    facts = [scan.fact(item) for item in listed.items]
    if listed.predicates or not kinds <= _SCALARS:
        return None
    if any(fact.types is None or fact.types & kinds or fact.many for fact in facts):
        return None
    message = (
        f"`{scan.text(node.left)}` is a {' or '.join(sorted(kinds))}, and none of "
        f"`{scan.text(node.right)}` is: this is always false"
    )
    negated = calls(unwrapped(node.left), "not")
    if negated is not None and len(negated.arguments) == 1:
        inner = f"{scan.operand(negated.arguments[0])} in {scan.text(node.right)}"
        return scan.hazard("H10", node, message, f"$not({inner})")
    items = [literal(item) for item in listed.items]
    texts = [None if item is None else _spelled(item.value, kinds) for item in items]
    known = [text for text in texts if text is not None]
    spelled = f"{scan.text(node.left)} in [{', '.join(known)}]"
    return scan.hazard("H10", node, message, spelled if len(known) == len(items) else None)


def _part_of_text(scan: Scan, node: n.Binary) -> Hazard | None:
    """`'acme' in email`: a part of a text, asked for as an item of a list."""
    part, text = literal(node.left), scan.fact(node.right)
    if part is None or not isinstance(part.value, str) or text.many or not text.of_type("string"):
        return None
    if literal(node.right) is not None:
        return None
    message = (
        f"`{scan.text(node.right)}` is a text, and `in` asks for the whole of it: a part of a text "
        "is found by `$contains`"
    )
    found = f"$contains({scan.text(node.right)}, {scan.text(node.left)})"
    truth = use_of(scan, node).kind == "truth"
    return scan.hazard("H02", node, message, found if truth else None)


def _equal_money(scan: Scan, node: n.Binary) -> Hazard | None:
    sides = (node.left, node.right)
    computed = [side for side in sides if _is_computed_money(side)]
    constants = [found.value for side in sides if (found := literal(side)) is not None]
    if not computed or 0 in constants:
        return None
    message = (
        f"`{scan.text(computed[0])}` is computed from amounts: a tiny rounding difference makes "
        f"`{node.operator}` give the wrong answer, so round both sides"
    )
    texts = [
        scan.text(side) if literal(side) else f"$round({scan.text(side)}, 2)" for side in sides
    ]
    return scan.hazard("H05", node, message, f"{texts[0]} {node.operator} {texts[1]}")


def _is_computed_money(node: n.Node) -> bool:
    node = unwrapped(node)
    if total := calls(node, "sum", "average"):
        return any(_names_money(argument) for argument in total.arguments)
    if isinstance(node, n.Binary) and node.operator in _ARITHMETIC:
        sides = (unwrapped(node.left), unwrapped(node.right))
        return any(_is_computed_money(side) or _names_money(side) for side in sides)
    return False


def _names_money(node: n.Node) -> bool:
    node = unwrapped(node)
    if isinstance(node, n.Binary):
        return _names_money(node.left) or _names_money(node.right)
    if isinstance(node, n.Path):
        last = node.steps[-1].node
        return last.value in MONEY if isinstance(last, n.Name) else _names_money(last)
    return False


def _different_types(scan: Scan, node: n.Binary) -> Hazard | None:
    left, right = scan.fact(node.left), scan.fact(node.right)
    if left.types is None or right.types is None or left.types & right.types:
        return None
    if not left.types or not right.types or not (left.types | right.types) <= _SCALARS | _OBJECT:
        return None
    if (left.types & _OBJECT and left.many) or (right.types & _OBJECT and right.many):
        return None  # a list, which is told as such
    kinds = [" or ".join(sorted(types)) for types in (left.types, right.types)]
    outcome = (
        "stops with an error (T2009)"
        if node.operator in ORDERINGS
        else f"is always {'false' if node.operator == '=' else 'true'}"
    )
    message = (
        f"`{scan.text(node.left)}` is a {kinds[0]} and `{scan.text(node.right)}` a {kinds[1]}: "
        f"comparing them {outcome}"
    )
    return scan.hazard("H10", node, message, _regrouped(scan, node) or _same_type(scan, node))


def _regrouped(scan: Scan, node: n.Binary) -> str | None:
    """`$not(a) = 'x'` as the negation of the comparison, and `1 < a < 5` as two comparisons."""
    left = unwrapped(node.left)
    negated = calls(left, "not")
    if negated is not None and len(negated.arguments) == 1:
        inner = f"{scan.operand(negated.arguments[0])} {_NEGATED.get(node.operator, node.operator)}"
        test = f"{inner} {scan.text(node.right)}"
        return test if node.operator in _NEGATED else f"$not({test})"
    first = node.left
    chained = isinstance(first, n.Binary) and not first.predicates and first.operator in ORDERINGS
    if isinstance(first, n.Binary) and chained and node.operator in ORDERINGS:
        middle = scan.text(first.right)
        return f"({scan.text(first)} and {middle} {node.operator} {scan.text(node.right)})"
    return None


def _same_type(scan: Scan, node: n.Binary) -> str | None:
    """The comparison with one side in the type of the other: a field of it, or its literal."""
    for other in (node.left, node.right):
        path = scan.fact(other).path
        if scan.fact(other).of_type("object") and path and "value" in fields_at(path):
            return _compared(scan, node, other, f"{scan.text(other)}.value")
    for side, other in ((node.right, node.left), (node.left, node.right)):
        found, wanted = literal(side), scan.fact(other)
        if wanted.of_type("number") and (moment := as_millis(scan, side)):
            return _compared(scan, node, side, moment)
        if found is None or literal(other) is not None:
            continue
        text = _spelled(found.value, wanted.types or frozenset())
        return None if text is None else _compared(scan, node, side, text)
    return None


def _compared(scan: Scan, node: n.Binary, side: n.Node, text: str) -> str:
    """The comparison with another text for one of its sides."""
    if side is node.left:
        return f"{text} {node.operator} {scan.text(node.right)}"
    return f"{scan.text(node.left)} {node.operator} {text}"


def _spelled(value: str | float | bool | None, types: frozenset[str]) -> str | None:
    if isinstance(value, str):
        if types == {"number"} and _NUMERIC.fullmatch(value):
            return value
        return value if types == {"boolean"} and value in {"true", "false"} else None
    if types == {"string"} and value is not None:
        return f"'{str(value).lower() if isinstance(value, bool) else value}'"
    return None
