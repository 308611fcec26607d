"""The plans of every statement that the tests have Placet execute.

Each new text of a statement is noted when a driver gets it, and explained after its test: on SQLite
with the schema alone, as every new installation has it, and with the statistics of big tables; on
PostgreSQL on big tables. Statements of servers in processes of their own are not seen, and neither
are the tests' own nor those of migrations.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import FrameType
from typing import Any, Final

import asyncpg
import yaml
from greenlet import getcurrent
from sqlalchemy import MetaData, create_engine, event
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Engine
from sqlalchemy.pool import StaticPool

import placet
from placet.database.database import Database
from placet.schema import upgrade
from support.database.big_tables import filling
from support.database.every_table import all_tables
from support.database.plans import Access, Shape, postgres_accesses, sqlite_accesses
from support.postgres import new_database

__all__ = ["DATA", "Issued", "PlanWatch", "load_shape"]

DATA: Final[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("plans.yaml").read_text())
_FEW: Final = frozenset(DATA["few"])
_SQLITE_ROWS: Final = 2_000
_POSTGRES_ROWS: Final = 2_000
_BELIEVED_ROWS: Final = 1_000_000
_EXPLAINED: Final = re.compile(r"\s*(SELECT|WITH|UPDATE|DELETE|INSERT .*\bSELECT\b)", re.DOTALL)
_LIST: Final = re.compile(r"\bIN \((?:\?|\$\d+(?:::\w+)?|\(.*?\))(?:, .*?)?\)")
# As installed, which need not be this checkout.
_SOURCE: Final = f"{Path(placet.__file__).parent}/"
_NUMBER: Final = re.compile(r"\$(\d+)")


@dataclass(frozen=True, slots=True)
class Issued:
    """A statement as a driver got it, one example of its parameters, and which functions of Placet
    asked for it, the innermost first.
    """

    sql: str
    parameters: Any
    callers: tuple[str, ...]


def load_shape() -> Shape:
    """What `plans.yaml` says of the columns."""
    wide = {table: frozenset(columns) for table, columns in DATA["wide"].items()}
    wide["every"] |= _FEW
    return Shape(wide, frozenset(DATA["due"]), frozenset(DATA["small"]))


class PlanWatch:
    """Notes statements from `start` on; `refusals` explains those that are new."""

    def __init__(self) -> None:
        self.postgres_url: str | None = None
        self._new: dict[str, list[Issued]] = {"sqlite": [], "postgresql": []}
        self._known: set[tuple[str, str]] = set()
        self._shape = load_shape()

    def start(self) -> None:
        """Listen to every engine of this process."""
        event.listen(Engine, "before_cursor_execute", self.note)

    def refusals(self) -> Iterator[str]:
        """What walks, in one sentence each, of what was noted since the last time."""
        for issued in self._taken("sqlite"):
            for access in self.explain_sqlite(issued):
                yield from self._refusal("sqlite", issued, access)
        if self.postgres_url is not None and self._new["postgresql"]:
            there = self._taken("postgresql")
            for issued, accesses in zip(there, self.explain_postgres(there), strict=True):
                for access in accesses:
                    yield from self._refusal("postgresql", issued, access)

    def noted(self, issued: Issued, kind: str) -> None:
        """Keep a new statement to be explained."""
        self._new[kind].append(issued)

    def explain_postgres(self, issued: list[Issued]) -> list[list[Access]]:
        """The accesses of each of the statements."""
        plans = self._postgres.plans(issued)
        return [postgres_accesses(plan, self.metadata, _FEW) for plan in plans]

    def explain_sqlite(self, issued: Issued) -> list[Access]:
        """The accesses of both databases."""
        many = issued.parameters and isinstance(issued.parameters, list)
        values = issued.parameters[0] if many else issued.parameters
        accesses = []
        for connection in self._sqlite:
            rows = connection.execute(f"EXPLAIN QUERY PLAN {issued.sql}", values).fetchall()
            accesses += sqlite_accesses(issued.sql, rows, self.metadata)
        return accesses

    @cached_property
    def metadata(self) -> MetaData:
        """All tables."""
        return all_tables()

    @cached_property
    def _sqlite(self) -> tuple[sqlite3.Connection, sqlite3.Connection]:
        bare, big = (_empty_sqlite(self.metadata) for _ in range(2))
        for sql in filling(self.metadata, _SQLITE_ROWS, create_engine("sqlite://").dialect):
            big.execute(sql)
        _believe(big, _BELIEVED_ROWS // _SQLITE_ROWS)
        return bare, big

    @cached_property
    def _postgres(self) -> _BigPostgres:
        assert self.postgres_url is not None
        return _BigPostgres(self.postgres_url, self.metadata)

    def close(self) -> None:
        """Remove what was made to explain on."""
        if "_postgres" in self.__dict__:
            self._postgres.close()

    def _taken(self, kind: str) -> list[Issued]:
        taken, self._new[kind] = self._new[kind], []
        return taken

    def note(self, connection: Any, _cursor: Any, sql: str, parameters: Any, *_rest: Any) -> None:
        kind = connection.dialect.name
        if (kind, sql) in self._known:
            return
        self._known.add((kind, sql))
        short = _LIST.sub("IN (?)", sql)
        if short != sql and (kind, short) in self._known:
            return
        self._known.add((kind, short))
        callers = tuple(_callers())
        if callers and not callers[0].startswith("schema.") and _EXPLAINED.match(sql):
            self.noted(Issued(sql, parameters, callers), kind)

    def _refusal(self, kind: str, issued: Issued, access: Access) -> Iterator[str]:
        if self._shape.walks(access) and not _excepted(issued, access):
            yield f"{issued.callers[0]} walks {access.table} on {kind}: {access.line}\n{issued.sql}"


def _excepted(issued: Issued, access: Access) -> bool:
    """Whether `plans.yaml` gives a reason for this walk."""
    allowed: Mapping[str, Mapping[str, str]] = DATA["exceptions"]
    return any(access.table in allowed.get(caller, ()) for caller in issued.callers)


def _callers() -> Iterator[str]:
    """The functions of Placet that are at work, innermost first: `people.store.users.load`."""
    frame: FrameType | None = sys._getframe(1)
    greenlet = getcurrent()
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(_SOURCE):
            module = name.removeprefix(_SOURCE).removesuffix(".py").replace("/", ".")
            yield f"{module}.{frame.f_code.co_qualname}"
        frame = frame.f_back
        if frame is None and greenlet.parent is not None:
            # SQLAlchemy works in a greenlet of its own; who awaits it is in the one above.
            greenlet = greenlet.parent
            frame = greenlet.gr_frame


def _empty_sqlite(tables: MetaData) -> sqlite3.Connection:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    tables.create_all(engine)
    found: Any = engine.raw_connection().driver_connection
    connection: sqlite3.Connection = found
    return connection


def _believe(connection: sqlite3.Connection, times: int) -> None:
    """Have the planner believe in so many times the rows that there are."""
    connection.execute("ANALYZE")
    for rowid, stat in connection.execute("SELECT rowid, stat FROM sqlite_stat1").fetchall():
        counts = (int(count) for count in stat.split())
        believed = " ".join(str(count * times if count > 1 else count) for count in counts)
        connection.execute("UPDATE sqlite_stat1 SET stat = ? WHERE rowid = ?", (believed, rowid))
    connection.execute("ANALYZE sqlite_schema")


class _BigPostgres:
    """A database with big tables, used from a thread of its own: tests have their event loops."""

    def __init__(self, cluster_url: str, tables: MetaData) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._runner = asyncio.Runner()
        self._created = new_database(cluster_url)
        self._run(self._open, tables)

    def plans(self, issued: list[Issued]) -> list[dict[str, Any]]:
        """The plan of each of the statements, whatever its parameters are."""
        found: list[dict[str, Any]] = self._run(self._plans, issued)
        return found

    def close(self) -> None:
        """Drop it."""
        self._run(self._close)
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()

    def _run(self, method: Any, *arguments: Any) -> Any:
        return self._thread.submit(lambda: self._runner.run(method(*arguments))).result()

    async def _open(self, tables: MetaData) -> None:
        url = await self._created.__aenter__()
        database = Database(url)
        await upgrade(database)
        await database.close()
        self._connection = await asyncpg.connect(url)
        for sql in filling(tables, _POSTGRES_ROWS, postgresql.dialect()):
            await self._connection.execute(sql)
        await self._connection.execute("ANALYZE")
        # As many rows would take minutes to write; the planner believes the count.
        await self._connection.execute(
            f"UPDATE pg_class SET reltuples = {_BELIEVED_ROWS}"
            " WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'i')"
        )
        await self._connection.execute("SET plan_cache_mode = force_generic_plan")

    async def _plans(self, issued: list[Issued]) -> list[dict[str, Any]]:
        plans = []
        for one in issued:
            count = max((int(number) for number in _NUMBER.findall(one.sql)), default=0)
            values = f"({', '.join(['NULL'] * count)})" if count else ""
            await self._connection.execute(f"PREPARE explained AS {one.sql}")
            found = await self._connection.fetchval(
                f"EXPLAIN (FORMAT JSON) EXECUTE explained{values}"
            )
            await self._connection.execute("DEALLOCATE explained")
            plans.append(json.loads(found)[0]["Plan"])
        return plans

    async def _close(self) -> None:
        await self._connection.close()
        await self._created.__aexit__(None, None, None)
