"""An uploaded workbook as rows of text, and what is wrong with its sheets and columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import IO, Any, Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from placet.errors import InvalidRequest
from placet.imports.core.archive import ArchiveLimits, Inspection, NoValueCell, inspect_archive
from placet.imports.core.parts import shown_in_zeros
from placet.imports.core.sheets import CUSTOM_PREFIX, ERRORS_COLUMN, NOTES_SHEET, SHEETS, Sheet
from placet.kit.spelling import closest

# A spreadsheet's numbers have 15 decimal digits; what was typed beyond is lost.
_EXACT_DIGITS: Final = 15
_NOT_EXACT: Final = (
    f"the cell holds a number of more than {_EXACT_DIGITS} digits, of which a spreadsheet keeps"
    f" {_EXACT_DIGITS}: format the column as text and type it again"
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: `row` counts as spreadsheets do, from 1 for the header; None: the sheet.

    `column` is the column's name in the sheet, None where it is not about one.
    """

    sheet: str
    row: int | None
    column: str | None
    message: str

    def __str__(self) -> str:
        place = [f"sheet `{self.sheet}`"]
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column is not None:
            place.append(f"column `{self.column}`")
        return f"{', '.join(place)}: {self.message}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not empty: its number and the text of its cells, as long as the header."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet's header, as written, and rows. `places` tells where a known column is, by key;
    `custom` where a custom field is, by name.
    """

    sheet: Sheet
    header: tuple[str, ...] = ()
    rows: Sequence[Row] = ()
    places: Mapping[str, int] = field(default_factory=dict)
    custom: Mapping[str, int] = field(default_factory=dict)

    def text(self, row: Row, key: str) -> str:
        """The text of a row's field, empty where the column is missing."""
        place = self.places.get(key)
        return "" if place is None else row.cells[place]


@dataclass(frozen=True, slots=True)
class Workbook:
    """The three sheets, by their name, what is wrong with them as a whole, and what a user should
    know although it is not wrong.
    """

    tables: Mapping[str, Table]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()

    def table(self, sheet: Sheet) -> Table:
        """The table of a sheet, empty where the workbook has none."""
        return self.tables.get(sheet.name) or Table(sheet)


def read_workbook(file: IO[bytes], limits: ArchiveLimits | None = None) -> Workbook:
    """Read an `.xlsx` workbook; `file` must be seekable.

    Cells are read as the text that the user sees: composed (NFC), without space around it, and with
    the leading zeros of text cells and of numbers in a format of zeros. What a spreadsheet made of
    typed text and cannot give back, dates and numbers of more than 15 digits, is a problem.

    Raises:
        InvalidRequest: it cannot be opened safely, see `inspect_archive`.
    """
    inspection = inspect_archive(file, limits)
    file.seek(0)
    try:
        with CalamineWorkbook.from_filelike(file) as book:
            return _read(book, inspection)
    except CalamineError as error:
        raise InvalidRequest(
            "the workbook cannot be read: save it again with a spreadsheet program",
            code="damaged-workbook",
        ) from error


def column_letters(index: int) -> str:
    """A column's letters from its index, `A` for 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _read(book: CalamineWorkbook, inspection: Inspection) -> Workbook:
    known = {sheet.name.casefold(): sheet for sheet in SHEETS}
    tables: dict[str, Table] = {}
    problems: list[Problem] = []
    notes: list[str] = []
    ignored: set[str] = set()
    for about in book.sheets_metadata:
        name, hidden = about.name, about.visible is not SheetVisibleEnum.Visible
        sheet = known.get(name.strip().casefold())
        if about.typ is not SheetTypeEnum.WorkSheet or name == NOTES_SHEET:
            ignored.add(name)
        elif sheet is None and hidden:
            # Such as the lists that cells are chosen from, which every template has.
            ignored.add(name)
            notes.append(f"the sheet `{name}` is hidden and was left out")
        elif sheet is None:
            if book.get_sheet_by_name(name).start is not None:
                problems.append(Problem(name, None, None, _unknown_sheet(name)))
        elif sheet.name in tables:
            problems.append(Problem(name, None, None, "the workbook has this sheet twice"))
        else:
            reading = _Reading(sheet, name, inspection, problems)
            tables[sheet.name] = table = reading.table(book.get_sheet_by_name(name))
            notes += _hidden_parts(table, inspection, name, hidden)
    if not tables:
        names = ", ".join(f"`{sheet.name}`" for sheet in SHEETS)
        problems.append(
            Problem(SHEETS[0].name, None, None, f"the workbook has none of the sheets {names}")
        )
    problems += _no_values(inspection, ignored)
    return Workbook(tables, tuple(problems), tuple(notes))


def _no_values(inspection: Inspection, ignored: set[str]) -> Iterator[Problem]:
    names = {sheet.part: sheet.name for sheet in inspection.sheets}
    for cell in inspection.no_values:
        name = names.get(cell.part, cell.part)
        if name not in ignored:
            yield Problem(name, None, None, _no_value(cell))


def _no_value(cell: NoValueCell) -> str:
    return f"the cell {cell.place} holds {cell.holds}: replace it by its value"


def _hidden_parts(table: Table, inspection: Inspection, name: str, hidden: bool) -> Iterator[str]:
    """What of a sheet is imported although its user does not see it."""
    look = inspection.look(name)
    sheet = table.sheet.name
    if hidden:
        yield f"the sheet `{sheet}` is hidden; its rows count all the same"
    rows = sum(1 for row in table.rows if row.number in look.hidden_rows)
    if rows:
        what = "1 row is hidden and counts" if rows == 1 else f"{rows} rows are hidden and count"
        yield f"sheet `{sheet}`: {what} all the same"
    columns = [
        column for index, column in enumerate(table.header) if index + 1 in look.hidden_columns
    ]
    if columns:
        names = ", ".join(f"`{column}`" for column in columns)
        what = (
            "the column {} is hidden and counts"
            if len(columns) == 1
            else ("the columns {} are hidden and count")
        )
        yield f"sheet `{sheet}`: {what.format(names)} all the same"


def _unknown_sheet(name: str) -> str:
    meant = closest(name, [sheet.name for sheet in SHEETS])
    hint = f"did you mean `{meant}`?" if meant else "remove it, or name it as in the template"
    return f"this sheet is not known; {hint}"


class _Reading:
    """Reads one sheet; what is wrong with it goes to `problems`."""

    def __init__(
        self, sheet: Sheet, name: str, inspection: Inspection, problems: list[Problem]
    ) -> None:
        self._sheet = sheet
        self._look = inspection.look(name)
        self._pictures = inspection.pictures
        self._problems = problems
        self._header: tuple[str, ...] = ()

    def table(self, content: CalamineSheet) -> Table:
        sheet, problems = self._sheet, self._problems
        merged = list(content.merged_cell_ranges or ())
        for (top, left), (bottom, right) in merged[:100]:
            place = f"{column_letters(left)}{top + 1}:{column_letters(right)}{bottom + 1}"
            message = f"the cells {place} are merged: take them apart and fill each"
            problems.append(Problem(sheet.name, top + 1, None, message))
        lines = self._lines(content)
        first = next(lines, (1, ()))
        header = self._header = _trimmed(first[1]) if first[0] == 1 else ()
        places, custom = _columns(sheet, header, problems)
        width = len(header)
        rows = []
        for number, cells in lines:
            if len(cells) > width and any(cells[width:]):
                message = "the row has a value right of the last column"
                problems.append(Problem(sheet.name, number, None, message))
            rows.append(Row(number, (*cells[:width], *("",) * (width - len(cells)))))
        return Table(sheet, header, rows, places, custom)

    def _lines(self, content: CalamineSheet) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The rows that are not empty, with their number."""
        if content.start is None:
            return
        for index, cells in enumerate(content.iter_rows()):
            if any(cell != "" for cell in cells):
                texts = tuple(
                    [
                        (cell if cell.isascii() else unicodedata.normalize("NFC", cell)).strip()
                        if type(cell) is str
                        else self._text(cell, index, place)
                        for place, cell in enumerate(cells)
                    ]
                )
                if any(texts):
                    yield index + 1, texts

    def _text(self, value: Any, row: int, column: int) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, float):
            return self._number(value, row, column)
        shown = str(value) if isinstance(value, timedelta) else value.isoformat()
        if isinstance(value, datetime) and value.time() == time():
            shown = value.date().isoformat()
        kind = "a date" if isinstance(value, date) else "a time"
        message = (
            f"the cell holds {kind} ({shown}), not the text that was typed: format the column as"
            " text and type it again"
        )
        self._wrong(row, column, message)
        return shown

    def _number(self, value: float, row: int, column: int) -> str:
        shown = repr(value)
        digits = shown.partition("e")[0].replace(".", "").strip("-0")
        whole = value.is_integer()
        if len(digits) > _EXACT_DIGITS or (whole and abs(value) >= 10**_EXACT_DIGITS):
            self._wrong(row, column, _NOT_EXACT)
            return shown
        if not whole:
            return shown
        picture = self._look.picture(row, column)
        if picture and value >= 0:
            return shown_in_zeros(int(value), self._pictures[picture - 1])
        return str(int(value))

    def _wrong(self, row: int, column: int, message: str) -> None:
        # The header's cells are names in any case.
        if row > 0:
            named = column < len(self._header) and self._header[column]
            name = named or column_letters(column)
            self._problems.append(Problem(self._sheet.name, row + 1, name, message))


def _trimmed(header: Sequence[str]) -> tuple[str, ...]:
    names = list(header)
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _columns(
    sheet: Sheet, header: Sequence[str], problems: list[Problem]
) -> tuple[dict[str, int], dict[str, int]]:
    """Where the known and the custom columns are; what is wrong with the header goes to problems.

    A star behind a name, as guides write it for required columns, is no part of the name.
    """
    known = {column.name.casefold(): column for column in sheet.columns}
    places: dict[str, int] = {}
    custom: dict[str, int] = {}
    for index, written in enumerate(header):
        name = written.rstrip("*").rstrip()
        column = known.get(" ".join(name.split()).casefold())
        if written.casefold() == ERRORS_COLUMN and index == len(header) - 1:
            continue
        if column is not None and column.key not in places:
            places[column.key] = index
            if custom:
                message = "the custom fields must be the last columns"
                problems.append(Problem(sheet.name, 1, written, message))
        elif sheet.custom_fields and name[:3].upper() == CUSTOM_PREFIX and name[3:] not in custom:
            custom[name[3:]] = index
            if not name[3:].strip():
                message = f"the name of the custom field is missing behind `{CUSTOM_PREFIX}`"
                problems.append(Problem(sheet.name, 1, written, message))
        else:
            twice = column is not None or name[3:] in custom
            problems.append(
                Problem(sheet.name, 1, written or column_letters(index), _why(name, sheet, twice))
            )
    meant = {closest(name.rstrip("*").rstrip(), _names(sheet)) for name in header}
    problems += [
        Problem(sheet.name, 1, column.name, "the column is missing")
        for column in sheet.columns
        # One that was asked for already is missing under its own name only.
        if column.required and column.key not in places and column.name not in meant
    ]
    return places, custom


def _names(sheet: Sheet) -> list[str]:
    return [column.name for column in sheet.columns]


def _why(name: str, sheet: Sheet, twice: bool) -> str:
    if not name:
        return "the column has no name"
    if twice:
        return "the sheet has this column twice"
    meant = closest(name, _names(sheet))
    hint = f"did you mean `{meant}`?" if meant else f"custom fields begin with `{CUSTOM_PREFIX}`"
    return f"the column is not known; {hint}"
