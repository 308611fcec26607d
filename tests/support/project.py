"""The project's own files, for the tests that look at them."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "placet"


def child_environment() -> dict[str, str]:
    """The environment for processes that tests start in other folders, without our settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PLACET_")}
    paths = [os.path.abspath(path) for path in kept.get("PYTHONPATH", "").split(os.pathsep) if path]
    return kept | {"PYTHONPATH": os.pathsep.join(paths)}


def modules(folder: Path = SOURCE) -> list[Path]:
    """The Python files of a folder and those below it."""
    return sorted(folder.rglob("*.py"))


def name_of(path: Path) -> str:
    """A file's path in the project, for messages and test ids."""
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Every function of a module with its number of lines, docstring and decorators not counted."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            told = ast.get_docstring(node) is not None
            documented = (first.end_lineno or 0) - first.lineno + 1 if told else 0
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1 - documented
