"""The report of an import: the uploaded rows in green and red, and what is wrong with each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Final

from xlsxwriter import Workbook as Writer
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from placet.imports.core.sheets import ERRORS_COLUMN, LONGEST_CELL, NOTES_SHEET, SHEETS, Kind, Sheet
from placet.imports.core.workbook import Problem, Table, Workbook

_GREEN: Final = "#C6EFCE"
_RED: Final = "#FFC7CE"
_LAST_ROW: Final = 1_048_575
# Nothing that was typed may come out as a formula, a link or a number.
_AS_TEXT: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_workbook(file: IO[bytes], rows: Mapping[str, Sequence[Sequence[str]]]) -> None:
    """Write a workbook of text: sheet name → rows, the header first."""
    with Writer(file, {"constant_memory": True, **_AS_TEXT}) as book:
        for name, lines in rows.items():
            page = book.add_worksheet(name)
            for number, line in enumerate(lines):
                _write(page, number, line, None)


def write_report(file: IO[bytes], workbook: Workbook, problems: Iterable[Problem]) -> None:
    """Write a copy of the workbook: rows without problems green, the others red, and a last column
    `errors`. What concerns a whole sheet is told beside its header; a sheet of notes has what is no
    problem but worth knowing.
    """
    told: dict[tuple[str, int], list[str]] = {}
    for problem in problems:
        about = f"`{problem.column}`: " if problem.column is not None else ""
        told.setdefault((problem.sheet, problem.row or 1), []).append(about + problem.message)
    with Writer(file, {"constant_memory": True, **_AS_TEXT}) as book:
        bold = book.add_format({"bold": True})
        good, bad = (book.add_format({"bg_color": color}) for color in (_GREEN, _RED))
        wrong_head = book.add_format({"bold": True, "bg_color": _RED})
        others = {sheet for sheet, _ in told} - {sheet.name for sheet in SHEETS}
        for sheet in SHEETS:
            page = book.add_worksheet(sheet.name)
            heads = told.get((sheet.name, 1))
            _sheet(page, workbook.table(sheet), told, (wrong_head if heads else bold, good, bad))
        used = {NOTES_SHEET.casefold(), *(sheet.name.casefold() for sheet in SHEETS)}
        for name in sorted(others):
            page = book.add_worksheet(_page_name(name, used))
            _write(page, 0, [ERRORS_COLUMN, _joined(told.get((name, 1), []))], wrong_head)
        if workbook.notes:
            page = book.add_worksheet(NOTES_SHEET)
            for number, note in enumerate(workbook.notes):
                _write(page, number, [note], None)


def write_template(file: IO[bytes], roles: Mapping[str, str]) -> None:
    """Write an empty workbook whose header cells carry notes: what belongs there, with an example.

    `roles` are role names by GUID, told with the column for them and offered in its cells.
    """
    with Writer(file, _AS_TEXT) as book:
        bold = book.add_format({"bold": True})
        text = book.add_format({"num_format": "@"})
        for sheet in SHEETS:
            page = book.add_worksheet(sheet.name)
            page.freeze_panes(1, 0)
            # As text, so that a spreadsheet program keeps leading zeros.
            page.set_column(0, len(sheet.columns) + 10, 18, text)
            for place, column in enumerate(sheet.columns):
                page.write_string(0, place, column.name + "*" * column.required, bold)
                note = [
                    f"{'Required' if column.required else 'Optional'}. Example: {column.example}"
                ]
                if column.kind is Kind.ROLE:
                    note.append("The name or the GUID of a role:")
                    note += [f"{role}: {guid}" for guid, role in sorted(roles.items())]
                    _choose(page, place, sorted(roles.values()))
                elif column.kind is Kind.BOOLEAN:
                    _choose(page, place, ["true", "false"])
                elif column.kind is Kind.LIST:
                    note.append("Several are separated by commas.")
                page.write_comment(0, place, "\n".join(note), {"x_scale": 2.5})


def _choose(page: Worksheet, column: int, words: Sequence[str]) -> None:
    """Let the cells of a column choose among words; others can be typed all the same."""
    page.data_validation(
        1, column, _LAST_ROW, column,
        {"validate": "list", "source": list(words), "error_type": "warning"},
    )  # fmt: skip


def _sheet(
    page: Worksheet,
    table: Table,
    told: Mapping[tuple[str, int], list[str]],
    formats: tuple[Format, Format, Format],
) -> None:
    head, good, bad = formats
    sheet: Sheet = table.sheet
    header = list(table.header) or [column.name for column in sheet.columns]
    kept = len(header) - (header[-1].casefold() == ERRORS_COLUMN)
    note = told.get((sheet.name, 1), [])
    _write(page, 0, [*header[:kept], ERRORS_COLUMN, *([_joined(note)] if note else [])], head)
    for row in table.rows:
        errors = told.get((sheet.name, row.number))
        line = [*row.cells[:kept], *([_joined(errors)] if errors else [])]
        _write(page, row.number - 1, line, bad if errors else good)


def _write(page: Worksheet, row: int, cells: Sequence[str], style: Format | None) -> None:
    for column, text in enumerate(cells):
        if text:
            page.write_string(row, column, text[:LONGEST_CELL], style)
        elif style is not None:
            page.write_blank(row, column, None, style)


def _joined(messages: Iterable[str]) -> str:
    return "; ".join(messages)[:LONGEST_CELL]


def _page_name(name: str, used: set[str]) -> str:
    """A name the writer accepts for a sheet that only the upload had; it joins those `used`."""
    plain = "".join("_" if character in "[]:*?/\\'" else character for character in name)[:24]
    fresh = plain = plain.strip() or "_"
    number = 1
    while fresh.casefold() in used:
        number += 1
        fresh = f"{plain} ({number})"
    used.add(fresh.casefold())
    return fresh
