"""Deciding depends on nothing but what it is given: no clock, even where a module offers one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from support.project import SOURCE, modules, name_of

PURE = ("policy", "authorization", "ledger", "organization")
CLOCKS = {"now", "utcnow", "today"}


def clock_reads(path: Path) -> list[str]:
    """Where a module asks `datetime` or `date` for the time of day."""
    return [
        f"line {node.lineno}: .{node.attr}"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in CLOCKS
        and isinstance(node.value, ast.Name | ast.Attribute)
        and (node.value.id if isinstance(node.value, ast.Name) else node.value.attr)
        in {"datetime", "date"}
    ]


@pytest.mark.parametrize("package", [name for name in PURE if (SOURCE / name).exists()])
def test_a_pure_package_reads_no_clock(package: str) -> None:
    found = {name_of(path): clock_reads(path) for path in modules(SOURCE / package)}
    assert {name: reads for name, reads in found.items() if reads} == {}
