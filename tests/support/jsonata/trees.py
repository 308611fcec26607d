"""Trees as text, and what becomes of a text."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from placet.jsonata import nodes as n
from placet.jsonata.errors import JSONataError
from placet.jsonata.parser.parse import parse
from support.project import ROOT

HERE = ROOT / "tests" / "jsonata" / "parser"


def dump(node: n.Node | None) -> str:
    """A tree as an s-expression.

    Behind a node: `[…]` its predicates, `{…}` its group, `[]` keep_array. Behind a step: `[…]` and
    `#$i` its stages, `@$v` and `#$i` its binders, `^0` its ancestor labels, `!` tuples.
    """
    if node is None:
        return "_"
    text = _base(node) + "".join(f"[{dump(item.expression)}]" for item in node.predicates)
    if node.group:
        text += "{" + _pairs(node.group.pairs) + "}"
    return text + ("[]" if node.keep_array else "")


def _base(node: n.Node) -> str:
    match node:
        case n.Literal():
            return json.dumps(node.value, ensure_ascii=True)
        case n.RegexLiteral():
            return f"/{node.pattern}/{node.flags}"
        case n.Name():
            return node.value
        case n.Wildcard() | n.Descendant() | n.Placeholder():
            return {n.Wildcard: "*", n.Descendant: "**", n.Placeholder: "?"}[type(node)]
        case n.Parent():
            return "%" + node.label.removeprefix("!")
        case n.Variable():
            return f"${node.name}"
        case n.Path():
            word = "path" + "[]" * node.keep_singleton + "!" * node.tuples
            return f"({word} {' '.join(map(_step, node.steps))})"
        case _:
            return "(" + " ".join(_compound(node)) + ")"


def _compound(node: n.Node) -> list[str]:
    match node:
        case n.Binary():
            return [node.operator, dump(node.left), dump(node.right)]
        case n.Range() | n.Default() | n.Coalesce() | n.Apply():
            word = {n.Range: "..", n.Default: "?:", n.Coalesce: "??", n.Apply: "~>"}[type(node)]
            return [word, dump(node.left), dump(node.right)]
        case n.Negate():
            return ["neg", dump(node.operand)]
        case n.ArrayConstructor():
            return ["cons" if node.cons else "array", *map(dump, node.items)]
        case n.ObjectConstructor():
            return ["object", _pairs(node.pairs)]
        case n.Block():
            return ["block-cons" if node.cons else "block", *map(dump, node.expressions)]
        case n.Conditional():
            return ["if", dump(node.condition), dump(node.then), dump(node.otherwise)]
        case n.Bind():
            return [":=", f"${node.name}", dump(node.value)]
        case n.Lambda():
            signature = node.signature.text if node.signature else ""
            return [
                "lambda" + signature,
                *(f"${name}" for name in node.parameters),
                dump(node.body),
            ]
        case n.Call():
            word = "tail-call" if node.tail else "call"
            return [word, dump(node.procedure), *map(dump, node.arguments)]
        case n.Partial():
            return ["partial", dump(node.procedure), *map(dump, node.arguments)]
        case n.Transform():
            return ["transform", dump(node.pattern), dump(node.update), dump(node.delete)]
        case n.Sort():
            terms = [">" * term.descending + dump(term.expression) for term in node.terms]
            return ["sort", *terms]
    raise AssertionError(node)


def _pairs(pairs: list[tuple[n.Node, n.Node]]) -> str:
    return ", ".join(f"{dump(key)}: {dump(value)}" for key, value in pairs)


def _step(step: n.Step) -> str:
    text = dump(step.node)
    text += f"@${step.focus}" if step.focus is not None else ""
    text += f"#${step.index}" if step.index is not None else ""
    for stage in step.stages:
        match stage:
            case n.Filter():
                text += f"[{dump(stage.expression)}]"
            case n.IndexBind():
                text += f"#${stage.name}"
    text += "".join("^" + label.removeprefix("!") for label in step.ancestors)
    return text + "!" * step.tuples


def cases(name: str) -> list[Any]:
    groups = yaml.safe_load((HERE.parent / "cases" / name).read_text(encoding="utf-8"))
    return [
        pytest.param(*case, id=f"{group}: {case[0]!a}")
        for group, rows in groups.items()
        for case in rows
    ]


def outcome(source: str) -> JSONataError | None:
    """The error that `source` ends in; any other exception fails the test."""
    try:
        parse(source)
    except JSONataError as error:
        return error
    return None
