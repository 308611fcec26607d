"""A file of pure tests starts at once: nothing is loaded for it that only others need."""

from __future__ import annotations

import subprocess
import sys

import pytest

from support.project import ROOT

HEAVY = ("alembic", "asyncpg", "fastapi", "httpx", "schemathesis", "sqlalchemy", "uvicorn")
PROGRAM = f"""
import sys, pytest
code = pytest.main(["-q", "-n0", "-p", "no:cacheprovider", *sys.argv[1:]])
print("loaded:", *[name for name in {HEAVY} if name in sys.modules])
sys.exit(code)
"""


@pytest.mark.parametrize("file", ["tests/kit/test_spelling.py", "tests/policies/core/test_walk.py"])
def test_pure_tests_load_no_server_and_no_database(file: str) -> None:
    command = [sys.executable, "-c", PROGRAM, file]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.splitlines()[-1] == "loaded:"
