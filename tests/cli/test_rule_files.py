"""Rule files of the command line: read with their problems, which are shown in their lines."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from cli.conftest import RULE
from placet.cli.rule_files import counted, load, load_valid, show_problems
from placet.errors import InvalidRequest
from placet.kit.text.located import Severity


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rules.yaml"


def test_a_valid_file_says_what_it_is_and_its_text(file: Path) -> None:
    text = RULE.replace("EXPRESSION", "value > 5")
    file.write_text(text, "utf-8")
    rule_file, read = load_valid(str(file))
    assert (rule_file.account, read) == ("globex", text)


def test_a_file_with_errors_is_refused_with_their_number(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(RULE.replace("EXPRESSION", "value >").replace("priority: 1", "priority: x"))
    with pytest.raises(InvalidRequest, match=r"rules.yaml` has 3 errors$"):
        load_valid(str(file))
    assert capsys.readouterr().err.count(": error: ") == 3


def test_a_problem_is_shown_in_its_line_under_its_place(file: Path) -> None:
    file.write_text(RULE.replace("EXPRESSION", "value >"), "utf-8")
    loaded = load(str(file))
    assert [loaded.count(severity) for severity in Severity] == [1, 0, 0]
    out = Console(file=io.StringIO(), width=200, highlight=False)
    show_problems(out, loaded)
    assert isinstance(out.file, io.StringIO)
    head, line, mark = out.file.getvalue().splitlines()
    assert head.startswith(f"{file}:{loaded.problems[0].line}:{loaded.problems[0].column}: error: ")
    assert line.split(" | ")[0].strip() == str(loaded.problems[0].line)
    assert mark.endswith("^")


@pytest.mark.parametrize(("number", "told"), [(0, "0 errors"), (1, "1 error"), (2, "2 errors")])
def test_a_number_of_things_is_one_or_many(number: int, told: str) -> None:
    assert counted(number, "error") == told
