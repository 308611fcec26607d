"""How long a rule takes to compile, and the package to import."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest

from benchmarks.jsonata.engines import RULES, VARIED, peers
from placet.jsonata import Expression
from placet.jsonata.parser.parse import parse

ROUNDS = 7
IMPORT = (
    "import time as m; t = m.process_time(); import placet.jsonata; print(m.process_time() - t)"
)
FIRST = (
    "import time as m; t = m.process_time(); import placet.jsonata as j;"
    " j.compile('a.b > 1').evaluate({}); print(m.process_time() - t)"
)


def _afresh(source: str) -> object:
    return Expression(source, parse(source))


def _milliseconds(make: Callable[[str], object], source: str) -> float:
    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        make(source)
        taken.append((time.process_time() - begun) * 1000)
    return median(taken)


def test_compiling_a_rule(capsys: pytest.CaptureFixture[str]) -> None:
    engines = {"placet": _afresh, **peers()}
    with capsys.disabled():
        print("\nmilliseconds of CPU time to compile, after warm-up")
        for name, make in engines.items():
            times = sorted(_milliseconds(make, source) for source in [*RULES, *VARIED])
            print(f"{name:>11}  median {median(times):.3f}  worst {times[-1]:.3f}")
    assert engines


@pytest.mark.parametrize(
    ("what", "program"), [("import", IMPORT), ("import and first rule", FIRST)]
)
def test_importing(
    what: str, program: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = {
        **os.environ,
        "PYTHONPYCACHEPREFIX": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def run() -> float:
        answer = subprocess.run(
            [sys.executable, "-c", program],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return float(answer.stdout) * 1000

    first, *others = [run() for _ in range(ROUNDS)]
    with capsys.disabled():
        print(f"\n{what}: {median(others):.1f} ms of CPU time ({first:.0f} ms with nothing cached)")
    assert others
