"""Reads the tables of calls: `cases/<family>.yaml` belongs to `test_<family>.py`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

import placet.jsonata as jsonata

CASES = Path(__file__).parent / "cases"


def strict(value: Any) -> str:
    """The value as JSON with sorted keys, so that 1 and true differ, and 1 and 1.0 do not."""
    return json.dumps(json.loads(json.dumps(value), parse_int=float), sort_keys=True)


@dataclass(frozen=True)
class CallCase:
    """One expression without input, and what it `gives`, `fails` with, or that it is undefined."""

    expr: str
    wanted: dict[str, Any]

    def check(self) -> None:
        """Evaluate and compare, types of numbers aside."""
        if "fails" in self.wanted:
            with pytest.raises(jsonata.JSONataError) as raised:
                jsonata.compile(self.expr).evaluate(jsonata.UNDEFINED)
            assert raised.value.code == self.wanted["fails"]
            assert raised.value.message
            return
        result = jsonata.compile(self.expr).evaluate(jsonata.UNDEFINED)
        if "undefined" in self.wanted:
            assert result is jsonata.UNDEFINED
        else:
            assert strict(result) == strict(self.wanted["gives"])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    wanted = {"call_case", "table_row"} & {*metafunc.fixturenames}
    if not wanted:
        return
    family = metafunc.module.__name__.rpartition(".")[2].removeprefix("test_")
    rows = yaml.safe_load((CASES / f"{family}.yaml").read_text("utf-8"))
    if "table_row" in wanted:
        metafunc.parametrize("table_row", rows, ids=[str(row["call"]) for row in rows])
        return
    cases = [CallCase(row.pop("expr"), row) for row in rows]
    metafunc.parametrize("call_case", cases, ids=[case.expr for case in cases])
