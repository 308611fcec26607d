"""`placet statement`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from cli.conftest import Placet
from support.budgets.books_file import BooksFile, write_books_file


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


def test_changes_of_the_amount_are_lines_where_asked_for(placet: Placet, books: BooksFile) -> None:
    asked = ("statement", books.budget_id, "--account", "acme", "--csv")
    found = rows(placet(*asked, "--all").out)
    assert [row["type"] for row in found] == ["AMOUNT", "DEBIT", "DEBIT", "CREDIT"]
    assert [row["balance"] for row in found] == ["100", "79.5", "39.5", "60"]
    assert rows(placet(*asked, "--cycle", "current").out) == found
    assert rows(placet(*asked, "--cycle", "1").out) == found
    assert rows(placet(*asked, "--from", "1999-01-01", "--to", "9000-01-01").out) == found
    assert rows(placet(*asked, "--to", "1999-01-01").out) == []


def test_a_reader_goes_on_behind_a_line(placet: Placet, books: BooksFile) -> None:
    asked = ("statement", books.budget_id, "--account", "acme", "--csv")
    first, *others = rows(placet(*asked).out)
    assert rows(placet(*asked, "--after", first["sequence"]).out) == others
    refused = placet(*asked, "--after", "999")
    assert refused.code == 2
    assert "`--after` must be" in refused.err


def test_a_program_gets_one_document(placet: Placet, books: BooksFile) -> None:
    asked = ("statement", books.budget_id, "--account", "acme", "--json")
    document = json.loads(placet(*asked).out)
    assert [line["type"] for line in document["transactions"]] == ["DEBIT", "DEBIT", "CREDIT"]
    assert (document["openingBalance"], document["closingBalance"]) == (0, 60)
    document = json.loads(placet(*asked, "--cycle", "current").out)
    assert document["cycle"]["number"] == 1
    assert [line["change"] for line in document["transactions"]] == [100, -20.5, -40, 20.5]


def test_people_are_told_the_balances(placet: Placet, books: BooksFile) -> None:
    shown = placet("statement", books.budget_id, "--account", "acme").out
    assert "balance: 0 before, 60 after" in shown


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--cycle", "9"), "`cycle`: the budget has the cycles 1 to 1, and not `9`"),
        (("--cycle", "current", "--to", "2026-01-01"), "`cycle` excludes `from` and `to`"),
        (("--from", "2026-02-02", "--to", "2026-02-01"), "`from` must not be after `to`"),
        (("--from", "soon"), "`soon` is no instant"),
        (("--csv", "--json"), "`--csv` and `--json` exclude each other"),
    ],
)
def test_what_cannot_be_printed_is_refused(
    placet: Placet, books: BooksFile, options: tuple[str, ...], sentence: str
) -> None:
    result = placet("statement", books.budget_id, "--account", "acme", *options)
    assert result.code == 2
    assert sentence in result.err
