"""Tables of what the language means, construct by construct, as the official engine answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import inf
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from jsonata.agreement import disagreements
from placet.jsonata import UNDEFINED, JSONataError, compile
from placet.jsonata.runtime.values import Function
from support.project import ROOT

LANGUAGE: Final = ROOT / "tests" / "jsonata"
INPUT: Final = json.loads((LANGUAGE / "cases" / "meaning.json").read_text("utf-8"))


def tables() -> Iterator[Path]:
    """Every table."""
    for path in sorted(LANGUAGE.rglob("cases/*.yaml")):
        if path.read_text("utf-8").startswith("# What the language means"):
            yield path


def meanings(test: str) -> list[Any]:
    """The cases of the module whose test this is, from the table beside it."""
    path = Path(test)
    table = path.parent / "cases" / f"{path.stem.removeprefix('test_')}.yaml"
    groups = yaml.safe_load(table.read_text("utf-8"))
    return [
        pytest.param(case, id=f"{group}: {case['expression']}")
        for group, cases in groups.items()
        for case in cases
    ]


def check_meaning(case: dict[str, Any]) -> None:
    """That an expression has its value, by every way to evaluate it."""
    try:
        expression = compile(case["expression"])
    except JSONataError as refused:
        assert refused.code == case.get("error")
        return
    if "error" in case:
        with pytest.raises(JSONataError) as caught:
            expression.evaluate(INPUT)
        assert caught.value.code == case["error"]
    elif "value" in case:
        assert same(expression.evaluate(INPUT), json.loads(case["value"]))
    else:
        assert expression.evaluate(INPUT) is UNDEFINED
    assert not disagreements(expression, INPUT)


def same(found: Any, wanted: Any) -> bool:
    """Equality as the language has it: true is not 1, 1 is 1.0, numbers are doubles."""
    if isinstance(wanted, str) and wanted in ("<fn>", "<inf>"):
        return (
            isinstance(found, Function)
            if wanted == "<fn>"
            else found in (inf, -inf) or found != found
        )
    if isinstance(found, bool) or isinstance(wanted, bool):
        return found is wanted
    if isinstance(found, list) and isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(same, found, wanted))
    if isinstance(found, dict) and isinstance(wanted, dict):
        return list(found) == list(wanted) and all(
            same(found[name], wanted[name]) for name in wanted
        )
    if isinstance(wanted, int | float):
        return type(found) in (int, float) and float(found) == float(wanted)
    return type(found) is type(wanted) and found == wanted
