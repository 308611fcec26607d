"""`placet statement`: what was debited from a budget and credited to it."""

from __future__ import annotations

import asyncio
import csv
import sys
from typing import Annotated, Final

import typer

from placet.application.budgets_statement import open_statement
from placet.application.keys import account_name
from placet.cli.command import DatabaseUrl, command_app, examples
from placet.cli.database import ready
from placet.cli.output import console, table
from placet.ledger.instants import instant_text
from placet.ledger.model import Entry
from placet.money import amount_text

__all__ = ["app"]

app = command_app()

_COLUMNS: Final = (
    "date", "type", "amount", "allocationId", "allocationRemaining", "budgetRemaining",
    "reference", "origin", "requestedBy", "transactionId", "originalTransactionId",
)  # fmt: skip
_SHOWN: Final = 9
# A spreadsheet takes a cell that begins like this for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@app.command(
    epilog=examples(
        "placet statement 01a1fd49-b081-7365-99d6-098c622151b3 --account acme",
        "placet statement 01a1fd49-b081-7365-99d6-098c622151b3 --csv > statement.csv",
        closing="Debits and credits, oldest first, with what remained after each. Deleted budgets "
        "and allocations keep their statements. In CSV, a text that a spreadsheet would take for a "
        "formula begins with an apostrophe.",
    )
)
def statement(
    budget: Annotated[str, typer.Argument(metavar="BUDGET", help="The budget's id.")],
    account: Annotated[
        str, typer.Option("--account", metavar="ACCOUNT", help="Whose budget.")
    ] = "main",
    allocation: Annotated[
        str | None, typer.Option("--allocation", metavar="ID", help="Only this allocation's.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV with all columns.")] = False,
    database: DatabaseUrl = None,
) -> None:
    """Print a budget's transactions."""
    account_name(account)
    if as_csv:
        asyncio.run(_print_csv(database, account, budget, allocation))
        return
    rows = asyncio.run(_rows(database, account, budget, allocation))
    table(console(), ["date", "type", "amount", "allocation", "remains there",
                      "in the budget", "reference", "origin", "by"], rows)  # fmt: skip


async def _print_csv(
    database_url: str | None, account: str, budget: str, allocation: str | None
) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    async with (
        ready(database_url, create=False) as database,
        open_statement(database, account, budget, allocation) as entries,
    ):
        writer.writerow(_COLUMNS)
        async for entry in entries:
            writer.writerow([*_figures(entry), *map(_harmless, _texts(entry))])


async def _rows(
    database_url: str | None, account: str, budget: str, allocation: str | None
) -> list[list[str]]:
    async with (
        ready(database_url, create=False) as database,
        open_statement(database, account, budget, allocation) as entries,
    ):
        return [[*_figures(entry), *_texts(entry)][:_SHOWN] async for entry in entries]


def _figures(entry: Entry) -> list[str]:
    """What Placet itself has written, and no stranger."""
    return [
        instant_text(entry.at),
        entry.kind.value,
        amount_text(entry.amount),
        entry.allocation_id or "",
        "" if entry.balance_after is None else amount_text(entry.balance_after),
        amount_text(entry.budget_balance_after),
    ]


def _texts(entry: Entry) -> list[str]:
    return [
        entry.reference,
        entry.origin,
        entry.requested_by,
        entry.id or "",
        entry.original_id or "",
    ]


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
