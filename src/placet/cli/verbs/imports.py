"""`placet import`: buyer organizations, cost centers and members from a workbook."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from placet.access.service.keys import account_name
from placet.cli.command import DatabaseUrl, ExitCode, Json, command_app, examples
from placet.cli.database import ready
from placet.cli.files import reason
from placet.cli.output import console, print_json, table
from placet.errors import InvalidRequest, NotFound
from placet.imports.core.report import write_template
from placet.imports.core.state import ImportState, StoredImport
from placet.imports.service.here import work_here
from placet.imports.service.import_desk import ImportDesk
from placet.imports.service.imports import (
    read_report,
    start_import,
    start_validation,
    upload_workbook,
)
from placet.kit.clock import SystemClock
from placet.kit.log_lines import printable
from placet.people.core.roles import Role
from placet.people.core.visit import Visit, operator_of
from placet.people.service.accounts import check_account
from placet.process import import_desk

_PIECE = 1 << 20

app = command_app()


@app.command(
    name="import",
    epilog=examples(
        "placet import --template > template.xlsx",
        "placet import --roles",
        "placet import orgs.xlsx --account acme --validate-only",
        "placet import orgs.xlsx --account acme --report report.xlsx",
        closing="Everything is validated before anything is written. The same file again changes "
        "nothing. Exit code 1: some rows have problems; the report shows them.",
    ),
)
def import_(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A workbook, `.xlsx`, under 50 MB.")
    ] = None,
    *,
    account: Annotated[
        str | None, typer.Option("--account", metavar="ACCOUNT", help="The account.")
    ] = None,
    validate_only: Annotated[
        bool, typer.Option("--validate-only", help="Look for problems and import nothing.")
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report", metavar="PATH", help="Where to write the report, if there is one."
        ),
    ] = None,
    template: Annotated[
        bool, typer.Option("--template", help="Write an empty workbook with notes and end.")
    ] = False,
    roles: Annotated[
        bool, typer.Option("--roles", help="List the roles that members can have and end.")
    ] = False,
    database: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """Import organizations, cost centers and members from a workbook."""
    if roles:
        _show_roles(json=json)
        return
    if template:
        _write_template(file)
        return
    if file is None or account is None:
        raise InvalidRequest("name a workbook, and its account by --account; or use --template")
    if not file.is_file():
        raise NotFound(f"there is no file `{file}`")
    if report is not None:
        _check_target(report, file)
    with _progress() as shown:
        entry = asyncio.run(
            _import(
                database,
                account_name(account),
                file,
                validate_only=validate_only,
                report=report,
                shown=shown,
            )
        )
    if json:
        print_json(_document(entry))
    else:
        _show(entry)
    if entry.state not in (ImportState.READY_TO_IMPORT, ImportState.COMPLETED):
        raise typer.Exit(ExitCode.PROBLEMS)


def _show_roles(*, json: bool) -> None:
    if json:
        print_json([{"name": role.value, "guid": role.guid} for role in Role])
    else:
        table(console(), ["role", "GUID"], [[role.value, role.guid] for role in Role])


def _write_template(file: Path | None) -> None:
    roles = {role.guid: role.value for role in Role}
    if file is None:
        stream = typer.get_binary_stream("stdout")
        if stream.isatty():
            raise InvalidRequest("a workbook is no text: name a file, or redirect the output")
        write_template(stream, roles)
        return
    if file.exists():
        raise InvalidRequest(f"`{file}` is there already")
    with _written(file) as target:
        write_template(target, roles)
    console(stderr=True).print(f"wrote {file}")


async def _import(
    database_url: str | None,
    account: str,
    file: Path,
    *,
    validate_only: bool,
    report: Path | None,
    shown: Callable[[str, int], None],
) -> StoredImport:
    async with ready(database_url, create=False) as database:
        desk, visit = import_desk(database, SystemClock()), operator_of(account, "placet import")
        await check_account(database, visit)
        entry = await upload_workbook(desk, visit, file.name, _content(file))
        await start_validation(desk, visit, entry.import_id)
        entry = await _worked(desk, visit, entry, ImportState.IN_VALIDATION, shown)
        _tell((entry.result or {}).get("notes", []))
        if entry.state is ImportState.READY_TO_IMPORT and not validate_only:
            entry = await start_import(desk, visit, entry.import_id)
            entry = await _worked(desk, visit, entry, ImportState.IN_PROGRESS, shown)
        if report is not None:
            await _save_report(desk, visit, entry, report)
        return entry


def _tell(notes: list[str]) -> None:
    """Say what is worth knowing before anything is imported."""
    for note in notes:
        console(stderr=True).print(f"note: {printable(note)}")


async def _worked(
    desk: ImportDesk,
    visit: Visit,
    entry: StoredImport,
    state: ImportState,
    shown: Callable[[str, int], None],
) -> StoredImport:
    doing = "validating" if state is ImportState.IN_VALIDATION else "importing"
    started = StoredImport(
        account=entry.account,
        import_id=entry.import_id,
        file_name=entry.file_name,
        state=state,
        created_at=entry.created_at,
        changed_at=entry.changed_at,
    )
    return await work_here(desk, visit, started, lambda percentage: shown(doing, percentage))


async def _save_report(desk: ImportDesk, visit: Visit, entry: StoredImport, path: Path) -> None:
    try:
        _, pieces = await read_report(desk, visit, entry.import_id)
    except NotFound:
        return
    with _written(path) as target:
        async for piece in pieces:
            target.write(piece)


def _check_target(report: Path, file: Path) -> None:
    """Find out before an import, not after it, that its report has no place."""
    if report.is_dir() or not report.parent.is_dir():
        raise InvalidRequest(f"`{report}` cannot be written: its folder must be there")
    if report.exists() and report.samefile(file):
        raise InvalidRequest("the report would overwrite the workbook: name another file")


@contextmanager
def _written(path: Path) -> Iterator[IO[bytes]]:
    try:
        with path.open("wb") as target:
            yield target
    except OSError as error:
        raise InvalidRequest(f"`{path}` cannot be written: {reason(error)}") from error


async def _content(file: Path) -> AsyncIterator[bytes]:
    with file.open("rb") as source:
        while piece := source.read(_PIECE):
            yield piece


def _show(entry: StoredImport) -> None:
    out = console()
    result = entry.result or {}
    out.print(f"{entry.file_name}: {entry.state}")
    rows = [
        [count["name"], str(count["good"]), str(count["bad"])] for count in result.get("counts", [])
    ]
    if rows:
        table(out, ["sheet", "good rows", "bad rows"], rows)
    for problem in result.get("problems", []):
        out.print(problem)
    more = result.get("problemCount", 0) - len(result.get("problems", []))
    if more > 0:
        out.print(f"and {more} more: see the report")


def _document(entry: StoredImport) -> dict[str, Any]:
    result = entry.result or {}
    return {
        "importId": entry.import_id,
        "importState": entry.state,
        "sheets": result.get("counts", []),
        "problems": result.get("problems", []),
        "problemCount": result.get("problemCount", 0),
        "notes": result.get("notes", []),
    }


@contextmanager
def _progress() -> Iterator[Callable[[str, int], None]]:
    """Shows what is being done and how far it is, on a terminal only."""
    out = console(stderr=True)
    if not out.is_terminal:
        yield lambda _doing, _percentage: None
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=out, transient=True) as progress:
        task = progress.add_task("validating", total=100)
        yield lambda doing, percentage: progress.update(
            task, description=doing, completed=percentage
        )
