"""The table of error codes: complete, used, and each with an expression that raises it."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import yaml

from placet import jsonata
from placet.jsonata import JSONataError, compile
from placet.jsonata.codes import CODES
from placet.jsonata.parser.parse import MAX_LENGTH

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "codes.yaml").read_text("utf-8"))
SOURCES = Path(jsonata.__file__).parent
TOO_LONG = " " * MAX_LENGTH + "1"


def _raised(expression: str, order: Any) -> JSONataError:
    with pytest.raises(JSONataError) as raised:
        compile(expression).evaluate(order)
    return raised.value


@pytest.mark.parametrize("case", CASES["codes"], ids=lambda case: case["error"][0])
def test_code_is_raised_with_place_and_sentence(case: dict[str, Any]) -> None:
    error = _raised(case["expression"], CASES["order"])
    assert [error.code, error.position, error.token] == case["error"]
    assert error.message == case["message"]


def test_too_long_an_expression_is_refused() -> None:
    error = _raised(TOO_LONG, {})
    assert (error.code, error.position) == ("U1002", MAX_LENGTH)
    assert error.message == "the expression is too long: at most 100000 characters"


def test_every_code_has_a_case() -> None:
    assert {case["error"][0] for case in CASES["codes"]} | {"U1002"} == set(CODES)


def test_every_code_that_is_raised_has_a_sentence_and_no_other() -> None:
    named: set[str] = set()
    for file in SOURCES.rglob("*.py"):
        if file.name not in {"codes.py", "errors.py", "hints.py"}:
            named.update(re.findall(r'"([STDU][0-9]{4})"', file.read_text("utf-8")))
    assert named == set(CODES)


def test_what_is_raised_fills_its_sentence() -> None:
    unfilled = [
        f"{file.name}:{call.lineno}"
        for file in SOURCES.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "JSONataError"
        if _words(call)
        - {keyword.arg for keyword in call.keywords}
        - {"token", "called", "position"}
    ]
    assert unfilled == []


def _words(raised: ast.Call) -> set[str | None]:
    """The details that the sentence wants; none where the code or the details are computed."""
    code = raised.args[0]
    if not isinstance(code, ast.Constant) or None in [word.arg for word in raised.keywords]:
        return set()
    return {name for _, name, _, _ in Formatter().parse(CODES[code.value]) if name}


@pytest.mark.parametrize("code", CODES)
def test_sentence_keeps_the_style_of_the_house(code: str) -> None:
    sentence = CODES[code]
    assert sentence[0] in "`{" or sentence[0].islower()
    assert not sentence.endswith(".")
    assert sentence.count("`") % 2 == 0
