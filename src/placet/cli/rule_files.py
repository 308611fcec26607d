"""Loading the rule files that commands work on, and showing what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from placet.cli.files import STDIN, read_text
from placet.cli.learning import learn_beside
from placet.cli.output import console
from placet.errors import InvalidRequest
from placet.jsonata.excerpt import excerpt
from placet.kit.log_lines import printable
from placet.kit.text.located import MAX_BYTES, Problem, Severity
from placet.policies.core.hazards import Shape
from placet.policies.core.rule_file import RuleFile, load_rule_file

_STYLES = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.NOTE: "bold cyan",
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A rule file as it was read: its text, what it says (None with errors), its problems."""

    name: str
    text: str
    rule_file: RuleFile | None
    problems: Sequence[Problem]

    def count(self, severity: Severity) -> int:
        """How many problems of this severity there are."""
        return sum(problem.severity is severity for problem in self.problems)


def load(name: str, orders: Shape | None = None) -> Loaded:
    """The rule file of this name, `-` for standard input.

    Its expressions are judged by `orders`; without, by those in the folder `orders` beside it.

    Raises:
        InvalidRequest: it cannot be read at all.
    """
    text = read_text(name, MAX_BYTES)
    shown = STDIN if name == "-" else name
    if orders is None and name != "-":
        orders = learn_beside(name)
    rule_file, problems = load_rule_file(text, shown, orders)
    return Loaded(shown, text, rule_file, problems)


def load_valid(name: str, orders: Shape | None = None) -> tuple[RuleFile, str]:
    """A rule file without errors, and its text; problems are shown on standard error.

    `orders` as of `load`.

    Raises:
        InvalidRequest: it cannot be read, or has errors.
    """
    loaded = load(name, orders)
    show_problems(console(stderr=True), loaded)
    if loaded.rule_file is None:
        raise InvalidRequest(
            f"the rule file `{loaded.name}` has {counted(loaded.count(Severity.ERROR), 'error')}"
        )
    return loaded.rule_file, loaded.text


def show_problems(out: Console, loaded: Loaded) -> None:
    """Print each problem as file:line:column with the line it is in."""
    lines = loaded.text.splitlines()
    for problem in loaded.problems:
        style = _STYLES[problem.severity]
        place = f"{problem.file}:{problem.line}:{problem.column}"
        message = f"{printable(problem.message)} [{problem.code}]"
        out.print(Text.assemble(f"{printable(place)}: ", (problem.severity, style), f": {message}"))
        if problem.line <= len(lines) and lines[problem.line - 1].strip():
            _show_line(out, lines[problem.line - 1], problem)


def _show_line(out: Console, line: str, problem: Problem) -> None:
    shown, mark = excerpt(line, problem.column - 1, problem.column)
    number = f"{problem.line:>5}"
    out.print(Text(f"{number} | {shown}\n{' ' * len(number)} | {mark}", "dim"))


def counted(number: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
