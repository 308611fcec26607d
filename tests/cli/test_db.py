"""`placet db`."""

from __future__ import annotations

from pathlib import Path

from cli.conftest import Placet
from placet.storage.migrations import head_revision


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
