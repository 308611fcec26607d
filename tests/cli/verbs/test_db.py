"""`placet db`."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from cli.conftest import Placet
from placet.schema import head_revision


def test_an_empty_database_is_upgraded_once(placet: Placet) -> None:
    head = head_revision()
    assert placet("db", "upgrade").out == f"schema {head}, before: none\n"
    assert placet("db", "upgrade").out == f"schema {head}: nothing to do\n"
    current = placet("db", "current")
    assert (current.code, current.out) == (0, f"schema {head}, needed {head}\n")


def test_another_schema_is_code_1(placet: Placet, tmp_path: Path) -> None:
    (tmp_path / "placet.db").touch()
    current = placet("db", "current")
    assert (current.code, current.out) == (1, f"schema none, needed {head_revision()}\n")


def test_looking_makes_no_database(placet: Placet, tmp_path: Path) -> None:
    current = placet("db", "current")
    assert (current.code, current.out) == (2, "")
    assert list(tmp_path.iterdir()) == []


COMMANDS = [
    ("db", "upgrade"),
    ("db", "current"),
    ("serve", "--port", "0"),
    ("keys", "list"),
    ("keys", "create", "--account", "acme", "--permission", "PlaceOrders"),
    ("tokens", "list"),
    ("settings", "show", "--account", "acme"),
    ("outbox", "list"),
    ("ledger", "verify"),
]


def _newer(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    connection.close()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_newer_schema_is_one_sentence_for_every_command(
    placet: Placet, tmp_path: Path, command: tuple[str, ...]
) -> None:
    _newer(tmp_path / "placet.db")
    result = placet(*command)
    if command == ("db", "current"):
        assert (result.code, result.err) == (1, "")
        return
    assert result.code == 3
    assert result.err.startswith("Error: the database has schema 9999, which this version")
    assert result.err.count("\n") == 1


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("postgresql://x@127.0.0.1:1/y", 3, "does not answer: [Errno 111]"),
        ("postgresql://x@127.0.0.1:1/y?sslmode=require", 3, "does not answer: [Errno 111]"),
        ("postgresql://x@127.0.0.1:1/y?sslmode=on", 2, "`sslmode` of the database URL must be"),
        ("postgresql://x@127.0.0.1:1/y?sslmod=require", 2, "the parameter `sslmod`"),
        ("sqlite:///damaged.db", 3, "file is not a database"),
        ("sqlite:///folder", 3, "unable to open database file"),
    ],
)
def test_no_database_trouble_is_a_traceback(
    placet: Placet, tmp_path: Path, command: tuple[str, ...], url: str, code: int, words: str
) -> None:
    (tmp_path / "damaged.db").write_text("no database, but long enough to be read as one " * 50)
    (tmp_path / "folder").mkdir()
    result = placet(*command, "--database", url)
    assert result.code == code
    assert words in result.err
    assert result.err.startswith("Error: ")
    assert result.err.count("\n") == 1
