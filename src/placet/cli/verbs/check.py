"""`placet check`: every problem of rule files, with its place."""

from __future__ import annotations

from typing import Annotated

import typer

from placet.cli.command import ExitCode, Json, command_app, examples
from placet.cli.files import STDIN, find_rule_files
from placet.cli.learning import learn_from
from placet.cli.output import console, print_json
from placet.cli.rule_files import Loaded, counted, load, show_problems
from placet.errors import InvalidRequest
from placet.kit.text.located import MAX_BYTES, Problem, Severity
from placet.policies.core.hazards import Shape

app = command_app()


@app.command(
    epilog=examples(
        "placet check rules.yaml",
        "placet check policies/ --strict",
        "placet check rules.yaml --orders orders.ndjson",
        "git show HEAD:rules.yaml | placet check - --json",
        closing="Exit codes: 0 no errors, 1 errors (with --strict: or warnings), 2 nothing to "
        "check or unreadable. Notes are good to know and never count. Rules are judged by the "
        "fields of the documented order, and by those of the orders given, or found in a folder "
        "`orders` beside the rule file: what they lack, and what no order has, is a warning. "
        '--json prints {"files", "errors", "warnings", "notes", "orders", "problems": '
        '[{"file", "line", "column", "severity", "code", "message"}]}.',
    )
)
def check(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH",
            help="Rule files, folders to search for them (*.yaml, *.yml, *.json), `-` for stdin.",
        ),
    ],
    orders: Annotated[
        list[str] | None,
        typer.Option(
            "--orders",
            metavar="PATH",
            help="Orders by which the rules are judged: a file with one, with a list of them, or "
            "with one per line, or a folder of such files; `-` for stdin.",
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Count warnings as errors.")] = False,
    json: Json = False,
) -> None:
    """List every problem of rule files."""
    found = find_rule_files(paths, MAX_BYTES)
    if not found.names:
        raise InvalidRequest(f"there is no rule file in `{'`, `'.join(paths)}`")
    if "-" in paths and "-" in (orders or ()):
        raise InvalidRequest("only one of the rules and the orders can be standard input")
    shape, number = learn_from(orders) if orders else (None, 0)
    loaded = [_load(name, shape) for name in found.names]
    counts = {severity: sum(item.count(severity) for item in loaded) for severity in Severity}
    if json:
        _print_document(loaded, counts, number)
    else:
        _print_lines(loaded, counts, found.others, number)
    errors, warnings = counts[Severity.ERROR], counts[Severity.WARNING]
    if any(problem.code == "unreadable" for item in loaded for problem in item.problems):
        raise typer.Exit(ExitCode.USAGE)
    raise typer.Exit(ExitCode.PROBLEMS if errors or (strict and warnings) else ExitCode.OK)


def _load(name: str, orders: Shape | None) -> Loaded:
    """A file that cannot be read is a problem of its own, so that the others are still checked."""
    try:
        return load(name, orders)
    except InvalidRequest as error:
        shown = STDIN if name == "-" else name
        problem = Problem(shown, 1, 1, Severity.ERROR, "unreadable", error.message)
        return Loaded(shown, "", None, [problem])


def _print_document(loaded: list[Loaded], counts: dict[Severity, int], orders: int) -> None:
    document = {
        "files": [item.name for item in loaded],
        **{f"{severity}s": number for severity, number in counts.items()},
        "orders": orders,
        "problems": [problem.to_document() for item in loaded for problem in item.problems],
    }
    print_json(document, indent=2)


def _print_lines(
    loaded: list[Loaded], counts: dict[Severity, int], others: int, orders: int
) -> None:
    out = console()
    for item in loaded:
        show_problems(out, item)
    told = ", ".join(counted(number, severity) for severity, number in counts.items() if number)
    asides = [f"judged by {counted(orders, 'order')}"] if orders else []
    asides += [f"{counted(others, 'file')} without rules passed over"] if others else []
    aside = f" ({', '.join(asides)})" if asides else ""
    out.print(f"{counted(len(loaded), 'rule file')}: {told or 'no problems'}{aside}")
