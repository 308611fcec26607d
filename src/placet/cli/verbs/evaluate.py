"""`placet eval`: one expression against one document, why it gives what it gives, and its risks."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from placet.cli.command import AtTime, ExitCode, Json, command_app, examples
from placet.cli.files import opened
from placet.cli.moments import moment
from placet.cli.orders import json_document
from placet.cli.output import console, print_json, printable_lines
from placet.errors import InvalidRequest
from placet.jsonata import UNDEFINED, Expression, JSONataError, Limits
from placet.kit.wire_model import Document
from placet.policies.core.compiled import compile_expression, reads_budget_data
from placet.policies.core.evidence import describe_value
from placet.policies.core.hazards import Hazard, find_hazards, repaired

app = command_app()
_MAX_DATA = 50_000_000
_LIMITS = Limits(time_ms=10_000.0)


@app.command(
    "eval",
    epilog=examples(
        "placet eval '$sum([1, 2, 3])'",
        "placet eval 'items[price > 200].sku' --data order.json",
        "placet eval 'value > 100 and $exists(items)' --data order.json --explain",
        "placet eval 'items.price > 200' --analyse",
        "curl -s https://shop.example/order.json | placet eval value --data -",
        closing="Prints the value as JSON. An undefined value prints nothing, and `undefined` on "
        "standard error. --explain prints each part and what it gave; --analyse prints what the "
        "expression reads, and the hazards it has as a rule's condition; with --data they are "
        "judged by that order's fields. With --json an error is printed as "
        '{"error", "code", "line", "column", "position", "token", "hint", "suggestion"}. '
        "Exit codes: 0 evaluated or analysed, 1 the expression is wrong or fails, 2 wrong use or "
        "bad data.",
    ),
)
def evaluate(
    expression: Annotated[str, typer.Argument(metavar="EXPRESSION", help="JSONata.")],
    *,
    data: Annotated[
        str | None, typer.Option("--data", metavar="FILE", help="JSON input; `-` for stdin.")
    ] = None,
    at: AtTime = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print each part of the expression with its value.")
    ] = False,
    analyse: Annotated[
        bool, typer.Option("--analyse", help="Print what it reads and its hazards; run nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Evaluate a JSONata expression."""
    if explain and analyse:
        raise InvalidRequest("give either --explain or --analyse")
    now = moment(at)
    document = UNDEFINED if data is None else _document(data)
    program = compile_expression(expression)
    if isinstance(program, JSONataError):
        raise _failed(program, json)
    if analyse:
        _print_analysis(program, None if document is UNDEFINED else document, json)
    elif explain:
        _print_explanation(program, document, now, json)
    else:
        _print_value(program, document, now, json)


def _print_value(program: Expression, document: Any, now: int, json: bool) -> None:
    try:
        value = program.evaluate(document, limits=_LIMITS, now=now)
    except JSONataError as error:
        raise _failed(error, json) from error
    if value is UNDEFINED:
        console(stderr=True).print("undefined")
        return
    try:
        print_json(value, indent=2)
    except (TypeError, RecursionError) as error:
        message = f"the value is {describe_value(value)}, which JSON cannot show"
        console(stderr=True).print(f"Error: {message}")
        if json:
            print_json({"error": message, "code": "no-json"})
        raise typer.Exit(ExitCode.PROBLEMS) from error


def _print_explanation(program: Expression, document: Any, now: int, json: bool) -> None:
    explanation = program.explain(document, limits=_LIMITS, now=now)
    if json:
        print_json(explanation.to_document(), indent=2)
    else:
        console().print(printable_lines(explanation.render()))
    if explanation.error is not None:
        # A program finds the error in the explanation.
        raise _failed(explanation.error, json=False)


def _analysis_document(program: Expression, hazards: list[Document]) -> Document:
    found = program.analysis.to_document()
    used = {name: found.pop(name) for name in ("fields", "variables", "functions")}
    return {**used, "readsBudgetData": reads_budget_data(program), **found, "hazards": hazards}


def _print_analysis(program: Expression, sample: Any, json: bool) -> None:
    analysis = program.analysis
    hazards = find_hazards(program, sample=sample)
    if json:
        listed = [hazard.to_document() for hazard in hazards]
        print_json(_analysis_document(program, listed), indent=2)
        return
    rows = {
        "reads": ", ".join(analysis.fields) or "nothing",
        "variables": _listed(analysis.variables),
        "functions": _listed(analysis.functions),
        "reads budget data": _yes_or_no(reads_budget_data(program)),
        "depends on the time": _yes_or_no(analysis.depends_on_time),
        "deterministic": _yes_or_no(analysis.is_deterministic),
    }
    width = max(map(len, rows))
    lines = [f"{name:<{width}}  {value}" for name, value in rows.items()]
    out = console()
    out.print(printable_lines("\n".join(lines)))
    _print_hazards(hazards, program.source)


def _print_hazards(hazards: list[Hazard], source: str) -> None:
    out = console()
    if not hazards:
        out.print("\nno hazards as a rule's condition")
        return
    out.print("\nhazards as a rule's condition:")
    for hazard in hazards:
        out.print(printable_lines(hazard.render(source)))


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"${name}" for name in names) or "none"


def _yes_or_no(answer: bool) -> str:
    return "yes" if answer else "no"


def _document(name: str) -> Any:
    with opened(name) as stream:
        content = stream.read(_MAX_DATA + 1)
    if len(content) > _MAX_DATA:
        raise InvalidRequest(f"the data in `{name}` is larger than {_MAX_DATA} bytes")
    try:
        return json_document(content)
    except InvalidRequest as error:
        raise InvalidRequest(f"the data in `{name}` cannot be used: {error.message}") from error


def _failed(error: JSONataError, json: bool) -> typer.Exit:
    repair = repaired(error)
    told = error.render() if repair is None else f"{error.render()}\nwrite: {repair}"
    console(stderr=True).print(printable_lines(f"Error: {told}"))
    if json:
        print_json(_error_document(error, repair), indent=2)
    return typer.Exit(ExitCode.PROBLEMS)


def _error_document(error: JSONataError, repair: str | None) -> dict[str, Any]:
    return {
        "error": error.message,
        "code": error.code,
        "line": error.line,
        "column": error.column,
        "position": error.position,
        "token": error.token,
        "hint": error.hint,
        "suggestion": repair,
    }
