from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from jsonata import suite
from placet.jsonata import nodes as n
from placet.jsonata.errors import JSONataError
from placet.jsonata.parser.parse import MAX_LENGTH, parse
from placet.jsonata.parser.syntax import MAX_CHAIN, MAX_DEPTH

HERE = Path(__file__).parent


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


@pytest.mark.parametrize(("source", "tree"), cases("parser.yaml"))
def test_an_expression_becomes_its_tree(source: str, tree: str) -> None:
    assert dump(parse(source)) == tree


@pytest.mark.parametrize(("source", "code", "position", "token"), cases("parser_errors.yaml"))
def test_a_syntax_error_has_code_position_and_token(
    source: str, code: str, position: int, token: str | None
) -> None:
    with pytest.raises(JSONataError) as caught:
        parse(source)
    error = caught.value
    assert (error.code, error.position, error.token) == (code, position, token)
    assert "{" not in error.message.replace("`{`", "")


@pytest.mark.parametrize(
    ("source", "kind", "text", "position"),
    [
        ("1 + foo.bar", n.Path, "foo.bar", 8),
        ("1 + a[0]", n.Path, "a[0]", 5),
        ("1 + $f(2, 3)", n.Call, "$f(2, 3)", 7),
        ("1 + $x[0]{'k': 1}", n.Variable, "$x[0]{'k': 1}", 6),
        ("1 + (2 * 3)", n.Block, "(2 * 3)", 5),
        ("1 + -a", n.Negate, "-a", 5),
        ("1 + -5", n.Literal, "-5", 6),
        ("1 + [1, 2]", n.ArrayConstructor, "[1, 2]", 5),
        ("1 + function($x){ $x }", n.Lambda, "function($x){ $x }", 13),
        ("1 + |a|{}|", n.Transform, "|a|{}|", 5),
        ("1 + a^(b, >c)", n.Binary, "1 + a", 3),
    ],
)
def test_a_node_knows_its_source_text_and_position(
    source: str, kind: type[n.Node], text: str, position: int
) -> None:
    root = parse(source)
    node = root.right if isinstance(root, n.Binary) else root
    if isinstance(root, n.Path):
        node = root.steps[0].node
    assert isinstance(node, kind)
    assert (source[node.start : node.end], node.position) == (text, position)


def test_positions_count_characters_not_code_units() -> None:
    error = outcome("'\N{PILE OF POO}' )")
    assert error is not None
    assert error.position == 5


@pytest.mark.parametrize(
    "source",
    [
        "(" * 5000 + "1" + ")" * 5000,
        "[" * 5000 + "]" * 5000,
        "a[" * 5000 + "0" + "]" * 5000,
        "- " * 5000 + "a",
        "a ? " * 5000 + "1",
        "$x := " * 5000 + "1",
        "function(){" * 5000 + "1" + "}" * 5000,
        "f" + "()" * 5000,
        " + ".join(["1"] * 5000),
        ".".join(["%"] * 5000),
    ],
)
def test_what_is_nested_too_deeply_is_refused(source: str) -> None:
    error = outcome(source)
    assert error is not None
    assert error.code == "U1003"


@pytest.mark.parametrize(
    "source",
    [
        "(" * (MAX_DEPTH - 1) + "1" + ")" * (MAX_DEPTH - 1),
        " or ".join(["a"] * (MAX_CHAIN + 1)),
        ".".join(["a"] * 5000),
        "a" + "[0]" * 5000,
        "[" + ", ".join(["'SKU-1'"] * 5000) + "]",
        "".join(f"a = {tier} ? {tier} : " for tier in range(MAX_DEPTH - 2)) + "0",
    ],
)
def test_what_is_long_but_flat_is_read(source: str) -> None:
    parse(source)


def test_a_deep_caller_gets_an_error_of_the_language() -> None:
    source = "(" * (MAX_DEPTH - 1) + "1" + ")" * (MAX_DEPTH - 1)
    parse("1")

    def descend(levels: int) -> JSONataError | None:
        return descend(levels - 1) if levels else outcome(source)

    free = sys.getrecursionlimit() - _stack_depth()
    error = descend(free - 100)
    assert error is not None
    assert error.code == "U1003"


def _stack_depth() -> int:
    frame, depth = sys._getframe(), 0
    while frame.f_back:
        frame, depth = frame.f_back, depth + 1
    return depth


def test_a_text_past_the_longest_is_refused() -> None:
    parse("1" + " " * (MAX_LENGTH - 1))
    error = outcome("1" + " " * MAX_LENGTH)
    assert error is not None
    assert (error.code, error.message) == (
        "U1002",
        "the expression is too long: at most 100000 characters",
    )


def test_importing_the_parser_does_not_load_lark() -> None:
    code = "import sys, placet.jsonata.parser.parse; print('lark' in sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "False"


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(source: str) -> None:
    outcome(source)


# fmt: off
TOKENS = [
    "a", "b", "and", "or", "in", "true", "false", "null", "1", "2.5", "'x'", '"\\u00e9"', "`q r`",
    "$", "$$", "$v", "*", "**", "%", "-", "+", "/", "&", "=", "!=", "<", "<=", ">", ">=", "~>",
    ".", "..", "[", "]", "[]", "{", "}", "(", ")", ",", ";", ":", "?", "?:", "??", ":=", "@$v",
    "#$i", "@", "#", "^", "^(", "|", "function", "λ", "function($x){", "λ($x)<n:n>{", "/re/i",
    "!", "~", "'open", "`open", "/*c*/", "/*",
]
# fmt: on


@given(st.lists(st.sampled_from(TOKENS), max_size=14), st.sampled_from(["", " ", "\n"]))
def test_any_row_of_tokens_is_read_or_refused(tokens: list[str], separator: str) -> None:
    error = outcome(separator.join(tokens))
    assert error is None or str(error)


operands = st.sampled_from(["a", "1", "'s'", "$v", "*", "(a)", "[a]", "f(a)", "a[0]", "-a", "a.b"])
operators = st.sampled_from(["+", "-", "*", "/", "%", "&", "=", "<", "in", "and", "or", "~>", "."])


@given(operands, st.lists(st.tuples(operators, operands), max_size=6))
def test_white_space_and_comments_change_nothing(first: str, rest: list[tuple[str, str]]) -> None:
    parts = [first, *(part for pair in rest for part in pair)]
    plain, spaced = " ".join(parts), " /* note */\n".join(parts)
    if outcome(plain) is None:
        assert dump(parse(plain)) == dump(parse(spaced))
    else:
        assert outcome(spaced) is not None


def suite_cases() -> list[Any]:
    found = []
    for group, name, case in suite.cases():
        code = case.get("code") or case.get("error", {}).get("code") or ""
        expected = code if code.startswith("S") else None
        found.append(pytest.param(case["expr"], expected, case.get("token"), id=f"{group}/{name}"))
    return found


@pytest.mark.skipif(not suite.SUITE.is_dir(), reason="the official test suite is not at hand")
@pytest.mark.parametrize(("source", "code", "token"), suite_cases())
def test_the_official_suite_is_read(source: str, code: str | None, token: str | None) -> None:
    error = outcome(source)
    assert (error.code if error else None) == code
    if error and token:
        assert error.token == token
