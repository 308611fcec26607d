"""The report is the upload with colours and reasons; the template is an empty one with notes."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

from openpyxl import load_workbook

from placet.imports.core.report import write_report, write_template, write_workbook
from placet.imports.core.sheets import MEMBERS, ORGANIZATIONS, SHEETS
from placet.imports.core.validation import Known, validate
from placet.imports.core.workbook import Problem, read_workbook
from support.workbooks import ROLE, ROLES, file_of, header, member, organization, row_of

GREEN, RED = "FFC6EFCE", "FFFFC7CE"


def test_rows_are_green_or_red_and_say_why() -> None:
    book = read_workbook(file_of([organization(1, street="", city=""), organization(2)]))
    file = BytesIO()
    write_report(file, book, validate(book, Known()).problems)
    page = load_workbook(file)[ORGANIZATIONS.name]
    last = len(ORGANIZATIONS.columns) + 1
    assert page.cell(1, last).value == "errors"
    assert page.cell(2, last).value == "`Street`: a value is required; `City`: a value is required"
    assert page.cell(2, 1).fill.fgColor.rgb == RED
    assert page.cell(3, last).value is None
    assert page.cell(3, 1).fill.fgColor.rgb == GREEN
    assert page.cell(3, 1).value == "org-2"


def test_a_report_of_a_report_has_one_column_of_errors() -> None:
    book = read_workbook(file_of([organization(1)], [], [member(1)]))
    for _ in range(2):
        file = BytesIO()
        write_report(file, book, [])
        book = read_workbook(file)
        assert book.problems == ()
    assert book.table(MEMBERS).header == (*header(MEMBERS), "errors")


def test_problems_of_a_whole_sheet_stand_beside_its_header() -> None:
    file = BytesIO()
    names = header(ORGANIZATIONS)
    write_workbook(file, {ORGANIZATIONS.name: [names[1:]], "Nonsense": [["x"]]})
    book = read_workbook(file)
    report = BytesIO()
    write_report(report, book, [*book.problems, Problem("a/b", None, None, "no")])
    pages = load_workbook(report)
    assert "`Buyer Org ID`: the column is missing" in [
        cell.value for cell in pages[ORGANIZATIONS.name][1]
    ]
    assert pages["a_b"]["B1"].value == "no"
    assert pages["Nonsense"]["B1"].value.startswith("this sheet is not known")


def test_typed_formulas_and_links_come_out_as_text() -> None:
    file = BytesIO()
    row = row_of(MEMBERS, member(1, name="=1+1", email="http://example.com"))
    write_workbook(file, {MEMBERS.name: [header(MEMBERS), row]})
    report = BytesIO()
    write_report(report, read_workbook(file), [])
    page = load_workbook(report)[MEMBERS.name]
    assert [page.cell(2, column).value for column in (3, 4)] == ["=1+1", "http://example.com"]
    with ZipFile(report) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())


def test_the_template_is_a_workbook_without_problems() -> None:
    file = BytesIO()
    write_template(file, ROLES)
    book = read_workbook(file)
    assert book.problems == ()
    assert list(book.tables) == [sheet.name for sheet in SHEETS]
    notes = [cell.comment.text for cell in load_workbook(file)[MEMBERS.name][1] if cell.comment]
    assert any(f"\nOrder Approver: {ROLE}" in note for note in notes)
