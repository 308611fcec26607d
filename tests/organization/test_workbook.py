"""Cells arrive as the text that was typed, and sheets and columns are told by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from xlsxwriter import Workbook as Writer

from placet.organization.records import cost_centers, members, organizations
from placet.organization.report import write_workbook
from placet.organization.sheets import COST_CENTERS, MEMBERS, ORGANIZATIONS
from placet.organization.workbook import column_letters, read_workbook
from support.workbooks import cost_center, file_of, header, member, organization, row_of


def written(fill: Callable[[Any], None]) -> BytesIO:
    """A workbook that `fill` has written."""
    file = BytesIO()
    with Writer(file) as book:
        fill(book)
    file.seek(0)
    return file


def problems_of(rows: dict[str, list[list[str]]]) -> list[str]:
    file = BytesIO()
    write_workbook(file, rows)
    return [str(problem) for problem in read_workbook(file).problems]


def test_a_whole_workbook_has_no_problems_and_its_records() -> None:
    book = read_workbook(file_of([organization(1)], [cost_center(2)], [member(1)]))
    assert book.problems == ()
    [found] = organizations(book)
    assert (found.id, found.name) == ("org-1", "Organization 1")
    assert [center.id for center in cost_centers(book)] == ["cc-1", "cc-2"]
    assert [(person.email, person.unit_id) for person in members(book)] == [
        ("admin-1@example.com", "org-1"),
        ("member-1@example.com", "cc-1"),
    ]


def test_leading_zeros_stay() -> None:
    book = read_workbook(file_of([organization(1, businessDocument="0001")]))
    [center] = cost_centers(book)
    assert center.details["businessDocument"] == "0001"


def test_numbers_dates_and_truth_become_text() -> None:
    def fill(book: Any) -> None:
        page = book.add_worksheet(MEMBERS.name)
        page.write_row(0, 0, header(MEMBERS))
        page.write_row(1, 0, [17, 1.5, "  padded  ", 1e20, "x"])
        page.write_boolean(1, 5, True)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page.write_datetime(2, 0, datetime(2026, 2, 3), day)  # noqa: DTZ001

    first, second = read_workbook(written(fill)).table(MEMBERS).rows
    assert first.cells == ("17", "1.5", "padded", "1e+20", "x", "true")
    assert second.cells[0] == "2026-02-03"


def test_lists_and_custom_fields_are_taken_apart() -> None:
    file = BytesIO()
    row = row_of(ORGANIZATIONS, organization(1, sellers="a, b,,c "), "blue")
    write_workbook(file, {ORGANIZATIONS.name: [header(ORGANIZATIONS, "CF_Colour"), row]})
    [found] = organizations(read_workbook(file))
    assert found.details["sellers"] == ["a", "b", "c"]
    assert found.details["customFields"] == {"Colour": "blue"}


def test_empty_rows_are_passed_over_and_keep_the_count() -> None:
    file = BytesIO()
    empty = [""] * len(MEMBERS.columns)
    rows = [header(MEMBERS), empty, row_of(MEMBERS, member(1)), empty, row_of(MEMBERS, member(2))]
    write_workbook(file, {MEMBERS.name: rows})
    assert [row.number for row in read_workbook(file).table(MEMBERS).rows] == [3, 5]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda names: names[:-2], "column `Role ID`: the column is missing"),
        (
            lambda names: [*names[:-2], "Rule ID", *names[-1:]],
            "column `Rule ID`: the column is not known; did you mean `Role ID`?",
        ),
        (
            lambda names: [*names, "Shoe size"],
            "column `Shoe size`: the column is not known; custom fields begin with `CF_`",
        ),
        (lambda names: [*names, "Email"], "column `Email`: the sheet has this column twice"),
        (lambda names: [*names, "CF_a", "CF_a"], "column `CF_a`: the sheet has this column twice"),
        (
            lambda names: [*names, "CF_"],
            "column `CF_`: the name of the custom field is missing behind `CF_`",
        ),
        (
            lambda names: ["CF_a", *names],
            "column `Buyer Org ID`: the custom fields must be the last columns",
        ),
    ],
)
def test_columns_are_checked(change: Callable[[list[str]], list[str]], problem: str) -> None:
    names = change(header(MEMBERS))
    assert f"sheet `Members`, row 1, {problem}" in problems_of({MEMBERS.name: [names]})


def test_names_may_have_stars_other_case_and_other_order() -> None:
    names = [f"{name.upper()} *" for name in reversed(header(MEMBERS))]
    assert problems_of({"members": [names]}) == []


def test_a_corrected_report_can_be_read_again() -> None:
    assert problems_of({MEMBERS.name: [[*header(MEMBERS), "errors"]]}) == []


@pytest.mark.parametrize(
    ("sheets", "problem"),
    [
        (
            ["Buyer Orgs", "Member"],
            "sheet `Member`: this sheet is not known; did you mean `Members`?",
        ),
        (
            ["Buyer Orgs", "Notes"],
            "sheet `Notes`: this sheet is not known; remove it, or name it as in the template",
        ),
        (["Buyer Orgs", " members", "Members "], "sheet `Members `: the workbook has this sheet"),
        ([], "sheet `Buyer Orgs`: the workbook has none of the sheets"),
    ],
)
def test_sheets_are_checked(sheets: list[str], problem: str) -> None:
    found = problems_of({name: [["x"]] for name in sheets} or {"Sheet1": []})
    assert any(line.startswith(problem) for line in found)


def test_formulas_and_merged_cells_are_refused_with_their_place() -> None:
    def fill(book: Any) -> None:
        book.add_worksheet(ORGANIZATIONS.name).write_row(0, 0, header(ORGANIZATIONS))
        page = book.add_worksheet(MEMBERS.name)
        page.write_row(0, 0, header(MEMBERS))
        page.write_formula("C3", "=A1", None, "Ada")
        page.merge_range("A5:B6", "x")

    found = [str(problem) for problem in read_workbook(written(fill)).problems]
    assert found == [
        "sheet `Members`, row 5: the cells A5:B6 are merged: take them apart and fill each",
        "sheet `Members`: the cell C3 holds a formula: replace it by its value",
    ]


def test_a_header_that_is_not_in_the_first_row_is_missed() -> None:
    found = problems_of({MEMBERS.name: [[], header(MEMBERS)]})
    assert "sheet `Members`, row 1, column `Email`: the column is missing" in found


def test_a_value_beside_the_columns_is_a_problem() -> None:
    row = row_of(COST_CENTERS, cost_center(1))
    assert problems_of({COST_CENTERS.name: [header(COST_CENTERS), [*row, "stray"]]}) == [
        "sheet `Cost Centers`, row 2: the row has a value right of the last column"
    ]


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (702, "AAA")])
def test_column_letters(index: int, letters: str) -> None:
    assert column_letters(index) == letters
