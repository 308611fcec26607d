"""`placet statement`: what was debited from a budget and credited to it."""

from __future__ import annotations

import asyncio
import csv
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, Final

import typer

from placet.access.service.keys import account_name
from placet.budgets.core.model import Entry
from placet.budgets.core.statement import Line, Lines, Order
from placet.budgets.service.statement import Statement, StatementRequest, open_statement
from placet.cli.command import DatabaseUrl, command_app, examples
from placet.cli.database import ready
from placet.cli.output import console, print_json, table
from placet.errors import InvalidRequest
from placet.kit.ids import now_ms
from placet.kit.instants import instant_text
from placet.kit.money import amount_text
from placet.people.core.visit import operator_of

app = command_app()

_COLUMNS: Final = (
    "date", "type", "amount", "allocationId", "allocationRemaining", "budgetRemaining",
    "reference", "origin", "requestedBy", "transactionId", "originalTransactionId", "sequence",
)  # fmt: skip
_ALL_COLUMNS: Final = (*_COLUMNS, "change", "balance", "cycle")
_SHOWN: Final = 9
# A spreadsheet takes a cell that begins like this for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
# A statement, piece by piece.
_Pieces = AsyncIterator[Statement]


@app.command(
    epilog=examples(
        "placet statement 01a1fd49-b081-7365-99d6-098c622151b3 --account acme",
        "placet statement 01a1fd49-b081-7365-99d6-098c622151b3 --cycle previous --all",
        "placet statement 01a1fd49-b081-7365-99d6-098c622151b3 --csv > statement.csv",
        closing="Debits and credits, oldest first, with what remained after each; with --from, --to"
        " or --cycle also renewals and changes of the amount. Deleted budgets and allocations keep"
        " their statements. In CSV, a text that a spreadsheet would take for a formula begins with"
        " an apostrophe.",
    )
)
def statement(
    *,
    budget: Annotated[str, typer.Argument(metavar="BUDGET", help="The budget's id.")],
    account: Annotated[
        str, typer.Option("--account", metavar="ACCOUNT", help="Whose budget.")
    ] = "main",
    allocation: Annotated[
        str | None, typer.Option("--allocation", metavar="ID", help="Only this allocation's.")
    ] = None,
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="WHEN", help="From this date (UTC) or instant on."),
    ] = None,
    end: Annotated[
        str | None,
        typer.Option("--to", metavar="WHEN", help="Before this date (UTC) or instant."),
    ] = None,
    cycle: Annotated[
        str | None,
        typer.Option(
            "--cycle",
            metavar="CYCLE",
            help="Of this cycle: `current`, `previous`, its number or an instant in it.",
        ),
    ] = None,
    after: Annotated[
        int | None,
        typer.Option("--after", metavar="SEQUENCE", min=0, help="Only what follows this line."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also renewals and changes of the amount.")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV with all columns.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    database: DatabaseUrl = None,
) -> None:
    """Print a budget's transactions."""
    account_name(account)
    if as_csv and as_json:
        raise InvalidRequest("`--csv` and `--json` exclude each other: give one of them")
    filtered = (start, end, cycle) != (None, None, None)
    lines = Lines.ALL if everything or filtered else Lines.TRANSACTIONS
    request = StatementRequest(
        order=Order.OLDEST, lines=lines, start=start, end=end, cycle=cycle,
        after=None if not after else f"{lines[0]}{Order.OLDEST[0]}{after}",
    )  # fmt: skip
    opened = _opened(database, account, budget, allocation, request=request)
    if as_csv:
        asyncio.run(_print_csv(opened))
    elif as_json:
        asyncio.run(_print_json(opened))
    else:
        asyncio.run(_print_table(opened))


@asynccontextmanager
async def _opened(
    database_url: str | None,
    account: str,
    budget: str,
    allocation: str | None,
    *,
    request: StatementRequest,
) -> AsyncIterator[_Pieces]:
    async with (
        ready(database_url, create=False) as database,
        open_statement(
            database, operator_of(account), budget, allocation, request, now=now_ms()
        ) as pieces,
    ):
        try:
            yield pieces
        except InvalidRequest as error:
            if error.code != "unknown-cursor":
                raise
            message = "`--after` must be the sequence of a line of this statement"
            raise InvalidRequest(message) from error


async def _print_csv(opened: Any) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    begun = False
    async with opened as pieces:
        async for piece in pieces:
            in_all = piece.shown is Lines.ALL
            if not begun:
                writer.writerow(_ALL_COLUMNS if in_all else _COLUMNS)
                begun = True
            for line in piece.lines:
                cells = [*_figures(line.entry), *map(_harmless, _texts(line.entry)), line.sequence]
                writer.writerow([*cells, *(_changes(line) if in_all else ())])


async def _print_json(opened: Any) -> None:
    async with opened as pieces:
        found = [piece async for piece in pieces]
    document = found[-1].to_document()
    document["transactions"] = [
        line for piece in found for line in piece.to_document()["transactions"]
    ]
    del document["next"]
    print_json(document, indent=2)


async def _print_table(opened: Any) -> None:
    headings = ["date", "type", "amount", "allocation", "remains there", "in the budget",
                "reference", "origin", "by"]  # fmt: skip
    async with opened as pieces:
        found = [piece async for piece in pieces]
    rows = [
        [*_figures(line.entry), *_texts(line.entry)][:_SHOWN]
        for piece in found
        for line in piece.lines
    ]
    table(console(), headings, rows)
    last = found[-1]
    opening, closing = amount_text(last.opening), amount_text(last.closing)
    console().print(f"balance: {opening} before, {closing} after; holds are not taken off")


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


def _changes(line: Line) -> list[str]:
    return [amount_text(line.change), amount_text(line.balance), str(line.entry.period)]


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
