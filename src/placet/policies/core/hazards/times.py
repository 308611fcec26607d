"""Times: fields that hold them as texts, and comparisons of those texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from placet.jsonata import nodes as n
from placet.jsonata.recognition import calls, literal, unwrapped
from placet.policies.core.hazards.model import Hazard
from placet.policies.core.hazards.scan import Scan
from placet.policies.core.hazards.uses import ORDERINGS

__all__ = ["as_millis", "check_moments", "is_moment"]

_DAY: Final = re.compile(r"\d{4}-\d\d(?:-\d\d)?")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
_READABLE: Final = re.compile(
    r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?)?)?"
)
_OTHER_ORDER: Final = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_NAMES: Final = re.compile(r"(?:[a-z]\w*(?:Date|DateTime|Timestamp)|date|datetime|timestamp)\Z")


def check_moments(scan: Scan, node: n.Node) -> Iterator[Hazard]:
    """Whether one comparison is of times as texts, which sort by their letters."""
    if not isinstance(node, n.Binary) or node.operator not in ORDERINGS:
        return
    sides = (node.left, node.right)
    if not any(_is_field(scan, side) for side in sides):
        return
    if any(_is_foreign_date(side) for side in sides):
        message = "days of this form sort by their letters: write them as `2026-12-31`"
        yield scan.hazard("H19", node, message)
        return
    if any(scan.fact(side).of_type("number") for side in sides):
        yield from _text_and_number(scan, node)
        return
    if not all(is_moment(scan, side) for side in sides) or _are_alike(scan, node):
        return
    message = (
        f"`{node.operator}` compares these times as texts, letter by letter: other offsets or "
        "lengths give the wrong answer, so compare their milliseconds"
    )
    texts = [as_millis(scan, side) for side in sides]
    whole = None if None in texts else f"{texts[0]} {node.operator} {texts[1]}"
    yield scan.hazard("H19", node, message, whole)


def _text_and_number(scan: Scan, node: n.Binary) -> Iterator[Hazard]:
    """A field that holds times as texts by its name, compared with milliseconds."""
    sides = (node.left, node.right)
    if all(scan.fact(side).types is not None for side in sides):
        return  # a comparison of two types, which is told as such
    message = (
        f"a time is a text and `{node.operator}` compares it with a number here: that is an error "
        "(T2009), and the rule needs a manual review"
    )
    texts = [as_millis(scan, side) or scan.text(side) for side in sides]
    yield scan.hazard("H19", node, message, f"{texts[0]} {node.operator} {texts[1]}")


def is_moment(scan: Scan, node: n.Node) -> bool:
    """Whether a value is surely a time as text."""
    if calls(unwrapped(node), "now"):
        return True
    constant = literal(node)
    if constant is not None:
        return isinstance(constant.value, str) and _is_written(constant.value)
    return _is_field(scan, node)


def _is_written(text: str) -> bool:
    return bool(_DAY.fullmatch(text) or _MOMENT.fullmatch(text))


def _is_field(scan: Scan, node: n.Node) -> bool:
    """Whether a field holds times, by the orders at hand or, where those do not tell, its name."""
    node = unwrapped(node)
    if not isinstance(node, n.Path) or not isinstance(node.steps[-1].node, n.Name):
        return False
    fact = scan.fact(node.steps[-1].node)
    if fact.many or not (fact.types is None or fact.of_type("string")):
        return False
    texts = _texts(scan, node)
    if texts:
        return all(map(_is_written, texts))
    return _NAMES.fullmatch(node.steps[-1].node.value) is not None


def _texts(scan: Scan, node: n.Node) -> list[str]:
    """What the orders at hand have there, or the constant itself."""
    constant = literal(node)
    if constant is not None:
        return [str(constant.value)]
    node = unwrapped(node)
    if not isinstance(node, n.Path):
        return []
    shapes = scan.fact(node.steps[-1].node).shapes or ()
    return [text for shape in shapes for text in shape.texts]


def _is_foreign_date(node: n.Node) -> bool:
    constant = literal(node)
    text = constant.value if constant is not None else None
    return isinstance(text, str) and _OTHER_ORDER.fullmatch(text) is not None


def _are_alike(scan: Scan, node: n.Binary) -> bool:
    """Whether both sides are known to have one form, in which texts sort as times do."""
    forms: set[tuple[int, str]] = set()
    for side in (node.left, node.right):
        if calls(unwrapped(side), "now"):
            forms.add((24, "Z"))
            continue
        texts = _texts(scan, side)
        if not texts:
            return False
        forms |= {_form(text) for text in texts}
    return len(forms) == 1 and next(iter(forms))[1] in {"", "Z"}


def _form(text: str) -> tuple[int, str]:
    found = _MOMENT.fullmatch(text)
    return len(text), (found[1] or "") if found else ""


def as_millis(scan: Scan, node: n.Node) -> str | None:
    """A time as text, in milliseconds."""
    if calls(unwrapped(node), "now"):
        return "$millis()" if not calls(unwrapped(node), "now").arguments else None  # type: ignore[union-attr]
    if not is_moment(scan, node):
        return None
    constant = literal(node)
    if constant is not None and not _READABLE.fullmatch(str(constant.value)):
        return None
    return f"$toMillis({scan.text(node)})"
