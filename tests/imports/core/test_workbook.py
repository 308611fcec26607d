"""Cells arrive as the text that was typed, and sheets and columns are told by name."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from placet.imports.core.records import cost_centers
from placet.imports.core.report import write_workbook
from placet.imports.core.sheets import COST_CENTERS, MEMBERS, NOTES_SHEET, ORGANIZATIONS
from placet.imports.core.workbook import column_letters, read_workbook
from support.workbooks import cost_center, file_of, header, member, organization, row_of, written


def changed_part(file: BytesIO, *replaced: bytes) -> BytesIO:
    """The workbook with its sheets' text replaced: old and new in turn."""
    target = BytesIO()
    with ZipFile(file) as old, ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/"):
                for before, after in zip(replaced[::2], replaced[1::2], strict=True):
                    content = content.replace(before, after)
            new.writestr(name, content)
    return target


def problems_of(rows: dict[str, list[list[str]]]) -> list[str]:
    file = BytesIO()
    write_workbook(file, rows)
    return [str(problem) for problem in read_workbook(file).problems]


def test_leading_zeros_stay() -> None:
    book = read_workbook(file_of([organization(1, businessDocument="0001")]))
    [center] = cost_centers(book)
    assert center.details["businessDocument"] == "0001"


def test_numbers_and_truth_become_the_text_that_is_seen() -> None:
    def fill(book: Any) -> None:
        page = book.add_worksheet(MEMBERS.name)
        page.write_row(0, 0, header(MEMBERS))
        page.write_row(1, 0, [17, 1.5, "  padded  ", 999_999_999_999_999, "x"])
        page.write_boolean(1, 5, True)

    book = read_workbook(written(fill))
    assert book.problems == ()
    assert [row.cells for row in book.table(MEMBERS).rows] == [
        ("17", "1.5", "padded", "999999999999999", "x", "true")
    ]


@pytest.mark.parametrize(
    ("value", "picture", "message"),
    [
        (46054, "yyyy-mm-dd", "the cell holds a date (2026-02-01), not the text that was typed"),
        (46054, "d-mmm", "the cell holds a date (2026-02-01), not the text that was typed"),
        (46054.5, "d.m.yy hh:mm", "the cell holds a date (2026-02-01T12:00:00), not the text"),
        (0.5, "hh:mm", "the cell holds a time (12:00:00), not the text that was typed"),
        (1.5, "[h]:mm", "the cell holds a time (1 day, 12:00:00), not the text that was typed"),
        (1e15, "General", "the cell holds a number of more than 15 digits"),
        (-1e15, "General", "the cell holds a number of more than 15 digits"),
        (123456789012345678, "00000000000000000000", "the cell holds a number of more than 15"),
        (1e20, "0", "the cell holds a number of more than 15 digits"),
    ],
)
@pytest.mark.parametrize("column", ["Buyer Org ID", "Name", "Role ID", "CF_Since"])
def test_what_a_spreadsheet_made_of_typed_text_is_refused_in_place(
    value: float, picture: str, message: str, column: str
) -> None:
    names = header(MEMBERS, "CF_Since")

    def fill(book: Any) -> None:
        page = book.add_worksheet(MEMBERS.name)
        page.write_row(0, 0, names)
        style = book.add_format({"num_format": picture})
        page.write_number(3, names.index(column), value, style)

    [problem] = read_workbook(written(fill)).problems
    assert str(problem).startswith(f"sheet `Members`, row 4, column `{column}`: {message}")
    assert "format the column as text and type it again" in problem.message


def test_names_are_composed_and_have_no_space_around_them() -> None:
    rows = [header(MEMBERS), ["cafe\u0301", "\u00a0x\u3000", "A\u030angstro\u0308m"]]
    file = BytesIO()
    write_workbook(file, {MEMBERS.name: rows})
    [row] = read_workbook(file).table(MEMBERS).rows
    assert row.cells[:3] == ("café", "x", "Ångström")


def test_a_cell_with_an_error_is_refused_with_its_place() -> None:
    def fill(book: Any) -> None:
        page = book.add_worksheet(MEMBERS.name)
        page.write_row(0, 0, header(MEMBERS))
        page.write_number("F2", 17.25)

    file = changed_part(written(fill), b"<v>17.25</v>", b"<v>#N/A</v>", b'r="F2"', b'r="F2" t="e"')
    assert [str(problem) for problem in read_workbook(file).problems] == [
        "sheet `Members`: the cell F2 holds an error: replace it by its value"
    ]


@pytest.mark.parametrize("how", ["hide", "very_hidden"])
def test_hidden_sheets_of_helpers_are_left_out_with_a_note(how: str) -> None:
    def fill(book: Any) -> None:
        lists = book.add_worksheet("Lists & more")
        lists.write_formula(0, 0, "=A2")
        lists.merge_range("A5:B6", "x")
        getattr(lists, how)()
        page = book.add_worksheet(MEMBERS.name)
        page.write_row(0, 0, header(MEMBERS))
        page.activate()

    book = read_workbook(written(fill))
    assert book.problems == ()
    assert book.notes == ("the sheet `Lists & more` is hidden and was left out",)


def test_hidden_rows_columns_and_sheets_count_and_are_told() -> None:
    def fill(book: Any) -> None:
        book.add_worksheet(ORGANIZATIONS.name).write_row(0, 0, header(ORGANIZATIONS))
        page = book.add_worksheet(MEMBERS.name)
        page.hide()
        page.write_row(0, 0, header(MEMBERS))
        for row in range(1, 6):
            page.write(row, 0, f"org-{row}")
        # The last one is empty.
        for row in (2, 4, 9):
            page.set_row(row, None, None, {"hidden": True})
        page.set_column(1, 2, None, None, {"hidden": True})

    book = read_workbook(written(fill))
    assert [row.number for row in book.table(MEMBERS).rows] == [2, 3, 4, 5, 6]
    assert book.notes == (
        "the sheet `Members` is hidden; its rows count all the same",
        "sheet `Members`: 2 rows are hidden and count all the same",
        "sheet `Members`: the columns `Cost Center ID`, `Name` are hidden and count all the same",
    )


def test_a_formula_is_told_with_the_name_of_its_own_sheet() -> None:
    def fill(book: Any) -> None:
        book.add_worksheet("Lists").hide()
        page = book.add_worksheet(MEMBERS.name)
        page.write_row(0, 0, header(MEMBERS))
        page.activate()
        page.write_formula("C3", "=A1", None, "Ada")
        book.add_worksheet(ORGANIZATIONS.name).write_row(0, 0, header(ORGANIZATIONS))

    assert [str(problem) for problem in read_workbook(written(fill)).problems] == [
        "sheet `Members`: the cell C3 holds a formula: replace it by its value"
    ]


def test_the_notes_of_a_report_are_no_sheet_of_the_upload() -> None:
    assert problems_of({MEMBERS.name: [header(MEMBERS)], NOTES_SHEET: [["x"]]}) == []


def test_a_slip_in_a_column_is_not_told_as_missing_too() -> None:
    names = [name.replace("Role ID", "Rule ID") for name in header(MEMBERS)]
    assert problems_of({MEMBERS.name: [names]}) == [
        "sheet `Members`, row 1, column `Rule ID`: the column is not known; did you mean `Role ID`?"
    ]


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
