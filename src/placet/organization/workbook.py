"""An uploaded workbook as rows of text, and what is wrong with its sheets and columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import IO, Any, Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from placet.errors import InvalidRequest
from placet.organization.archive import ArchiveLimits, FormulaCell, inspect_archive
from placet.organization.sheets import CUSTOM_PREFIX, ERRORS_COLUMN, SHEETS, Sheet
from placet.spelling import closest

__all__ = ["Problem", "Row", "Table", "Workbook", "column_letters", "read_workbook"]

_MOST_EXACT: Final = 1e15


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
    """The three sheets, by their name, and what is wrong with them as a whole."""

    tables: Mapping[str, Table]
    problems: tuple[Problem, ...]

    def table(self, sheet: Sheet) -> Table:
        """The table of a sheet, empty where the workbook has none."""
        return self.tables.get(sheet.name) or Table(sheet)


def read_workbook(
    file: IO[bytes], limits: ArchiveLimits | None = None, *, inspected: bool = False
) -> Workbook:
    """Read an `.xlsx` workbook; `file` must be seekable. One that is `inspected` was read before
    and had no formulas.

    Cells are read as the text that was typed: leading zeros of text cells stay, whole numbers have
    no fraction.

    Raises:
        InvalidRequest: it cannot be opened safely, see `inspect_archive`.
    """
    formulas = [] if inspected else inspect_archive(file, limits)
    file.seek(0)
    try:
        with CalamineWorkbook.from_filelike(file) as book:
            return _read(book, formulas)
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


def _read(book: CalamineWorkbook, formulas: Sequence[FormulaCell]) -> Workbook:
    known = {sheet.name.casefold(): sheet for sheet in SHEETS}
    tables: dict[str, Table] = {}
    problems: list[Problem] = []
    worksheets = [
        about.name for about in book.sheets_metadata if about.typ is SheetTypeEnum.WorkSheet
    ]
    for name in worksheets:
        content = book.get_sheet_by_name(name)
        sheet = known.get(name.strip().casefold())
        if sheet is None:
            if content.start is not None:
                problems.append(Problem(name, None, None, _unknown_sheet(name)))
        elif sheet.name in tables:
            problems.append(Problem(name, None, None, "the workbook has this sheet twice"))
        else:
            tables[sheet.name] = _table(sheet, content, problems)
    if not tables:
        names = ", ".join(f"`{sheet.name}`" for sheet in SHEETS)
        problems.append(
            Problem(SHEETS[0].name, None, None, f"the workbook has none of the sheets {names}")
        )
    problems += [
        Problem(
            _sheet_of(formula, worksheets),
            None,
            None,
            f"the cell {formula.place} holds a formula: replace it by its value",
        )
        for formula in formulas
    ]
    return Workbook(tables, tuple(problems))


def _unknown_sheet(name: str) -> str:
    meant = closest(name, [sheet.name for sheet in SHEETS])
    hint = f"did you mean `{meant}`?" if meant else "remove it, or name it as in the template"
    return f"this sheet is not known; {hint}"


def _sheet_of(formula: FormulaCell, worksheets: Sequence[str]) -> str:
    """The name of the sheet a part holds; writers number the parts in the order of the sheets."""
    digits = formula.part.rpartition("sheet")[2].removesuffix(".xml")
    number = int(digits) if digits.isascii() and digits.isdigit() else 0
    return worksheets[number - 1] if 0 < number <= len(worksheets) else formula.part


def _table(sheet: Sheet, content: CalamineSheet, problems: list[Problem]) -> Table:
    merged = list(content.merged_cell_ranges or ())
    for (top, left), (bottom, right) in merged[:100]:
        place = f"{column_letters(left)}{top + 1}:{column_letters(right)}{bottom + 1}"
        message = f"the cells {place} are merged: take them apart and fill each"
        problems.append(Problem(sheet.name, top + 1, None, message))
    lines = _lines(content)
    first = next(lines, (1, ()))
    header = _trimmed(first[1]) if first[0] == 1 else ()
    places, custom = _columns(sheet, header, problems)
    width = len(header)
    rows = []
    for number, cells in lines:
        if len(cells) > width and any(cells[width:]):
            message = "the row has a value right of the last column"
            problems.append(Problem(sheet.name, number, None, message))
        rows.append(Row(number, (*cells[:width], *("",) * (width - len(cells)))))
    return Table(sheet, header, rows, places, custom)


def _lines(content: CalamineSheet) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows that are not empty, with their number."""
    if content.start is None:
        return
    for index, cells in enumerate(content.iter_rows()):
        if any(cell != "" for cell in cells):
            texts = tuple([cell.strip() if type(cell) is str else _text(cell) for cell in cells])
            if any(texts):
                yield index + 1, texts


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < _MOST_EXACT
        return str(int(value)) if whole else repr(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value).strip()


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
    problems += [
        Problem(sheet.name, 1, column.name, "the column is missing")
        for column in sheet.columns
        if column.required and column.key not in places
    ]
    return places, custom


def _why(name: str, sheet: Sheet, twice: bool) -> str:
    if not name:
        return "the column has no name"
    if twice:
        return "the sheet has this column twice"
    meant = closest(name, [column.name for column in sheet.columns])
    hint = f"did you mean `{meant}`?" if meant else f"custom fields begin with `{CUSTOM_PREFIX}`"
    return f"the column is not known; {hint}"
