"""What is asked of databases within a block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import event
from sqlalchemy.engine import Engine

__all__ = ["Statement", "statements"]


class Statement(NamedTuple):
    """A statement as the driver got it, and its parameters."""

    sql: str
    parameters: Any

    @property
    def reads(self) -> bool:
        """Whether it is a query."""
        return self.sql.lstrip().upper().startswith(("SELECT", "WITH"))


@contextmanager
def statements() -> Iterator[list[Statement]]:
    """Every statement that any database is given meanwhile, but for rows that are copied."""
    seen: list[Statement] = []

    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, *_rest: Any) -> None:
        seen.append(Statement(sql, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
