"""Whatever text is compiled, whatever data is evaluated: a value or a `JSONataError`, in time.

`PLACET_FUZZ_ROUNDS` multiplies the work (default 1).
"""

from __future__ import annotations

import os
import time
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jsonata.generated import REAL, Writer, mutated, random_json
from placet.jsonata import JSONataError, Limits, compile

ROUNDS = int(os.environ.get("PLACET_FUZZ_ROUNDS", "1"))
LIMITS = Limits(time_ms=200, steps=100_000, depth=60, size=10_000)
TOKENS = [
    "a",
    "b",
    "items",
    "price",
    "$",
    "$$",
    "$x",
    "$sum(",
    "$map(",
    "$eval(",
    "function(",
    "λ(",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ".",
    "..",
    ",",
    ";",
    ":",
    ";",
    "?",
    "?:",
    "??",
    ":=",
    "~>",
    "@$i",
    "#$i",
    "%",
    "*",
    "**",
    "+",
    "-",
    "/",
    "&",
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "^(",
    "|",
    "and",
    "or",
    "in",
    "true",
    "false",
    "null",
    "0",
    "1",
    "-1",
    "1.5",
    "1e9",
    "'x'",
    '"y"',
    "`a",
    "b`",
    "/a+/i",
    "/*",
    "*/",
    "<n:n>",
    "<s-:s>",
    "!",
    "~",
    "\\",
    "'",
    '"',
    "`",
    "\n",
    "'\\u00e9'",
    "é",
    "😀",
    "__class__",
]
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
TOKEN_STREAMS = st.lists(st.sampled_from(TOKENS), max_size=25).map("".join)
SPACED_STREAMS = st.lists(st.sampled_from(TOKENS), max_size=25).map(" ".join)
SYNTAX = st.text("abc$.[]{}()<>=!~?:;,'\"`/*%^@#&|+-0123456789 \n", max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from("ab") | st.text(max_size=3), inner)
    ),
    max_leaves=12,
)
fuzzed = settings(
    max_examples=400 * ROUNDS,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=ROUNDS == 1,
)


def survives(source: str, data: object = None) -> None:
    """Compile and evaluate every way; anything but a `JSONataError` fails the test."""
    begun = time.monotonic()
    try:
        expression = compile(source)
        explanation = expression.explain(data, None, LIMITS, 0)
        assert explanation.render()
        expression.evaluate(data, None, LIMITS, 0)
    except JSONataError as error:
        assert error.code
        assert str(error)
    assert time.monotonic() - begun < 5


@fuzzed
@given(ANY_TEXT | SYNTAX | TOKEN_STREAMS | SPACED_STREAMS)
def test_any_text_compiles_or_is_refused(source: str) -> None:
    survives(source)


@fuzzed
@given(SPACED_STREAMS | TOKEN_STREAMS, JSON)
def test_any_tokens_meet_any_data(source: str, data: object) -> None:
    survives(source, data)


@fuzzed
@given(st.sampled_from(REAL), st.randoms(use_true_random=False))
def test_damaged_rules_compile_or_are_refused(source: str, random: Random) -> None:
    place = random.randrange(len(source))
    cut = random.randrange(4)
    survives(
        source[:place] + random.choice([*TOKENS, ""]) + source[place + cut :],
        {"items": [{"price": 1}]},
    )


@pytest.mark.parametrize("batch", range(8))
def test_any_data_meets_generated_expressions(batch: int) -> None:
    for number in range(100 * ROUNDS):
        random = Random(f"fuzz-{batch}-{number}")
        data = random_json(random, 6)
        survives(Writer(random).expression(5), mutated(data, random))
