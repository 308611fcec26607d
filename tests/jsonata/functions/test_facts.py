"""What is stated of every built-in is true of it, and enough for all that goes by it."""

from __future__ import annotations

from typing import Any

import pytest

from placet.jsonata import UNDEFINED, JSONataError, compile
from placet.jsonata.functions.facts import Gives, Missing, Passes, Reads, Takes, Work
from placet.jsonata.functions.registry import BUILTINS, builtin, names_where
from placet.jsonata.generate.quick.eligible import quick_share
from placet.jsonata.hints import FUNCTION_NAMES
from placet.jsonata.runtime.signature import Signature
from placet.jsonata.runtime.state import State

# What a function is called with where its signature asks for no more than that.
SAMPLES: dict[str, Any] = {
    "s": "some text", "n": 3, "b": True, "o": {"a": 1, "b": [2]}, "a": [3, 1, 2], "x": [1, "b"],
    "(nsb)": "12", "(sf)": "t", "j": [1, 2], "a<n>": [3, 1, 2], "a<s>": ["b", "a"],
    "a<o>": [{"a": 1}, {"b": 2}],
}  # fmt: skip
# Functions whose first argument is no text, list or number at large.
ARGUMENTS: dict[str, list[str]] = {
    "assert": ["true"],
    "base64decode": ["'YQ=='"],
    "each": ["{'a': 1}", "function($v){$v}"],
    "error": ["'no'"],
    "eval": ["'1 + 1'"],
    "filter": ["[3, 1]", "function($v){$v > 1}"],
    "formatInteger": ["3", "'0'"],
    "formatNumber": ["3", "'0'"],
    "keys": ["{'a': 1}"],
    "map": ["[3, 1]", "function($v){$v}"],
    "match": ["'ab'", "/a/"],
    "parseInteger": ["'3'", "'0'"],
    "reduce": ["[3, 1]", "function($i, $j){$i + $j}"],
    "sift": ["{'a': 1}", "function($v){true}"],
    "single": ["[3, 1]", "function($v){$v > 1}"],
    "toMillis": ["'2026-01-01T00:00:00Z'"],
}
FAILS = {"assert", "error"}
# These give something for their other arguments, or an empty list.
WITHOUT_FIRST = {"append", "zip"}
NAMES = sorted(BUILTINS)


def arguments_of(name: str) -> list[str]:
    """What the function takes, as the language writes it."""
    if name in ARGUMENTS:
        return ARGUMENTS[name]
    shown = []
    for parameter in BUILTINS[name].signature.parameters:
        if parameter.context or not parameter.optional:
            kind = parameter.type + (f"<{parameter.subtype}>" if parameter.subtype else "")
            value = SAMPLES.get(kind, SAMPLES.get(parameter.type, 1))
            shown.append(repr(value).replace("True", "true"))
    return shown


def call_of(name: str, *first: str) -> str:
    """A call of the function with its arguments, the first ones as given."""
    arguments = [*first, *arguments_of(name)[len(first) :]]
    return f"${name}({', '.join(arguments)})"


def outcome(source: str, **more: Any) -> Any:
    try:
        return compile(source).evaluate({"v": 1}, **more)
    except JSONataError as error:
        return error.code


def test_every_built_in_states_its_facts() -> None:
    assert set(BUILTINS) == FUNCTION_NAMES
    for name in NAMES:
        facts = BUILTINS[name].facts
        kinds = (facts.work, facts.takes, facts.gives, facts.missing, facts.reads, facts.passes)
        assert [type(kind) for kind in kinds] == [Work, Takes, Gives, Missing, Reads, Passes]


def test_nothing_is_stated_by_leaving_it_out() -> None:
    with pytest.raises(TypeError, match="missing 6 required keyword-only arguments"):
        builtin("unstated", "<x:x>")(lambda _state, value: value)  # type: ignore[call-arg]
    assert "unstated" not in BUILTINS


@pytest.mark.parametrize("name", NAMES)
def test_what_is_given_has_the_form_that_is_stated(name: str) -> None:
    value = outcome(call_of(name))
    if name in FAILS:
        # What they are for is to fail, or to give nothing.
        assert value == "D3137" or value is UNDEFINED
        return
    match BUILTINS[name].facts.gives:
        case Gives.LIST:
            assert isinstance(outcome(f"{call_of(name)}[]"), list)
        case Gives.SOME:
            given = outcome(arguments_of(name)[0])
            assert set(outcome(f"{call_of(name)}[]")) <= set(given)
        case Gives.ITEM:
            assert not isinstance(value, list)
        case Gives.VALUE:
            result = BUILTINS[name].signature.text.rstrip(">").rpartition(":")[2]
            kinds = {"n": (int, float), "s": str, "b": bool, "o": dict}
            assert isinstance(value, kinds.get(result, object))


@pytest.mark.parametrize("name", sorted(set(NAMES) - FAILS))
def test_a_missing_argument_gives_nothing_where_that_is_stated(name: str) -> None:
    function = BUILTINS[name]
    if not function.signature.parameters:
        assert function.facts.missing is Missing.NEVER
        return
    there = outcome(call_of(name, "nothing")) is not UNDEFINED
    assert there is (function.facts.missing is Missing.NEVER or name in WITHOUT_FIRST)


@pytest.mark.parametrize("name", sorted(set(NAMES) - FAILS))
def test_only_what_reads_the_clock_changes_with_it(name: str) -> None:
    source = call_of(name)
    if BUILTINS[name].facts.reads is Reads.CHANCE:
        return
    first, later = (outcome(source, now=now) for now in (0, 86_400_000))
    assert (first != later) is (BUILTINS[name].facts.reads is Reads.CLOCK)


def test_a_picture_without_a_year_reads_the_clock() -> None:
    [name] = names_where(lambda stated: stated.reads is Reads.TODAY)
    first, later = (outcome(f"${name}('01:00', '[H01]:[m01]')", now=now) for now in (0, 10**9))
    assert first != later


@pytest.mark.parametrize("name", sorted(names_where(lambda stated: stated.reads is Reads.CHANCE)))
def test_what_reads_chance_differs_from_time_to_time(name: str) -> None:
    numbers = ", ".join(map(str, range(40)))
    given = f"([{numbers}])" if BUILTINS[name].signature.parameters else "()"
    assert len({str(outcome(f"${name}{given}")) for _ in range(5)}) > 1


@pytest.mark.parametrize("name", sorted(names_where(lambda stated: stated.work is not Work.OPEN)))
def test_what_is_proportional_gives_nothing_larger(name: str) -> None:
    def size(value: Any) -> int:
        if isinstance(value, list):
            return 1 + sum(map(size, value))
        return len(str(value))

    for count in (10, 1_000):
        for given in (["ab"] * count, list(range(count)), "ab" * count):
            value = outcome_of(name, given)
            # No larger than what was given, its quotes and what stands between two items.
            assert size(value) <= 3 * size(given) + 50


def outcome_of(name: str, given: Any) -> Any:
    # What would make much of little: a long text for each letter, or a thousand of something.
    given_too = {"n": iter([1_000, 1_000]), "s": iter(["'a'", f"'{'x' * 40}'"])}
    given_too["(sf)"] = given_too["s"]
    needed = BUILTINS[name].signature.parameters[1:]
    shown = "".join(f", {next(given_too[item.type])}" for item in needed if item.type in given_too)
    try:
        return compile(f"${name}(v{shown})").evaluate({"v": given})
    except JSONataError:
        return None


@pytest.mark.parametrize("name", NAMES)
def test_a_function_hands_something_over_where_it_takes_one(name: str) -> None:
    function = BUILTINS[name]
    takes = any(item.type == "f" and not item.subtype for item in function.signature.parameters)
    assert bool(function.facts.hands) is takes


def test_a_new_built_in_is_fast_by_what_it_states() -> None:
    @builtin(
        "doubledForTest", "<n-:n>",
        work=Work.LINEAR, takes=Takes.ONE, gives=Gives.VALUE,
        missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
    )  # fmt: skip
    def doubled(_state: State, value: Any) -> Any:
        return value * 2

    try:
        expression = compile("$doubledForTest(value) > 5")
        assert quick_share(expression.node)[0] > 0
        assert expression.evaluate({"value": 3}) is True
        assert isinstance(BUILTINS["doubledForTest"].signature, Signature)
    finally:
        del BUILTINS["doubledForTest"]
        FUNCTION_NAMES.discard("doubledForTest")
    assert doubled is not None
