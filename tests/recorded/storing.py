"""A database file as text: its schema, and every row.

Documents stand there byte for byte, and so do keys and fingerprints. Only the digest of a policy
snapshot depends on the moment at which its dimensions were made: it becomes `<digest 1>` if it is
that of the stored document, and stays, and differs, if it is not.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from recorded.normal import Normal
from recorded.playing import workbook_lines

# Columns that hold what is random by itself.
_CHANCE: Final = {"salt", "token_hash", "secret", "key_id", "stamp"}


def known(path: Path) -> dict[str, str]:
    """What is known of this run's digests and days, by the name to show for each."""
    today = datetime.now(UTC).toordinal()
    names = {str(day): "today" for day in (today - 1, today, today + 1)}
    with closing(sqlite3.connect(path)) as store:
        query = "SELECT digest, document FROM policy_snapshots ORDER BY created_at, rowid"
        for number, (digest, document) in enumerate(store.execute(query), 1):
            if digest == _policy_digest(document):
                names[digest] = f"digest {number}"
    return names


def _policy_digest(document: str) -> str:
    """A digest of the digests of its dimensions, each as JSON with sorted keys."""
    digests = [
        _sha256(json.dumps(one, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
        for one in json.loads(document)
    ]
    return _sha256(":".join(digests))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def store_again(path: Path, ids: dict[str, str]) -> None:
    """Copy a budget just made, with its allocations, under other ids: `ids` by the ones it has."""
    with closing(sqlite3.connect(path, timeout=30)) as store, store:
        for table in ("budgets", "budget_periods", "allocations", "ledger_entries"):
            rows = store.execute(f'SELECT * FROM "{table}"').fetchall()
            for row in rows:
                if ids.keys() & {cell for cell in row if isinstance(cell, str)}:
                    again = [ids.get(cell, cell) for cell in row]
                    marks = ", ".join("?" * len(row))
                    store.execute(f'INSERT INTO "{table}" VALUES ({marks})', again)


def dump(path: Path, normal: Normal) -> list[str]:
    """The statements that made the tables, then a line of JSON per row. Rows have no order of their
    own and are sorted by what they say.
    """
    with closing(sqlite3.connect(path)) as store:
        made = store.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
        written = [f"-- {kind} {name}\n{sql}" for kind, name, sql in made]
        query = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        for (table,) in store.execute(query).fetchall():
            written += _table(store, table, normal)
    return "\n".join(written).split("\n")


def _table(store: sqlite3.Connection, table: str, normal: Normal) -> Iterator[str]:
    rows = store.execute(f'SELECT * FROM "{table}"')
    columns = [column[0] for column in rows.description]
    yield f"## {table} ({', '.join(columns)})"
    texts = [_row(columns, row, normal) for row in rows]
    yield from (normal.text(text) for text in sorted(texts, key=normal.unnumbered))


def _row(columns: list[str], row: tuple[Any, ...], normal: Normal) -> str:
    cells = [_cell(name, value, normal) for name, value in zip(columns, row, strict=True)]
    return json.dumps(cells, ensure_ascii=False)


def _cell(name: str, value: Any, normal: Normal) -> Any:
    if name in _CHANCE and value:
        return f"<{name}>"
    if isinstance(value, bytes):
        if value.startswith(b"PK"):
            return ["workbook", *workbook_lines(value, normal)]
        return value.decode("utf-8", "backslashreplace")
    return value
