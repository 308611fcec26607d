"""The many-order form of `placet dry-run`: a line per order for programs, a summary for people."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from placet.cli.command import ExitCode
from placet.cli.files import opened
from placet.cli.orders import Line, each_order
from placet.cli.output import console, print_json, table
from placet.cli.rule_files import counted
from placet.errors import InvalidRequest
from placet.kit.log_lines import printable
from placet.orders.service.in_process import Rules, decision_document
from placet.policies.core.trace import Decision, Outcome

_NO_RULE = "no rule fired"


@dataclass(slots=True)
class _Summary:
    """What became of the orders so far."""

    outcomes: Counter[str] = field(default_factory=Counter)
    deciders: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    errors: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    unreadable: int = 0
    refused: int = 0

    def add(self, decision: Decision) -> None:
        self.outcomes[decision.outcome] += 1
        decider = ("", _NO_RULE)
        for dimension in decision.dimensions:
            for rule in dimension.rules:
                if rule.error is not None:
                    self.errors[dimension.title, rule.name, rule.error.code] += 1
                ids = (dimension.dimension_id, rule.rule_id)
                if ids == (decision.dimension_id, decision.rule_id):
                    decider = (dimension.title, rule.name)
        self.deciders[decision.outcome, *decider] += 1


def dry_run_many(
    rules: Rules, now: int, name: str, unit_id: str | None, *, limit: int, json: bool
) -> None:
    """Decide every order of the file `name`, one JSON document of at most `limit` bytes a line.

    Raises:
        InvalidRequest: the file cannot be read.
        typer.Exit: of code 2 after all orders, when some line holds none, or one that the server
            would refuse.
    """
    summary = _Summary()
    with opened(name) as stream, _progress(name, json) as advance:
        for line in each_order(stream, unit_id, limit, advance):
            _decide(rules, now, line, summary, json)
    if not json:
        _show(summary)
    if summary.unreadable or summary.refused:
        raise typer.Exit(ExitCode.USAGE)


def _decide(rules: Rules, now: int, line: Line, summary: _Summary, json: bool) -> None:
    if isinstance(line.content, InvalidRequest):
        summary.unreadable += 1
        _tell(line, "holds no order", line.content, json)
        return
    try:
        decision = rules.decide_submission(line.content, now)
    except InvalidRequest as error:
        summary.refused += 1
        _tell(line, "is refused", error, json)
        return
    summary.add(decision)
    if json:
        print_json({"line": line.number} | decision_document(line.content, decision))


def _tell(line: Line, what: str, error: InvalidRequest, json: bool) -> None:
    if json:
        print_json({"line": line.number, "error": error.message})
    else:
        console(stderr=True).print(f"line {line.number} {what}: {printable(error.message)}")


def _show(summary: _Summary) -> None:
    out = console()
    told = ", ".join(f"{summary.outcomes[outcome]} {outcome}" for outcome in Outcome)
    unreadable = f", {counted(summary.unreadable, 'line')} unreadable" if summary.unreadable else ""
    refused = f", {summary.refused} refused" if summary.refused else ""
    out.print(f"{counted(summary.outcomes.total(), 'order')}: {told}{refused}{unreadable}")
    if summary.deciders:
        out.print()
        rows = [[*key, str(number)] for key, number in summary.deciders.most_common()]
        table(out, ["outcome", "dimension", "decided by rule", "orders"], rows)
    if summary.errors:
        out.print()
        rows = [[*key, str(number)] for key, number in summary.errors.most_common()]
        table(out, ["dimension", "failing rule", "error", "orders"], rows)


@contextmanager
def _progress(name: str, json: bool) -> Iterator[Callable[[int], None]]:
    """Shows how much of the file is done, on a terminal only; yields what to call with bytes."""
    out = console(stderr=True)
    # Lines of JSON on the same terminal would run through the bar.
    if not out.is_terminal or (json and sys.stdout.isatty()):
        yield lambda _size: None
        return
    size = None if name == "-" else os.stat(name).st_size
    columns = (TextColumn("deciding"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=out, transient=True) as progress:
        task = progress.add_task("deciding", total=size)
        yield lambda done: progress.advance(task, done)
