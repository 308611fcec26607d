"""Conditions that no order, or every one, meets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from placet.jsonata import nodes as n
from placet.jsonata.recognition import calls, literal, unwrapped
from placet.policies.core.hazards.inference import ORDERINGS, Fact
from placet.policies.core.hazards.items import is_list
from placet.policies.core.hazards.model import Hazard
from placet.policies.core.hazards.scan import Scan
from placet.policies.core.hazards.uses import COMPARISONS, is_constant, use_of

__all__ = ["check_condition", "contradiction"]

_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_TYPE_NAMES: Final = frozenset({
    "null", "number", "string", "boolean", "array", "object", "function",
})  # fmt: skip
_Limit = tuple[str, str, Any, str]


def check_condition(scan: Scan, node: n.Node) -> Iterator[Hazard]:
    """Whether one comparison, or one question whether something exists, has one answer only."""
    if isinstance(node, n.Call):
        yield from _existing_test(scan, node)
    if not isinstance(node, n.Binary) or node.operator not in COMPARISONS:
        return
    if constant := _constant(scan, node):
        yield constant
        return
    for side, other, operator in (
        (node.left, node.right, node.operator),
        (node.right, node.left, _MIRRORED.get(node.operator)),
    ):
        bound = literal(other)
        if bound is None or operator is None or literal(side) is not None:
            continue
        yield from _sizes(scan, node, side, operator, bound.value)
        yield from _cents(scan, node, side, bound.value)
        yield from _letters(scan, node, side, bound)
        yield from _types(scan, node, side, bound.value)


def _constant(scan: Scan, node: n.Binary) -> Hazard | None:
    if literal(node.left) is not None and literal(node.right) is not None:
        return None  # told with the comparisons of a field with itself
    parent = scan.parents[node]
    if not is_constant(scan, node) or (parent is not None and is_constant(scan, parent)):
        return None
    message = f"`{scan.text(node)}` is the same for every order: it compares nothing of the order"
    return scan.hazard("H08", node, message)


def _existing_test(scan: Scan, node: n.Call) -> Iterator[Hazard]:
    """`$exists(value > 5)`, which asks whether there is a value, not whether it is above."""
    call = calls(node, "exists", "count")
    if call is None or len(call.arguments) != 1:
        return
    part = unwrapped(call.arguments[0])
    counts = calls(node, "count") is not None
    made = isinstance(part, n.ArrayConstructor | n.ObjectConstructor | n.Literal)
    if made and (not counts or any(_is_test(scan, item) for item in _made_of(part))):
        message = f"`{scan.text(node)}` is the same for every order: what is written there is there"
        yield scan.hazard("H08", node, message)
    elif _is_test(scan, part):
        message = (
            f"`{scan.text(node)}` asks whether `{scan.text(part)}` has an answer, not whether it "
            "is true: false is an answer too"
        )
        yield scan.rewrite("H24", node, message, _asked(scan, node, part, counts))


def _made_of(node: n.Node) -> list[n.Node]:
    return node.items if isinstance(node, n.ArrayConstructor) else []


def _asked(scan: Scan, node: n.Call, part: n.Node, counts: bool) -> tuple[n.Node, str] | None:
    """The test itself, or the items that pass it."""
    if isinstance(part, n.Path):
        last = unwrapped(part.steps[-1].node)
        owner = scan.source[part.start : part.steps[-1].node.start].rstrip().removesuffix(".")
        name = "count" if counts else "exists"
        return node, f"${name}({owner.rstrip()}[{scan.text(last)}])"
    whole = scan.parents[node] if counts else node
    if whole is None or (counts and not _is_positive(whole)):
        return None
    return (whole, scan.text(part)) if use_of(scan, whole).kind == "truth" else None


def _is_test(scan: Scan, node: n.Node) -> bool:
    """Whether a node is a test with an answer for every order, or one for every item."""
    fact = scan.fact(node)
    if isinstance(node, n.Path):
        last = unwrapped(node.steps[-1].node)
        made = isinstance(last, n.Binary | n.Call) and not node.steps[-1].stages
        return len(node.steps) > 1 and made and _is_test(scan, last)
    if not fact.of_type("boolean") or fact.many or _has_list(scan, node):
        return False
    if isinstance(node, n.Conditional):
        return node.otherwise is not None
    return not isinstance(node, n.Variable) or node.name in scan.bound


def _has_list(scan: Scan, node: n.Node) -> bool:
    """Whether the test is of a list's fields, which is told as such."""
    if isinstance(node, n.Binary):
        return scan.fact(node.left).many or (node.operator != "in" and scan.fact(node.right).many)
    search = calls(node, "contains")
    return search is not None and bool(search.arguments) and is_list(scan, search.arguments[0])


def _is_positive(node: n.Node | None) -> bool:
    if not isinstance(node, n.Binary) or node.operator != ">":
        return False
    zero = literal(node.right)
    return zero is not None and zero.value == 0


def _sizes(scan: Scan, node: n.Binary, side: n.Node, operator: str, bound: Any) -> Iterator[Hazard]:
    """A number of items or letters, which is whole and not below zero."""
    counted = calls(unwrapped(side), "count", "length")
    if counted is None or isinstance(bound, bool) or not isinstance(bound, int | float):
        return
    whole = float(bound).is_integer()
    never = (
        (operator == "<" and bound <= 0)
        or (operator == "<=" and bound < 0)
        or (operator == "=" and (bound < 0 or not whole))
    )
    always = (
        (operator == ">=" and bound <= 0)
        or (operator == ">" and bound < 0)
        or (operator == "!=" and (bound < 0 or not whole))
    )
    if never or always:
        message = (
            f"`{scan.text(side)}` is a whole number from 0 up, so `{scan.text(node)}` "
            f"{'never' if never else 'always'} holds"
        )
        yield scan.hazard("H08", node, message)


def _cents(scan: Scan, node: n.Binary, side: n.Node, bound: Any) -> Iterator[Hazard]:
    """The order's value in cents, compared with a part of a cent."""
    part = unwrapped(side)
    fact = scan.fact(part)
    if not isinstance(part, n.Path) or fact.path != ("value",) or not isinstance(bound, float):
        return
    if bound.is_integer() or any(shape.fractions for shape in fact.shapes or ()):
        return
    message = (
        f"`value` counts whole cents, so it is never {bound:g}: an amount of {bound:g} is "
        f"{round(bound * 100)} cents"
    )
    yield scan.hazard("H08", node, message)


def _letters(scan: Scan, node: n.Binary, side: n.Node, bound: n.Literal) -> Iterator[Hazard]:
    """A text in upper or lower case, compared with one of the other."""
    cased = calls(unwrapped(side), "uppercase", "lowercase")
    value = bound.value
    if cased is None or node.operator not in {"=", "!="} or not isinstance(value, str):
        return
    upper = calls(unwrapped(side), "uppercase") is not None
    meant = value.upper() if upper else value.lower()
    if meant != value:
        holds = "never" if node.operator == "=" else "always"
        message = f"`{scan.text(side)}` has no {'small' if upper else 'capital'} letters, so "
        message += f"`{scan.text(node)}` {holds} holds"
        text = scan.text(bound)
        spelled = text.upper() if upper else text.lower()
        yield scan.rewrite("H08", node, message, None if "\\" in text else (bound, spelled))


def _types(scan: Scan, node: n.Binary, side: n.Node, bound: Any) -> Iterator[Hazard]:
    asked = calls(unwrapped(side), "type")
    if asked is None or not isinstance(bound, str):
        return
    if bound not in _TYPE_NAMES:
        known = ", ".join(sorted(_TYPE_NAMES))
        message = f"`$type` never gives `{bound}`: its answers are {known}"
        yield scan.hazard("H08", node, message)
        return
    fact = scan.fact(asked.arguments[0]) if asked.arguments else Fact()
    if fact.types and len(fact.types) == 1 and not fact.missing and not fact.many:
        kind = next(iter(fact.types))
        message = f"`{scan.text(asked)}` is always `{kind}`, so this is the same for every order"
        yield scan.hazard("H08", node, message)


def contradiction(scan: Scan, node: n.Binary, operands: list[n.Node]) -> Hazard | None:
    """Limits of one field, joined by `and` or `or`, that no value or every one keeps."""
    limits: dict[str, list[_Limit]] = {}
    for operand in operands:
        if limit := _limit(scan, unwrapped(operand)):
            limits.setdefault(limit[0], []).append(limit)
    for subject, bounds in limits.items():
        clash = _clash(bounds) if node.operator == "and" else _cover(bounds)
        if clash:
            first, second = clash
            if node.operator == "and":
                message = (
                    f"`{subject}` can never be within both `{first[3]}` and `{second[3]}`, so this "
                    "never holds: did you mean `or`?"
                )
            else:
                message = (
                    f"every value is within `{first[3]}` or `{second[3]}`, so this always holds: "
                    "did you mean `and`?"
                )
            return scan.hazard("H08", node, message)
    return None


def _limit(scan: Scan, node: n.Node) -> _Limit | None:
    """A comparison of one field with a constant, as field, operator, constant and text."""
    if not isinstance(node, n.Binary) or node.operator not in _MIRRORED:
        return None
    for side, other, operator in (
        (node.left, node.right, node.operator),
        (node.right, node.left, _MIRRORED[node.operator]),
    ):
        bound = literal(other)
        if bound is None or bound.value is None or literal(side) is not None:
            continue
        part = unwrapped(side)
        if isinstance(part, n.Path | n.Call) and not is_list(scan, part):
            return scan.text(part), operator, bound.value, scan.text(node)
    return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _clash(limits: list[_Limit]) -> tuple[_Limit, _Limit] | None:
    for index, first in enumerate(limits):
        for second in limits[index + 1 :]:
            if _excludes(first, second) or _excludes(second, first):
                return first, second
    return None


def _excludes(first: _Limit, second: _Limit) -> bool:
    """Whether no value keeps both limits."""
    (_, one, low, _), (_, two, high, _) = first, second
    if one == "=" and two in {"=", "!="}:
        differ = low != high or isinstance(low, bool) is not isinstance(high, bool)
        return differ if two == "=" else not differ
    if not _is_number(low) or not _is_number(high):
        return False
    if one not in {">", ">=", "="} or two not in {"<", "<=", "="}:
        return False
    return low > high or (low == high and (one == ">" or two == "<"))


def _cover(limits: list[_Limit]) -> tuple[_Limit, _Limit] | None:
    for index, first in enumerate(limits):
        for second in limits[index + 1 :]:
            if _covers(first, second) or _covers(second, first):
                return first, second
    return None


def _covers(first: _Limit, second: _Limit) -> bool:
    """Whether every value keeps one of the limits."""
    (_, one, low, _), (_, two, high, _) = first, second
    if one == "!=" and two in {"=", "!="}:
        differ = low != high or isinstance(low, bool) is not isinstance(high, bool)
        return differ if two == "!=" else not differ
    if not _is_number(low) or not _is_number(high) or one not in {">", ">="}:
        return False
    if two not in ORDERINGS - {">", ">="}:
        return False
    return low < high or (low == high and ("=" in one or "=" in two))
