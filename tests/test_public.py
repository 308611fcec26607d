"""What `import placet` offers: these names, documented and typed, and nothing loaded yet."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import placet
from support.project import SOURCE, child_environment

PUBLIC = [
    "Detail", "DimensionTrace", "InvalidRequest", "Outcome", "PlacetError", "Problem",
    "RuleFileError", "RuleStatus", "RuleTrace", "Rules", "Ruling", "Severity", "Signer", "Timing",
    "check_rules", "jsonata", "load_rules", "read_rules",
]  # fmt: skip
# A server, a database, a terminal: who decides in process needs none of them.
NOT_NEEDED = {
    "aiosqlite", "alembic", "asyncpg", "fastapi", "httpx", "rich", "sqlalchemy", "starlette",
    "typer", "uvicorn",
}  # fmt: skip
USE = """
import placet

rules = placet.load_rules("rules.yaml", orders=[{"orderId": "o-1"}], timing=placet.Timing(50))
ruling: placet.Ruling = rules.decide({"orderId": "o-1", "value": 1}, unit="u", buyer="b", now=0)
outcome: placet.Outcome = ruling.outcome
who: list[str | None] = [signer.id for signer in ruling.signers]
why: list[str] = [rule.name for dimension in ruling.trace for rule in dimension.rules]
value: object = placet.jsonata.compile("a + 1").evaluate({"a": 1})
try:
    placet.read_rules("account: acme")
except placet.RuleFileError as error:
    lines: list[int] = [problem.line for problem in error.problems]
"""


def test_these_names_are_public() -> None:
    assert placet.__all__ == PUBLIC
    assert set(PUBLIC) <= set(dir(placet))


def test_type_checkers_are_told_of_the_same_names() -> None:
    tree = ast.parse((SOURCE / "__init__.pyi").read_text("utf-8"))
    told = {
        alias.asname: (node.module, alias.name)
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert sorted(name or "" for name in told) == PUBLIC
    for name, (module, original) in told.items():
        assert original == name
        offered = getattr(placet, name)
        if name != "jsonata":
            assert getattr(sys.modules[module or ""], original) is offered


def test_every_public_name_is_documented() -> None:
    assert [name for name in PUBLIC if not inspect.getdoc(getattr(placet, name))] == []


def test_a_program_that_uses_it_passes_a_strict_type_checker(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(USE)
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", str(program)]
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_deciding_loads_no_server_and_no_database(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("account: acme\ndimensions: []\n")
    code = (
        "import placet, sys; at_first = set(sys.modules);"
        "placet.load_rules('rules.yaml').decide({'orderId': 'o-1'});"
        "print(*sorted(at_first)); print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=child_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    at_first, in_the_end = (set(line.split()) for line in done.stdout.splitlines())
    assert {name for name in at_first if name.startswith("placet")} == {"placet"}
    assert in_the_end.isdisjoint(NOT_NEEDED)
