"""Words read as fields: those of other languages, and texts whose quotes were forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from placet.jsonata import nodes as n
from placet.jsonata.functions.registry import BUILTINS
from placet.jsonata.recognition import literal, unwrapped
from placet.kit.spelling import closest
from placet.policies.core.hazards.fields import is_known_field
from placet.policies.core.hazards.model import Hazard
from placet.policies.core.hazards.scan import Scan
from placet.policies.core.hazards.shape import Shape

__all__ = ["check_word"]

_CONSTANTS: Final = {
    "none": "null",
    "nil": "null",
    "null": "null",
    "undefined": "null",
    "true": "true",
    "false": "false",
}
_QUOTED: Final = re.compile("[“”„‟‘’‚‛«»](.*)[“”„‟‘’‚‛«»]")
# A text of one word, such as a status: no `camelCase`, as fields have it.
_TEXT: Final = re.compile(r"[^\W\d_]+", re.UNICODE)
_EQUALITIES: Final = frozenset({"=", "!="})
# With so many texts seen, and so few different ones, a field is one of a fixed choice.
_MANY_TEXTS: Final = 20
_FEW_DIFFERENT: Final = 10


def check_word(scan: Scan, node: n.Node) -> Iterator[Hazard]:
    """The hazards of one word, or of the texts in one comparison."""
    if isinstance(node, n.Name):
        yield from _foreign_word(scan, node)
    elif isinstance(node, n.Binary) and node.operator in _EQUALITIES | {"in"}:
        yield from _compared_words(scan, node)
        yield from _unseen_texts(scan, node)
    elif isinstance(node, n.Call):
        yield from _given_words(scan, node)


def _foreign_word(scan: Scan, node: n.Name) -> Iterator[Hazard]:
    name = node.value
    if quoted := _QUOTED.fullmatch(name):
        message = f"`{name}` is read as a field: a text stands in straight quotes"
        quote = '"' if "'" in quoted[1] else "'"
        yield scan.hazard("H15", node, message, quote + quoted[1] + quote)
    elif name.casefold() in _CONSTANTS and _stands_alone(scan, node):
        meant = _CONSTANTS[name.casefold()]
        message = f"`{name}` is read as a field: the language writes `{meant}`"
        yield scan.hazard("H15", node, message, meant)


def _stands_alone(scan: Scan, node: n.Name) -> bool:
    """Whether the name is a whole path, and not written in backticks."""
    path = scan.parents[node]
    alone = isinstance(path, n.Path) and len(path.steps) == 1 and not path.steps[0].stages
    return alone and not scan.text(node).startswith("`")


def _compared_words(scan: Scan, node: n.Binary) -> Iterator[Hazard]:
    """`status = pending`."""
    for side, other in ((node.right, node.left), (node.left, node.right)):
        if not _is_text_field(scan, other):
            continue
        listed = unwrapped(side)
        parts = listed.items if isinstance(listed, n.ArrayConstructor) else [side]
        for part in parts:
            if word := _word(scan, part):
                yield _unquoted(scan, part, word)


def _given_words(scan: Scan, node: n.Call) -> Iterator[Hazard]:
    """`$contains(email, acme)`."""
    procedure = node.procedure
    name = procedure.name if isinstance(procedure, n.Variable) else ""
    if name not in {"contains", "split", "substringBefore", "substringAfter", "join"}:
        return
    if name not in BUILTINS or name in scan.bound or len(node.arguments) < 2:
        return
    if word := _word(scan, node.arguments[1]):
        yield _unquoted(scan, node.arguments[1], word)


def _unquoted(scan: Scan, node: n.Node, word: str) -> Hazard:
    message = f"`{word}` is read as a field of the order: a text stands in quotes, `'{word}'`"
    return scan.hazard("H21", node, message, f"'{word}'")


def _word(scan: Scan, node: n.Node) -> str | None:
    """A bare word that is no field as far as is known, also one with hyphens."""
    if isinstance(node, n.Binary):
        text = scan.text(node)
        hyphened = node.operator == "-" and re.fullmatch(r"[\w-]+", text) is not None
        sides = (node.left, node.right)
        return text if hyphened and all(_word(scan, side) for side in sides) else None
    if not isinstance(node, n.Path) or not isinstance(node.steps[0].node, n.Name):
        return None
    name = node.steps[0].node
    if not _stands_alone(scan, name) or is_known_field(scan, name):
        return None
    word = name.value
    like_text = _TEXT.fullmatch(word) and (word.islower() or word.isupper() or word.istitle())
    return word if like_text and word.casefold() not in _CONSTANTS else None


def _is_text_field(scan: Scan, node: n.Node) -> bool:
    """Whether a side of a comparison is a field that may well hold a text."""
    node = unwrapped(node)
    if scan.fact(node).types is not None:
        return scan.fact(node).of_type("string") and literal(node) is None
    if not isinstance(node, n.Path):
        return False
    last = node.steps[-1].node
    if not isinstance(last, n.Name):
        return False
    return len(node.steps) > 1 or is_known_field(scan, last)


def _unseen_texts(scan: Scan, node: n.Binary) -> Iterator[Hazard]:
    """A text that the field it is compared with never had in the orders at hand."""
    for side, other in ((node.right, node.left), (node.left, node.right)):
        shapes = _text_shapes(scan, other)
        listed = unwrapped(side)
        parts = listed.items if isinstance(listed, n.ArrayConstructor) else [side]
        for part in parts if shapes else ():
            constant = literal(part)
            if constant is not None and isinstance(constant.value, str):
                yield from _unseen_text(scan, constant, shapes, scan.text(other))


def _text_shapes(scan: Scan, node: n.Node) -> list[Shape]:
    """What is known of a field of which all texts are known; empty for any other."""
    node = unwrapped(node)
    if not isinstance(node, n.Path):
        return []
    shapes = scan.fact(node.steps[-1].node).shapes or ()
    complete = all(shape.learnt and shape.kinds <= {"string", "null"} for shape in shapes)
    return list(shapes) if complete else []


def _unseen_text(
    scan: Scan, constant: n.Literal, shapes: list[Shape], field: str
) -> Iterator[Hazard]:
    value = str(constant.value)
    seen = {text for shape in shapes for text in shape.texts}
    if value in seen or not seen:
        return
    close = closest(value, seen) if scan.may_guess() else None
    message = f"`{field}` is `{value}` in none of the orders at hand"
    spelled_alike = close is not None and (
        close.casefold() == value.casefold() or not re.search(r"\d", value + close)
    )
    if spelled_alike and close is not None and "\\" not in close:
        quote = '"' if "'" in close else "'"
        meant = quote + close + quote
        yield scan.hazard("H22", constant, f"{message}; did you mean `{close}`?", meant)
    elif sum(shape.samples for shape in shapes) >= _MANY_TEXTS and len(seen) <= _FEW_DIFFERENT:
        known = ", ".join(f"`{text}`" for text in sorted(seen))
        yield scan.hazard("H22", constant, f"{message}, but one of {known}")
