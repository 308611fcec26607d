"""`placet statement`."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from cli.conftest import Placet
from support.books_file import BooksFile, write_books_file


@pytest.fixture
def books(tmp_path: Path) -> BooksFile:
    return write_books_file(tmp_path / "placet.db")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_transactions_are_listed_with_what_remained(placet: Placet, books: BooksFile) -> None:
    result = placet("statement", books.budget_id, "--account", "acme", "--csv")
    assert result.code == 0, result.err
    found = rows(result.out)
    columns = ("type", "amount", "allocationId", "allocationRemaining", "budgetRemaining")
    first, second = books.allocation_ids
    assert [tuple(row[name] for name in columns) for row in found] == [
        ("DEBIT", "20.5", first, "29.5", "79.5"),
        ("DEBIT", "40", second, "10", "39.5"),
        ("CREDIT", "20.5", first, "50", "60"),
    ]
    assert found[2]["originalTransactionId"] == found[0]["transactionId"]
    assert found[0]["reference"] == "order-1"


def test_one_allocation_has_a_statement_of_its_own(placet: Placet, books: BooksFile) -> None:
    asked = ("statement", books.budget_id, "--account", "acme", "--csv", "--allocation")
    assert [row["type"] for row in rows(placet(*asked, books.allocation_ids[1]).out)] == ["DEBIT"]
    refused = placet(*asked, "nothing")
    assert refused.code == 2
    assert "has no allocation `nothing`" in refused.err


def test_people_get_a_table(placet: Placet, books: BooksFile) -> None:
    shown = placet("statement", books.budget_id, "--account", "acme").out
    assert "remains there" in shown
    assert "79.5" in shown


def test_a_formula_in_a_text_stays_a_text(placet: Placet, books: BooksFile) -> None:
    found = rows(placet("statement", books.budget_id, "--account", "acme", "--csv").out)
    assert found[1]["reference"] == "'=cmd()"


def test_another_accounts_budget_is_not_there(placet: Placet, books: BooksFile) -> None:
    result = placet("statement", books.budget_id)
    assert result.code == 2
    assert f"the account `main` has no budget `{books.budget_id}`" in result.err
