"""Deciding depends on nothing but what it is given: no clock, even where a module offers one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from support.project import SOURCE, modules, name_of

ROOMS = sorted(path.parent.name for path in SOURCE.glob("*/core"))
# What of the kit may know the time, chance or this process.
GROUNDED = {"alarm.py", "clock.py", "group_commit.py", "ids.py", "log_lines.py"}
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


@pytest.mark.parametrize("room", ROOMS)
def test_a_core_reads_no_clock(room: str) -> None:
    found = {name_of(path): clock_reads(path) for path in modules(SOURCE / room / "core")}
    assert {name: reads for name, reads in found.items() if reads} == {}


def test_the_kit_reads_no_clock_but_where_it_is_the_clock() -> None:
    pure = [path for path in modules(SOURCE / "kit") if path.name not in GROUNDED]
    assert {name_of(path): reads for path in pure if (reads := clock_reads(path))} == {}
