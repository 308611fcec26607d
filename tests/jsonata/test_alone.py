"""The language is a library of its own: it works where nothing else of Placet is."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from support.project import ROOT, SOURCE, child_environment

PROGRAM = """
import sys
from placet.jsonata import JSONataError, Limits, UNDEFINED, compile

order = {"items": [{"price": 3, "quantity": 2}, {"price": 4, "quantity": 1}]}
assert compile("$sum(items.(price * quantity))").evaluate(order) == 10
assert compile("$now()").evaluate({}, now=0) == "1970-01-01T00:00:00.000Z"
assert compile("items[price > 9]").evaluate(order) is UNDEFINED
assert compile("a ? b : c").analysis is not None
assert compile("a.value").explain({"a": {"value": 1}}).value == 1
try:
    compile("$summ(1)").evaluate({})
except JSONataError as error:
    assert "did you mean `$sum`?" in error.render(), error.render()
print(*sorted(name for name in sys.modules if name.startswith("placet")))
"""


def test_it_runs_without_the_rest(tmp_path: Path) -> None:
    package = tmp_path / "placet"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(SOURCE / "jsonata", package / "jsonata", ignore=ignored)
    (package / "__init__.py").touch()
    shutil.copy(ROOT / "grammar" / "jsonata.lark", package / "jsonata")
    environment = child_environment() | {"PYTHONPATH": str(tmp_path), "XDG_CACHE_HOME": ""}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=tmp_path,
        env=environment | {"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = done.stdout.split()
    assert {name for name in loaded if not name.startswith("placet.jsonata")} == {"placet"}


def test_a_language_without_its_grammar_says_so(tmp_path: Path) -> None:
    package = tmp_path / "a" / "b" / "placet"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(SOURCE / "jsonata", package / "jsonata", ignore=ignored)
    (package / "__init__.py").touch()
    program = "import placet.jsonata; placet.jsonata.compile('a')"
    environment = child_environment() | {"PYTHONPATH": str(package.parent)}
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert "FileNotFoundError: the grammar `jsonata.lark` is missing" in done.stderr
