"""`placet ledger`."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from cli.conftest import Placet
from support.budgets.books_file import write_books_file


def test_books_that_add_up_are_said_to(placet: Placet, tmp_path: Path) -> None:
    write_books_file(tmp_path / "placet.db")
    result = placet("ledger", "verify")
    assert (result.code, result.err) == (0, "")
    assert result.out == "1 budget, 6 entries: the books add up\n"
    found = json.loads(placet("ledger", "verify", "--account", "nobody", "--json").out)
    assert found == {"budgets": 0, "entries": 0, "difference": None}


def test_the_first_difference_is_told_and_ends_with_1(placet: Placet, tmp_path: Path) -> None:
    budget_id = write_books_file(tmp_path / "placet.db").budget_id
    with sqlite3.connect(tmp_path / "placet.db") as connection:
        connection.execute("UPDATE budgets SET used = used + 1")
    connection.close()
    result = placet("ledger", "verify")
    assert result.code == 1
    assert result.out.startswith("the books do not add up: account `acme`, unit `lab`, ")
    assert budget_id in result.out
    found = placet("ledger", "verify", "--json")
    assert found.code == 1
    assert budget_id in json.loads(found.out)["difference"]


def test_there_must_be_books(placet: Placet) -> None:
    result = placet("ledger", "verify")
    assert result.code == 2
    assert "there is no database" in result.err


def test_the_help_shows_examples(placet: Placet) -> None:
    assert "placet ledger verify --account acme --json" in placet("ledger", "verify", "--help").out
