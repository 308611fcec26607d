"""The linters, the type checker and the dependency checks, as the project configures them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from support.project import ROOT

IMPORT_LINTER = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
TOOLS = {
    "ruff check": ["-m", "ruff", "check", "--output-format", "concise", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
    "import-linter": ["-c", IMPORT_LINTER],
    "deptry": ["-m", "deptry", ".", "--no-ansi"],
}


@pytest.mark.parametrize("name", TOOLS)
def test_a_tool_has_nothing_to_say(name: str) -> None:
    run = subprocess.run(
        [sys.executable, *TOOLS[name]], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
