"""`placet import`."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cli.conftest import Placet
from placet.imports.core.workbook import read_workbook
from placet.people.core.roles import Role
from support.workbooks import file_of, member, organization


@pytest.fixture
def account(placet: Placet) -> str:
    placet("db", "upgrade")
    placet("keys", "create", "--account", "acme", "--permission", "PlaceOrders")
    return "acme"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "good.xlsx"
    people = [member(1, roleId=Role.BUYER.guid)]
    file.write_bytes(file_of([organization(1)], [], people).getvalue())
    return file


def test_a_workbook_is_validated_and_imported(placet: Placet, account: str, good: Path) -> None:
    done = placet("import", good, "--account", account)
    assert done.code == 0, done.err
    assert done.out.splitlines()[0] == "good.xlsx: Completed"
    assert [line.split() for line in done.out.splitlines()[3:]] == [
        ["Organizations", "1", "0"],
        ["Cost", "Centers", "0", "0"],
        ["Members", "1", "0"],
    ]


def test_validation_alone_changes_nothing(placet: Placet, account: str, good: Path) -> None:
    done = placet("import", good, "--account", account, "--validate-only", "--json")
    assert json.loads(done.out)["importState"] == "ReadyToImport"
    placet("tokens", "create", "--account", account, "--user", "x")
    again = placet("import", good, "--account", account, "--json")
    assert json.loads(again.out)["importState"] == "Completed"


def test_problems_are_told_and_the_report_is_written(
    placet: Placet, account: str, tmp_path: Path
) -> None:
    file = tmp_path / "bad.xlsx"
    file.write_bytes(file_of([organization(1, city="")]).getvalue())
    done = placet("import", file, "--account", account, "--report", "report.xlsx")
    assert done.code == 1
    assert "sheet `Buyer Orgs`, row 2, column `City`: a value is required" in done.out
    page = load_workbook(tmp_path / "report.xlsx")["Buyer Orgs"]
    assert "`City`: a value is required" in [cell.value for cell in page[2]]


def test_the_template_can_be_read_and_is_not_overwritten(placet: Placet, tmp_path: Path) -> None:
    assert placet("import", "--template", "template.xlsx").code == 0
    content = (tmp_path / "template.xlsx").read_bytes()
    assert read_workbook(BytesIO(content)).problems == ()
    again = placet("import", "--template", "template.xlsx")
    assert (again.code, "is there already" in again.err) == (2, True)


def test_hidden_rows_are_told_before_they_are_imported(
    placet: Placet, account: str, good: Path
) -> None:
    book = load_workbook(good)
    book["Members"].row_dimensions[2].hidden = True
    book.save(good)
    note = "sheet `Members`: 1 row is hidden and counts all the same"
    done = placet("import", good, "--account", account, "--json")
    assert (done.code, json.loads(done.out)["notes"]) == (0, [note])
    assert done.err == f"note: {note}\n"


def test_the_roles_are_listed_with_their_guids(placet: Placet) -> None:
    lines = placet("import", "--roles").out.splitlines()[2:]
    assert [tuple(line.rsplit(maxsplit=1)) for line in lines] == [
        (role.value, role.guid) for role in Role
    ]
    listed = json.loads(placet("import", "--roles", "--json").out)
    assert listed == [{"name": role.value, "guid": role.guid} for role in Role]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name a workbook"),
        (["missing.xlsx", "--account", "acme"], "there is no file `missing.xlsx`"),
        (["good.xlsx", "--account", "globex"], "there is no account `globex`"),
        (["good.xlsx", "--account", "A B"], "cannot name an account"),
        (["text.csv", "--account", "acme"], "must be the name of an `.xlsx` workbook"),
        (["text.xlsx", "--account", "acme"], "is no workbook"),
        (
            ["good.xlsx", "--account", "acme", "--report", "none/report.xlsx"],
            "`none/report.xlsx` cannot be written: its folder must be there",
        ),
        (
            ["good.xlsx", "--account", "acme", "--report", "good.xlsx"],
            "the report would overwrite the workbook",
        ),
        (
            ["--template", "none/template.xlsx"],
            "`none/template.xlsx` cannot be written: no such file or directory",
        ),
    ],
)
def test_wrong_input_gets_one_sentence(
    placet: Placet, account: str, good: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    for name in ("text.csv", "text.xlsx"):
        (tmp_path / name).write_text("a;b", "utf-8")
    done = placet("import", *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert done.err.count("\n") == 1
