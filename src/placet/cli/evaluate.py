"""`placet eval`: one expression against one document."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from placet.cli.command import AtTime, ExitCode, command_app, examples
from placet.cli.files import opened
from placet.cli.moments import moment
from placet.cli.orders import json_document
from placet.cli.output import console, print_json
from placet.errors import InvalidRequest
from placet.jsonata import UNDEFINED, JSONataError, Limits
from placet.policy.compiled import compile_expression
from placet.policy.evidence import describe_value
from placet.policy.expressions import check_expression

__all__ = ["app"]

app = command_app()
_MAX_DATA = 50_000_000
_TIME_MS = 10_000.0


@app.command(
    "eval",
    epilog=examples(
        "placet eval '$sum([1, 2, 3])'",
        "placet eval 'items[price > 200].sku' --data order.json",
        "curl -s https://shop.example/order.json | placet eval value --data -",
        closing="Prints the value as JSON. An undefined value prints nothing, and `undefined` on "
        "standard error. Exit codes: 0 evaluated, 1 the expression is wrong or fails, 2 bad data.",
    ),
)
def evaluate(
    expression: Annotated[str, typer.Argument(metavar="EXPRESSION", help="JSONata.")],
    data: Annotated[
        str | None, typer.Option("--data", metavar="FILE", help="JSON input; `-` for stdin.")
    ] = None,
    at: AtTime = None,
) -> None:
    """Evaluate a JSONata expression."""
    now = moment(at)
    document = UNDEFINED if data is None else _document(data)
    program = compile_expression(expression)
    if isinstance(program, JSONataError):
        problem = check_expression(expression)
        raise _failed(str(problem))
    try:
        value = program.evaluate(document, limits=Limits(time_ms=_TIME_MS), now=now)
    except JSONataError as error:
        raise _failed(f"{error.message} ({error.code})") from error
    if value is UNDEFINED:
        console(stderr=True).print("undefined")
        return
    try:
        print_json(value, indent=2)
    except TypeError as error:
        raise _failed(f"the value is {describe_value(value)}, which JSON cannot show") from error


def _document(name: str) -> Any:
    with opened(name) as stream:
        content = stream.read(_MAX_DATA + 1)
    if len(content) > _MAX_DATA:
        raise InvalidRequest(f"the data in `{name}` is larger than {_MAX_DATA} bytes")
    try:
        return json_document(content)
    except InvalidRequest as error:
        raise InvalidRequest(f"the data in `{name}` cannot be used: {error.message}") from error


def _failed(message: str) -> typer.Exit:
    console(stderr=True).print(f"Error: {message}")
    return typer.Exit(ExitCode.PROBLEMS)
