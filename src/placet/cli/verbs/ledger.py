"""`placet ledger`: proof that the books add up."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from placet.access.service.keys import account_name
from placet.budgets.service.audit import AuditResult, verify_books
from placet.cli.command import DatabaseUrl, ExitCode, Json, command_app, examples
from placet.cli.database import ready
from placet.cli.output import console, print_json
from placet.kit.log_lines import printable
from placet.people.core.visit import OPERATOR

app = command_app("Verify the books of budgets.")


@app.command(
    epilog=examples(
        "placet ledger verify",
        "placet ledger verify --account acme --json",
        closing="Adds up every entry of every budget again and compares the balances, sequences, "
        "periods and reservations with what is kept. A server may go on writing meanwhile. "
        "Exit code 1 with the first difference. "
        '--json prints {"budgets", "entries", "difference"}.',
    )
)
def verify(
    account: Annotated[
        str | None,
        typer.Option("--account", metavar="ACCOUNT", help="Only this account's budgets."),
    ] = None,
    database: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """Add up every entry again and compare."""
    result = asyncio.run(_verify(database, account))
    if json:
        print_json(
            {
                "budgets": result.budgets,
                "entries": result.entries,
                "difference": result.difference,
            }
        )
    else:
        console().print(_sentence(result))
    if result.difference is not None:
        raise typer.Exit(ExitCode.PROBLEMS)


async def _verify(database_url: str | None, account: str | None) -> AuditResult:
    if account is not None:
        account_name(account)
    async with ready(database_url, create=False) as database:
        return await verify_books(database, OPERATOR, account=account)


def _sentence(result: AuditResult) -> str:
    if result.difference is not None:
        return f"the books do not add up: {printable(result.difference)}"
    budgets = f"{result.budgets} budget{'s' if result.budgets != 1 else ''}"
    entries = f"{result.entries} {'entries' if result.entries != 1 else 'entry'}"
    return f"{budgets}, {entries}: the books add up"
