"""What an expression says is data: generated code reaches its constants and the runtime only."""

from __future__ import annotations

import builtins
import copy
import dis
import json
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

from jsonata.agreement import disagreements
from jsonata.generated import ORDER, REAL, Writer
from placet.jsonata import UNDEFINED, Expression, JSONataError, compile
from placet.jsonata.functions.registry import BUILTINS
from placet.jsonata.generate import Options, build, program
from placet.jsonata.runtime.values import Function

HOSTILE_NAMES = [
    "__class__",
    "__builtins__",
    "__import__",
    "__dict__",
    "__globals__",
    "__subclasses__",
    "globals",
    "locals",
    "eval",
    "exec",
    "open",
    "main",
    "data",
    "state",
    "bindings",
    "trace",
    "undefined",
    "unbound",
    "placeholder",
    "evaluate",
    "general",
    "plain",
    "now",
    "limits",
    "arguments",
    "K1",
    "t1",
    "v1",
    "x1",
    "p1",
    "lambda_1",
    "fn1",
    "self",
    "None",
    "True",
    "False",
    "import",
    "lambda",
    "def",
    "class",
    "return",
    "nonlocal",
    "type",
    "list",
    "dict",
    "keys",
    "get",
    "items",
    "pop",
    "clear",
    "update",
    "format",
    "mro",
    "'",
    '"',
    "''",
    '"""',
    "\\",
    "\n",
    "\r",
    "\0",
    "\x1f",
    "\u2028",
    "\ud83d",
    "\udc00",
    "é",
    "ﬁ",
    "ª",
    "K",
    "{0.__class__}",
    "%s",
    "'); import os; os.abort() #",
    '"); __import__("os").abort() #',
    "\n    import os\n",
    "a.b",
    "a[0]",
    "$",
    "$$",
    "",
    " ",
    "V",
    "A",
    "BODY",
    "FN",
    "-1",
    "0",
    "1e999",
    "`",
    "/*",
    "*/",
    "x" * 5_000,
]


def escaped(text: str) -> str:
    """A string literal of the language."""
    return json.dumps(text)


def field(name: str) -> str:
    """A field of that name, or nothing for a name that cannot be written between backticks."""
    return f"`{name}`" if "`" not in name else escaped(name)


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=lambda name: ascii(name)[:20])
def test_field_and_string_are_data_whatever_they_say(name: str) -> None:
    data = {name: {name: [7, {name: 8}]}, "other": 1}
    text = escaped(name)
    for source, value in [
        (f"$lookup($, {text})", data[name]),
        (text, name),
        (f"{{{text}: {text}}}", {name: name}),
        (f"$keys({{{text}: 1}})", name),
        (f"$$.{text}.{text}[0]", 7),
        (f"({text})[0]", name),
        (f"{text} in [{text}, 'z']", True),
        (f"$string({text}) = {text}", True),
        (f"$eval($string({escaped(text)}))", name),
    ]:
        expression = compile(source)
        assert expression.evaluate(data) == value, source
        assert not disagreements(expression, data)


@pytest.mark.parametrize(
    "name", [name for name in HOSTILE_NAMES if "`" not in name and name], ids=ascii
)
def test_quoted_field_is_looked_up_as_it_stands(name: str) -> None:
    data = {name: [{name: 5}, {"other": 6}]}
    for source, value in [(f"{field(name)}.{field(name)}", 5), (f"$count({field(name)})", 2)]:
        assert compile(source).evaluate(data) == value
    assert compile(f"{field(name)}.missing").evaluate(data) is UNDEFINED


@pytest.mark.parametrize(
    "name", [name for name in HOSTILE_NAMES if name.isidentifier() and name.isascii()]
)
def test_variable_is_only_what_the_expression_or_the_caller_binds(name: str) -> None:
    if name in BUILTINS:
        assert isinstance(compile(f"${name}").evaluate(None), Function)
    else:
        assert compile(f"${name}").evaluate({name: 1}) is UNDEFINED
    assert compile(f"(${name} := 5; ${name})").evaluate(None) == 5
    assert compile(f"function(${name}){{${name}}}(6)").evaluate(None) == 6
    assert compile(f"${name} + 1").evaluate(None, {name: 7}) == 8


@pytest.mark.parametrize(
    "pattern",
    [
        "__class__",
        "(?P<main>x)",
        "'); import os #",
        "\\\\",
        "[\\]]",
        "\\n",
        "\ud83d",
        "(?#x)",
        "{0}",
        "$",
        "\\/",
    ],
)
def test_pattern_is_only_a_pattern(pattern: str) -> None:
    try:
        answer = compile(f"$contains(a, /{pattern}/)").evaluate({"a": "text"})
    except JSONataError as error:
        assert error.code in {"S0302", "S0303", "D1004", "S0301"}
    else:
        assert answer in (True, False)


class Guarded:
    """A host object that nobody may look into."""

    secret = "s"

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"somebody asked for .{name}")


@pytest.mark.parametrize(
    "source",
    ["a.secret", "a.__class__", "a.*", "a[0].secret", "a.secret()", "$lookup(a, 'secret')"],
)
def test_attributes_of_host_objects_are_out_of_reach(source: str) -> None:
    try:
        found = compile(source).evaluate({"a": Guarded()})
    except JSONataError:
        return
    assert found is UNDEFINED or type(found) is Guarded


def code_objects(code: CodeType) -> Iterator[CodeType]:
    """A code object and those inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from code_objects(constant)


def functions_of(expression: Expression) -> Iterator[FunctionType]:
    """The Python functions that an expression was compiled to."""
    for options in (Options(), Options(shortcuts=False), Options(traced=True)):
        yield build(expression.node, options)._main  # type: ignore[misc]  # looked into on purpose
    if isinstance(expression.evaluate, FunctionType):
        yield expression.evaluate


# Methods that generated code calls: of plain lists, sets and dicts, the state and the trace.
METHODS = {
    "append", "extend", "add", "get", "items", "values", "tick", "paced", "spend",
    "check_size", "enter", "leave",
}  # fmt: skip
FORBIDDEN = {
    "IMPORT_NAME",
    "IMPORT_FROM",
    "STORE_ATTR",
    "DELETE_ATTR",
    "STORE_GLOBAL",
    "DELETE_GLOBAL",
    "LOAD_BUILD_CLASS",
}


def sources() -> list[str]:
    from random import Random

    hostile = [f"{field(name)}.{field(name)}[{escaped(name)}]" for name in HOSTILE_NAMES if name]
    return [*REAL, *hostile, *(Writer(Random(f"isolation-{n}")).expression(4) for n in range(200))]


def test_generated_code_names_nothing_but_its_runtime() -> None:
    for source in sources():
        for function in functions_of(compile(source)):
            known = set(function.__globals__) | set(function.__globals__["__builtins__"])
            for code in code_objects(function.__code__):
                instructions = list(dis.get_instructions(code))
                assert not FORBIDDEN & {instruction.opname for instruction in instructions}, source
                for instruction in instructions:
                    if instruction.opname in {"LOAD_GLOBAL", "LOAD_NAME"}:
                        assert instruction.argval in known, (source, instruction.argval)
                    if instruction.opname in {"LOAD_ATTR", "LOAD_METHOD"}:
                        assert instruction.argval in METHODS, (source, instruction.argval)


def test_namespace_of_a_program_holds_no_way_out() -> None:
    dangerous = {
        "__import__",
        "open",
        "eval",
        "exec",
        "compile",
        "getattr",
        "setattr",
        "globals",
        "vars",
        "input",
    }
    for source in ["a.b > 1", "$map(items, function($i) { $i.price })", "items ~> |$|{'a': 1}|"]:
        for function in functions_of(compile(source)):
            namespace = function.__globals__
            python = namespace["__builtins__"]
            assert not dangerous & set(python)
            reachable = [*namespace.values(), *python.values()]
            assert not any(isinstance(value, ModuleType) for value in reachable)
            assert not any(
                value is getattr(builtins, name) for name in dangerous for value in reachable
            )


def test_namespaces_of_two_expressions_are_separate() -> None:
    first, second = (
        next(functions_of(compile(source))).__globals__ for source in ("a.b.c", "b.c.d")
    )
    assert first is not second
    assert program._RUNTIME.keys() < first.keys()


@pytest.mark.parametrize(
    "source",
    [
        "$ ~> |**|{'price': 0, 'new': [1]}, ['id', 'name']|",
        "items ~> |$|$merge([$, {'x': 1}])|",
        "$sort(items, function($a, $b) { $a.price > $b.price })",
        "$append(items, items)",
        "$reverse(items)",
        "$merge(items)",
        "$shuffle(items)",
        "items^(>price)",
        "$distinct(items.tags)",
        "items{sellerId: $}",
        "$map(items, function($i) { $i ~> |$|{'price': 1}| })",
        "[items, items]",
        "$each($, function($v) { $v })",
        "items.tags[]",
        "(items[0])[]",
        "$zip(items, items)",
        "$sift($, function($v) { true })",
        "$spread(items)",
        "$reduce(items.tags, $append)",
        "($x := items; $y := $append($x, 1); $x)",
        "items#$i.{'i': $i}",
        "items@$i.tags@$t.[$i, $t]",
        "items.%",
    ],
)
def test_input_is_never_changed(source: str) -> None:
    order = copy.deepcopy(ORDER)
    for evaluate in (compile(source).evaluate, compile(source).explain):
        result = evaluate(order)
        assert order == ORDER
        assert repr(order) == repr(ORDER)
        assert result is not UNDEFINED


@pytest.mark.parametrize(
    "source",
    [
        "items",
        "$append(items, [])",
        "items[]",
        "$sort(items)[]",
        "$filter(items, function() { true })",
    ],
)
def test_a_result_list_is_the_callers_own(source: str) -> None:
    order = {"items": [{"a": 1}, {"a": 2}]} if "sort" not in source else {"items": [1, 2]}
    before = copy.deepcopy(order)
    result = compile(source).evaluate(order)
    result.clear()
    assert order == before


def test_a_transform_that_puts_a_value_into_itself_makes_no_circle() -> None:
    found = compile("$ ~> |a|{'self': $, 'whole': $$}|").evaluate({"a": {"b": 1}})
    assert json.dumps(found)
    assert found["a"] == {"b": 1, "self": {"b": 1}, "whole": {"a": {"b": 1}}}
