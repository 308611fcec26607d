"""Calling the command line as the console script does, within this process."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from placet.cli.main import run
from support.project import ROOT, child_environment

EXAMPLES = ROOT / "rules"
ORDERS = EXAMPLES / "order-cap" / "orders"
# Of a decision as a document.
KEYS = ["orderId", "unitId", "outcome", "reason", "dimensionId", "ruleId", "dimensions"]
# A rule file of one rule.
RULE = """account: globex
dimensions:
  - name: Purchasing
    priority: 1
    requireAllRulesAcceptance: false
    ruleCollection:
      - name: Cap
        priority: 1
        trigger: {condition: {expression: "EXPRESSION"}, effect: {effectType: deny}}
        scoreInterval: {accept: 10, deny: 5}
"""


@dataclass(frozen=True)
class Result:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


Placet = Callable[..., Result]


@pytest.fixture(autouse=True, scope="session")
def environment(plans: object) -> Iterator[dict[str, str]]:
    """The environment that child processes see, whatever folder they are started in. Commands
    import what they need when they run.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name, value in child_environment().items():
            patch.setenv(name, value)
        for name in os.environ:
            if name.startswith("PLACET_") or name in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}:
                patch.delenv(name)
        yield dict(os.environ)


@pytest.fixture
def placet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Placet:
    """Call `placet` with arguments and standard input, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object, stdin: str | bytes = b"") -> Result:
        content = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "argv", ["placet", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        with pytest.raises(SystemExit) as ended:
            run()
        printed = capsys.readouterr()
        return Result(int(ended.value.code or 0), printed.out, printed.err)

    return call


@pytest.fixture
def fresh(placet: Placet) -> None:
    """The database that commands find without being told, with nothing in it."""
    assert placet("db", "upgrade").code == 0


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The first example's rule file, copied to where tests run."""
    copy = tmp_path / "rules.yaml"
    copy.write_text((EXAMPLES / "order-cap" / "rules.yaml").read_text("utf-8"), "utf-8")
    return copy
