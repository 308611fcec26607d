"""A workbook in a process of its own.

Reading and checking a large workbook takes seconds of computing, and what an uploaded file makes a
reader do is nobody's to know. So it happens in a child process with bounded memory: orders are not
held up by it, and a crash ends one import instead of the server.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from placet.errors import InvalidRequest, PlacetError
from placet.imports.core.records import (
    CostCenter,
    Member,
    Organization,
    cost_centers,
    members,
    organizations,
)
from placet.imports.core.report import write_report
from placet.imports.core.sheets import SHEETS
from placet.imports.core.validation import Known, Mentions, Validation, mentions, validate
from placet.imports.core.workbook import Problem, Workbook, read_workbook

_MOST_MEMORY: Final = 2_000_000_000
_DEADLINE_S: Final = 300.0
_TOLD_PROBLEMS: Final = 100

Record = Organization | CostCenter | Member


@dataclass(frozen=True, slots=True)
class SheetCount:
    """A sheet, as results name it, and how many of its rows are good and bad."""

    name: str
    good: int
    bad: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What the validation of a workbook has found; `problems` are the first hundred sentences, and
    `notes` what is no problem but worth knowing.
    """

    is_valid: bool
    counts: tuple[SheetCount, ...]
    problems: tuple[str, ...]
    problem_count: int
    notes: tuple[str, ...] = ()


class WorkbookProcess:
    """Holds one workbook in a child process; an asynchronous context manager.

    Every method raises InvalidRequest when the file is at fault, also when the child could not bear
    it: ran out of memory, took too long, or crashed.
    """

    def __init__(self, path: Path) -> None:
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, str(path)), name="workbook", daemon=True
        )
        self._theirs = theirs

    async def __aenter__(self) -> Self:
        """Start the child."""
        await asyncio.to_thread(self._process.start)
        # The child's end is only the child's: when either side dies, the other one notices.
        self._theirs.close()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the child."""
        self._process.kill()
        await asyncio.to_thread(self._process.join)
        self._connection.close()

    async def open(self) -> int:
        """Read the file; how many records it has."""
        records: int = await self._ask("open")
        return records

    async def notes(self) -> tuple[str, ...]:
        """What is no problem of the file but worth knowing, the first hundred sentences."""
        notes: tuple[str, ...] = await self._ask("notes")
        return notes

    async def mentions(self) -> Mentions:
        """What the file names."""
        found: Mentions = await self._ask("mentions")
        return found

    async def check(self, known: Known) -> Checked:
        """Validate what was read."""
        checked: Checked = await self._ask("check", known)
        return checked

    async def records(self, start: int, count: int) -> list[Record]:
        """Some of the records: organizations, then cost centers, then members."""
        records: list[Record] = await self._ask("records", start, count)
        return records

    async def report(
        self, path: Path, failures: Sequence[Problem] | None = None
    ) -> list[SheetCount]:
        """Write the report to `path`: of what the validation has found, or of `failures`. Answers
        the rows without and with problems.
        """
        counts: list[SheetCount] = await self._ask("report", str(path), failures)
        return counts

    async def _ask(self, *question: Any) -> Any:
        try:
            answer = await asyncio.to_thread(self._exchange, question)
        except (EOFError, OSError) as error:
            raise InvalidRequest(
                "the workbook cannot be read within the time and memory that an import may use",
                code="workbook-too-large",
            ) from error
        if isinstance(answer, PlacetError):
            raise answer
        return answer

    def _exchange(self, question: tuple[Any, ...]) -> Any:
        self._connection.send(question)
        if not self._connection.poll(_DEADLINE_S):
            raise TimeoutError
        return self._connection.recv()


class _Reader:
    """The child's side: answers questions about its workbook."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._workbook: Workbook | None = None
        self._validation: Validation | None = None
        self._records: list[Record] = []

    def open(self) -> int:
        with self._path.open("rb") as file:
            book = self._workbook = read_workbook(file)
        self._records = [*organizations(book), *cost_centers(book), *members(book)]
        return len(self._records)

    def notes(self) -> tuple[str, ...]:
        return self._book.notes[:_TOLD_PROBLEMS]

    def mentions(self) -> Mentions:
        return mentions(self._book)

    def check(self, known: Known) -> Checked:
        found = self._validation = validate(self._book, known)
        return Checked(
            found.is_valid,
            tuple(_counts(found)),
            tuple(str(problem) for problem in found.problems[:_TOLD_PROBLEMS]),
            len(found.problems),
            self.notes(),
        )

    def records(self, start: int, count: int) -> list[Record]:
        return self._records[start : start + count]

    def report(self, path: str, failures: Sequence[Problem] | None) -> list[SheetCount]:
        rows = {sheet.name: len(self._book.table(sheet).rows) for sheet in SHEETS}
        found = Validation(tuple(failures), rows) if failures is not None else self._validation
        if found is None:
            raise ValueError("the workbook was not checked")
        with Path(path).open("wb") as file:
            write_report(file, self._book, found.problems)
        return _counts(found)

    @property
    def _book(self) -> Workbook:
        if self._workbook is None:
            raise ValueError("the workbook was not opened")
        return self._workbook


def _counts(found: Validation) -> list[SheetCount]:
    counts = []
    for sheet in SHEETS:
        bad = found.invalid_rows(sheet)
        counts.append(SheetCount(sheet.result_name, found.rows[sheet.name] - bad, bad))
    return counts


def _serve(connection: Connection, path: str) -> None:
    # An interrupt of the terminal goes to the whole group; the server ends this process itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _bound_memory()
    reader = _Reader(path)
    # Who asked is gone: there is nobody to tell.
    with suppress(EOFError, ConnectionError):
        while True:
            name, *arguments = connection.recv()
            try:
                answer = getattr(reader, name)(*arguments)
            except PlacetError as error:
                answer = error
            connection.send(answer)


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = _MOST_MEMORY if most == resource.RLIM_INFINITY else min(_MOST_MEMORY, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))
