"""Calls of what is no function: names without `$`, methods and functions of other languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from placet.jsonata import nodes as n
from placet.jsonata.foreign import Form, form_of, quoted_pattern
from placet.jsonata.functions.registry import BUILTINS
from placet.jsonata.hints import function_hint
from placet.policies.core.hazards.inference import Fact
from placet.policies.core.hazards.model import Hazard
from placet.policies.core.hazards.scan import Scan

__all__ = ["check_call", "unknown_function"]

_SIZES: Final = frozenset({"length", "size", "count", "len"})


def check_call(scan: Scan, node: n.Node) -> Iterator[Hazard]:
    """The hazards of one call, or of a field that is meant as one."""
    if isinstance(node, n.Call | n.Partial):
        yield from _called_field(scan, node)
    elif isinstance(node, n.Path):
        yield from _size_field(scan, node)


def unknown_function(scan: Scan, node: n.Variable) -> Hazard:
    """The hazard of calling a function that nothing defines."""
    meant = _function_meant(scan, node.name, scan.bound)
    message = f"there is no function `${node.name}`, so calling it is an error"
    call = scan.parents[node]
    if isinstance(call, n.Call) and (text := _said(scan, node.name, _texts(scan, call))):
        return scan.rewrite("H06", node, f"{message}; write `{_example(node.name)}`", (call, text))
    hint = f"; did you mean `${meant}`?" if meant else ""
    return scan.hazard("H06", node, message + hint, f"${meant}" if meant else None)


def _called_field(scan: Scan, node: n.Call | n.Partial) -> Iterator[Hazard]:
    """`count(items)` without its `$`, and `items.count()`."""
    procedure = node.procedure
    if not isinstance(procedure, n.Path) or len(procedure.steps) != 1:
        return
    name = procedure.steps[0].node
    if not isinstance(name, n.Name):
        return
    message = f"`{name.value}` is a field here, not a function: functions begin with `$`"
    path = scan.parents[node]
    receiver = _receiver(scan, path, node)
    meant = _function_meant(scan, name.value)
    change: tuple[n.Node, str] | None = None
    if isinstance(node, n.Call):
        texts = _texts(scan, node) if receiver is None else [receiver, *_texts(scan, node)]
        where = node if receiver is None or path is None else path
        if text := _said(scan, name.value, texts):
            message = f"{message}; write `{_example(name.value)}`"
            yield scan.rewrite("H06", name, message, (where, text))
            return
        if receiver is not None and isinstance(path, n.Path) and meant in BUILTINS:
            change = _as_function(scan, path, node, receiver, str(meant))
    if meant:
        message = f"{message}; did you mean `${meant}`?"
    yield scan.rewrite("H06", name, message, change or ((name, f"${meant}") if meant else None))


def _receiver(scan: Scan, path: n.Node | None, call: n.Node) -> str | None:
    """What stands before the dot of a method, None where there is no dot."""
    if not isinstance(path, n.Path) or len(path.steps) < 2 or path.steps[-1].node is not call:
        return None
    return scan.source[path.start : call.start].rstrip().removesuffix(".").rstrip()


def _texts(scan: Scan, call: n.Call) -> list[str]:
    return [scan.text(argument) for argument in call.arguments]


def _said(scan: Scan, name: str, texts: list[str]) -> str | None:
    """The call in the words of the language, by the table of other languages' functions."""
    form = form_of(name, len(texts))
    if form is None or not form.template:
        return None
    return _filled(form, texts)


def _filled(form: Form, texts: list[str]) -> str | None:
    text = form.template
    for index, argument in enumerate(texts):
        pattern = f"{{{index}:regex}}"
        if pattern in text:
            constant = argument[1:-1]
            if argument[:1] not in {"'", '"'} or "\\" in argument or argument[:1] in constant:
                return None
            text = text.replace(pattern, quoted_pattern(constant))
        text = text.replace(f"{{{index}}}", argument)
    return text


def _example(name: str) -> str:
    form = form_of(name)
    return form.example if form else ""


def _as_function(
    scan: Scan, path: n.Path, call: n.Call, receiver: str, meant: str
) -> tuple[n.Node, str] | None:
    """`items.price.sum()` as `$sum(items.price)`; None where `text.$contains('x')` does as well."""
    many = any(scan.facts.kept[step.node].many for step in path.steps[:-1])
    written = call.procedure.steps[0].node.value  # type: ignore[attr-defined]  # a name
    arguments = _texts(scan, call)
    if meant == "contains" and many and len(arguments) == 1 and _is_list_itself(scan, path):
        return path, f"{arguments[0]} in {receiver}"
    if meant == "length" and many and _is_list_itself(scan, path):
        meant = "count"
    elif meant == "count" and _last_fact(scan, path).of_type("string") and not many:
        meant = "length"
    elif not many and written == meant:
        return None
    return path, f"${meant}({', '.join([receiver, *arguments])})"


def _last_fact(scan: Scan, path: n.Path) -> Fact:
    """What is known of what stands before the call."""
    return scan.facts.kept[path.steps[-2].node]


def _is_list_itself(scan: Scan, path: n.Path) -> bool:
    """Whether the last field before the call is a list, not a field of a list's items."""
    return _last_fact(scan, path).many


def _size_field(scan: Scan, node: n.Path) -> Iterator[Hazard]:
    """`items.length`, which other languages answer and orders do not."""
    last = node.steps[-1]
    if len(node.steps) < 2 or not isinstance(last.node, n.Name) or last.stages:
        return
    name, before = last.node, scan.facts.kept.get(node.steps[-2].node)
    if name.value not in _SIZES or before is None or _has_field(scan, name):
        return
    known_list = before.many and not before.of_type("string")
    if not known_list and not before.of_type("string"):
        return
    function = "count" if known_list else "length"
    receiver = scan.source[node.start : name.start].rstrip().removesuffix(".").rstrip()
    message = (
        f"`{name.value}` is read as a field: how many there are is written `$count(list)`, how "
        "long a text is `$length(text)`"
    )
    yield scan.rewrite("H15", name, message, (node, f"${function}({receiver})"))


def _has_field(scan: Scan, name: n.Name) -> bool:
    return bool(scan.fact(name).shapes)


def _function_meant(scan: Scan, name: str, bound: Iterable[str] = ()) -> str | None:
    hint = function_hint(name, bound) if scan.may_guess() else None
    if hint is None or "`$" not in hint or form_of(name):
        return None
    return hint.split("`")[1].removeprefix("$")
