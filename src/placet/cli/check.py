"""`placet check`: every problem of rule files, with its place."""

from __future__ import annotations

from typing import Annotated

import typer

from placet.cli.command import ExitCode, Json, command_app, examples
from placet.cli.files import STDIN, find_rule_files
from placet.cli.output import console, print_json
from placet.cli.rule_files import Loaded, counted, load, show_problems
from placet.errors import InvalidRequest
from placet.policy.located import MAX_BYTES, Problem, Severity

__all__ = ["app"]

app = command_app()


@app.command(
    epilog=examples(
        "placet check rules.yaml",
        "placet check policies/ --strict",
        "git show HEAD:rules.yaml | placet check - --json",
        closing="Exit codes: 0 no errors, 1 errors (with --strict: or warnings), 2 nothing to "
        'check or unreadable. --json prints {"files", "errors", "warnings", "problems": '
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
    strict: Annotated[bool, typer.Option("--strict", help="Count warnings as errors.")] = False,
    json: Json = False,
) -> None:
    """List every problem of rule files."""
    found = find_rule_files(paths, MAX_BYTES)
    if not found.names:
        raise InvalidRequest(f"there is no rule file in `{'`, `'.join(paths)}`")
    loaded = [_load(name) for name in found.names]
    errors = sum(item.count(Severity.ERROR) for item in loaded)
    warnings = sum(item.count(Severity.WARNING) for item in loaded)
    if json:
        _print_document(loaded, errors, warnings)
    else:
        _print_lines(loaded, errors, warnings, found.others)
    if any(problem.code == "unreadable" for item in loaded for problem in item.problems):
        raise typer.Exit(ExitCode.USAGE)
    raise typer.Exit(ExitCode.PROBLEMS if errors or (strict and warnings) else ExitCode.OK)


def _load(name: str) -> Loaded:
    """A file that cannot be read is a problem of its own, so that the others are still checked."""
    try:
        return load(name)
    except InvalidRequest as error:
        shown = STDIN if name == "-" else name
        problem = Problem(shown, 1, 1, Severity.ERROR, "unreadable", error.message)
        return Loaded(shown, "", None, [problem])


def _print_document(loaded: list[Loaded], errors: int, warnings: int) -> None:
    problems = [problem.to_document() for item in loaded for problem in item.problems]
    files = [item.name for item in loaded]
    document = {"files": files, "errors": errors, "warnings": warnings, "problems": problems}
    print_json(document, indent=2)


def _print_lines(loaded: list[Loaded], errors: int, warnings: int, others: int) -> None:
    out = console()
    for item in loaded:
        show_problems(out, item)
    told = ", ".join(
        counted(number, noun)
        for number, noun in ((errors, "error"), (warnings, "warning"))
        if number
    )
    passed_over = f" ({counted(others, 'file')} without rules passed over)" if others else ""
    out.print(f"{counted(len(loaded), 'rule file')}: {told or 'no problems'}{passed_over}")
