"""The command `placet`: finds the verb's module, and turns errors into one sentence each."""

from __future__ import annotations

import io
import sys
from importlib import import_module
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from placet import __version__
from placet.cli.command import SETTINGS, ExitCode, examples, exit_code
from placet.cli.files import reason
from placet.cli.output import print_json, printable_lines
from placet.errors import PlacetError
from placet.kit.spelling import closest

# Verb → what it is for. Listed here so that help need not import what the verbs need.
COMMANDS: Final = {
    "check": "List every problem of rule files.",
    "dry-run": "Decide orders by a rule file, without a server.",
    "serve": "Run the server.",
    "push": "Check a rule file and publish it to a server.",
    "keys": "Create, list and revoke app keys.",
    "users": "List people, put them on record, deactivate them.",
    "units": "List, create, rename, move and delete organization units.",
    "tokens": "Create, list and revoke user tokens.",
    "settings": "Show and change the settings of an account.",
    "import": "Import organizations, cost centers and members from a workbook.",
    "ledger": "Verify the books of budgets.",
    "statement": "Print a budget's transactions.",
    "pacing": "Print a paced budget's plan against what was spent, day by day.",
    "outbox": "List and retry outgoing messages.",
    "db": "Look at and upgrade the database's schema.",
    "schema": "Print the JSON Schema of rule files.",
    "openapi": "Print the OpenAPI document of the HTTP API.",
    "eval": "Evaluate a JSONata expression.",
    "demo": "See a real server accept, deny and hold orders.",
}
_MODULES: Final = {name: f"placet.cli.verbs.{name.replace('-', '_')}" for name in COMMANDS} | {
    "eval": "placet.cli.verbs.evaluate",
    "import": "placet.cli.verbs.imports",
}


class LazyGroup(TyperGroup):
    """A group whose commands are imported when they are called, so that each starts quickly."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The verbs, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The verb's command, None for an unknown verb."""
        module = _MODULES.get(cmd_name)
        return typer.main.get_command(import_module(module).app) if module else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that `args` call, or a usage error with what may have been meant."""
        if args[0] not in COMMANDS:
            meant = closest(args[0], COMMANDS)
            hint = f" Did you mean `{meant}`?" if meant else ""
            ctx.fail(f"There is no command `{args[0]}`.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the verbs into the help without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


app: Final = typer.Typer(
    cls=LazyGroup,
    context_settings=SETTINGS,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"placet {__version__}")
        raise typer.Exit


@app.callback(
    epilog=examples(
        "placet demo",
        "placet check rules/",
        "placet dry-run rules.yaml --order order.json",
        "placet serve",
        closing="Exit codes: 0 fine, 1 problems found, 2 wrong use or bad input, "
        "3 server, network or database.",
    )
)
def placet(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Placet authorizes orders: buying policies, budgets and approvals."""


def run() -> None:
    """The console script. Ends the process with the exit code of the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Names may hold what the terminal's encoding does not have.
            stream.reconfigure(errors="backslashreplace")
    try:
        app(prog_name="placet")
    except PlacetError as error:
        _tell(error.message, code=error.code)
        sys.exit(exit_code(error))
    except OSError as error:
        _tell(reason(error), code="unavailable")
        sys.exit(ExitCode.SERVER)


def _tell(message: str, code: str) -> None:
    """Say what went wrong: to people on standard error, with `--json` to programs as well."""
    sys.stderr.write(f"Error: {printable_lines(message)}\n")
    if "--json" in sys.argv[1:]:
        print_json({"error": message, "code": code})
