from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.jsonata.errors import JSONataError
from placet.jsonata.parser.parse import MAX_LENGTH, parse
from placet.jsonata.parser.syntax import MAX_CHAIN, MAX_DEPTH
from support.jsonata import suite
from support.jsonata.trees import outcome


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


# fmt: on


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
