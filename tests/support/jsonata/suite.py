"""Reads the cases of the official test suite, which is no part of the project.

`PLACET_JSONATA_SUITE` names the folder with its `groups` and `datasets`; by itself it is looked for
beside the project.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from placet.jsonata import UNDEFINED, JSONataError, Limits, compile
from support.project import ROOT

_BESIDE = ROOT.parent / "shared" / "jsonata-suite"
SUITE = Path(os.environ.get("PLACET_JSONATA_SUITE", _BESIDE))


def cases() -> list[tuple[str, str, dict[str, Any]]]:
    """All cases as (group, name, case)."""
    found = []
    for file in sorted(SUITE.glob("groups/*/*.json")):
        content = json.loads(file.read_text("utf-8"))
        for number, case in enumerate(content if isinstance(content, list) else [content]):
            if "expr-file" in case:
                source = file.parent / case["expr-file"]
                if not source.exists():
                    continue
                case["expr"] = source.read_text("utf-8")
            found.append((file.parent.name, f"{file.stem}-{number}", case))
    return found


def _data(case: dict[str, Any]) -> Any:
    if "data" in case:
        return case["data"]
    if case.get("dataset") is None:
        return UNDEFINED
    return json.loads((SUITE / "datasets" / f"{case['dataset']}.json").read_text("utf-8"))


def _expected_code(case: dict[str, Any]) -> str | None:
    code = case.get("code") or case.get("error", {}).get("code")
    return None if code is None else str(code)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    return bool(left == right)


def _unordered(value: Any) -> Any:
    return sorted(value, key=repr) if isinstance(value, list) else value


def run(case: dict[str, Any]) -> str | None:
    """What is wrong with the engine's answer to a case; None when nothing is."""
    limits = Limits(time_ms=case.get("timelimit", 10_000), depth=case.get("depth", 500))
    wanted = _expected_code(case)
    try:
        result = compile(case["expr"]).evaluate(_data(case), case.get("bindings"), limits)
    except JSONataError as error:
        if wanted is None:
            return f"raised {error}"
        token = case.get("token")
        if token is not None and error.token != token:
            return f"wanted token {token!r}, got {error.token!r}"
        limit = wanted == "U1001" and error.code in ("U1001", "D2014")
        return None if error.code == wanted or limit else f"wanted {wanted}, raised {error}"
    if wanted is not None:
        return f"wanted {wanted}, got {result!r}"
    if case.get("undefinedResult"):
        return None if result is UNDEFINED else f"wanted undefined, got {result!r}"
    expected = case["result"]
    if case.get("unordered"):
        result, expected = _unordered(result), _unordered(expected)
    return None if _same(result, expected) else f"wanted {expected!r}, got {result!r}"
