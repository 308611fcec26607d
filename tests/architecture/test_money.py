"""No float ever touches a balance: the ledger has no float literals, casts or divisions."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from support.project import SOURCE, modules, name_of


def floats(path: Path) -> list[str]:
    """Where a module makes a float, or could."""
    return [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div))
    ]


MONEY = [
    *modules(SOURCE / "budgets" / "core"),
    *modules(SOURCE / "sellers" / "core"),
    *(SOURCE / "kit" / f"{name}.py" for name in ("instants", "local_day", "wall_clock")),
]


@pytest.mark.parametrize("path", MONEY, ids=name_of)
def test_the_ledger_counts_in_integers(path: Path) -> None:
    assert floats(path) == []


def test_a_float_would_be_found(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("a = 1.5\nb = float(2)\nc = a / 3\nc /= 4\nd = c // 2\n", "utf-8")
    lines = {line.partition(":")[0] for line in floats(module)}
    assert lines == {"line 1", "line 2", "line 3", "line 4"}
