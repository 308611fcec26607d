"""A look into an uploaded file before a spreadsheet reader opens it.

A reader allocates what the file claims: one cell in the last row and column would take gigabytes.
So the parts are streamed once, in bounded memory, and everything a workbook of plain cells does not
need is refused: other formats, macros, external links, document type declarations, other encodings
and more rows, columns, cells or text than an import can have.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from placet.errors import InvalidRequest
from placet.imports.core.parts import SheetPart, pictures_of_styles, sheet_parts

_CHUNK: Final = 1 << 20
_MOST_NAMED: Final = 1_000
_MOST_PARTS: Final = 2_000

_NAME: Final = rb"<(?:[^\s<>/:!?]+:)?"
# A self-closing cell holds nothing, however far down a format was applied.
_CELL: Final = re.compile(
    _NAME + rb"c(?:\s[^<>]*?)?(?:\sr\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"'][^<>]*?)(?<!/)>"
)
_ANY_CELL: Final = re.compile(_NAME + rb"c(?:\s[^<>]*?)?(?<!/)>")
_FORMULA: Final = re.compile(_NAME + rb"f[\s/>]")
_CELL_OR_FORMULA: Final = re.compile(_CELL.pattern + rb"|(" + _FORMULA.pattern + rb")")
_HIDDEN_ROW: Final = re.compile(
    _NAME + rb"row(?=\s[^<>]*?\bhidden\s*=\s*[\"'](?:1|true)[\"'])"
    rb"\s[^<>]*?\br\s*=\s*[\"']([0-9]{1,7})[\"']"
)
_HIDDEN_COLUMNS: Final = re.compile(
    _NAME + rb"col(?=\s[^<>]*?\bhidden\s*=\s*[\"'](?:1|true)[\"'])"
    rb"(?=\s[^<>]*?\bmin\s*=\s*[\"']([0-9]{1,5})[\"'])\s[^<>]*?\bmax\s*=\s*[\"']([0-9]{1,5})[\"']"
)
_ERROR_CELL: Final = re.compile(
    _NAME
    + rb"c(?=\s[^<>]*?\bt\s*=\s*[\"']e[\"'])\s[^<>]*?\br\s*=\s*[\"']([A-Z]{1,3}[0-9]{1,7})[\"']"
)
_STYLES: Final = "xl/styles.xml"
_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_COMPUTES: Final = "a formula"
_FAILED: Final = "an error"
_MAYBE_ERROR: Final = re.compile(rb"\st\s*=\s*[\"']e[\"']")
# What the parts may have that are read whole.
_MOST_WHOLE: Final = 16 * _CHUNK
_ENCODING: Final = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How much a workbook may hold: unpacked bytes in all, and per sheet rows, columns and cells
    of the rectangle that its values span.
    """

    unpacked: int = 400_000_000
    rows: int = 500_000
    columns: int = 500
    cells: int = 6_000_000


@dataclass(frozen=True, slots=True)
class NoValueCell:
    """A cell that holds no plain value: the part of the archive it is in, its place, such as `C7`,
    and what it holds instead, in words.
    """

    part: str
    place: str
    holds: str


@dataclass(frozen=True, slots=True)
class SheetLook:
    """What a reader of values does not tell of a sheet: the numbers of its hidden rows and columns,
    from 1, and by a cell's row and column, from 0, the number of the picture that shows it with
    leading zeros.
    """

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    pictures: dict[int, bytearray] = field(default_factory=dict)

    def note(self, row: int, column: int, picture: int) -> None:
        """A cell is shown by this picture; pictures are numbered from 1."""
        rows = self.pictures.setdefault(column, bytearray())
        if len(rows) <= row:
            rows.extend(bytes(row + 1 - len(rows)))
        rows[row] = picture

    def picture(self, row: int, column: int) -> int:
        """The number of the picture that shows a cell, 0 for none."""
        rows = self.pictures.get(column)
        return rows[row] if rows is not None and row < len(rows) else 0


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found in a workbook that is safe to open: cells without a plain value, a thousand at
    most, the sheets in order, how each part looks, and the pictures that its cells name, number 1
    first.
    """

    no_values: list[NoValueCell]
    sheets: list[SheetPart]
    looks: dict[str, SheetLook]
    pictures: list[str]

    def look(self, name: str) -> SheetLook:
        """The look of a sheet by its name."""
        part = next((sheet.part for sheet in self.sheets if sheet.name == name), "")
        return self.looks.get(part) or SheetLook()


def inspect_archive(file: IO[bytes], limits: ArchiveLimits | None = None) -> Inspection:
    """What a reader must know of a workbook, which is safe to open then.

    Raises:
        InvalidRequest: it is no `.xlsx` workbook, damaged, or holds what an import does not need;
            the code is `not-a-workbook`, `damaged-workbook`, `unsafe-workbook` or
            `workbook-too-large`.
    """
    limits = limits or ArchiveLimits()
    try:
        with ZipFile(file) as archive:
            parts = archive.infolist()
            _check_parts(parts, limits)
            styles = pictures_of_styles(_whole(archive, _STYLES))
            pictures = sorted(set(styles.values()))
            looks = _Looks({style: pictures.index(name) + 1 for style, name in styles.items()})
            left = limits.unpacked
            for part in parts:
                left = _inspect_part(archive, part, limits, left, looks)
            sheets = sheet_parts(_whole(archive, _WORKBOOK), _whole(archive, _RELATIONS))
            return Inspection(looks.no_values[:_MOST_NAMED], sheets, looks.by_part, pictures)
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise InvalidRequest(
            "the file is damaged or no `.xlsx` workbook: save it again and upload it whole",
            code="damaged-workbook",
        ) from error
    except RuntimeError as error:  # what zipfile raises for an encrypted part
        raise InvalidRequest(
            "the file is protected by a password: save it without one", code="unsafe-workbook"
        ) from error


def _whole(archive: ZipFile, name: str) -> str:
    """The text of a small part, empty where there is none."""
    if name not in archive.namelist():
        return ""
    with archive.open(name) as stream:
        content = stream.read(_MOST_WHOLE + 1)
    if len(content) > _MOST_WHOLE:
        raise _too_large(f"{_MOST_WHOLE:,} bytes in its part `{name}`")
    return content.decode("utf-8", "replace")


def _check_parts(parts: list[ZipInfo], limits: ArchiveLimits) -> None:
    names = [part.filename for part in parts]
    if "xl/workbook.xml" not in names:
        raise InvalidRequest(
            "the file is no `.xlsx` workbook: save it in the format `Excel Workbook (.xlsx)`",
            code="not-a-workbook",
        )
    if len(names) > _MOST_PARTS or len(set(names)) != len(names):
        raise InvalidRequest(
            "the file is no plain workbook: it has too many parts, or one twice",
            code="unsafe-workbook",
        )
    for name in names:
        if name.startswith("xl/externalLinks/"):
            raise InvalidRequest(
                "the workbook has links to other workbooks: replace them by their values",
                code="unsafe-workbook",
            )
        if name.endswith("vbaProject.bin"):
            raise InvalidRequest(
                "the workbook has macros: save it in the format `Excel Workbook (.xlsx)`",
                code="unsafe-workbook",
            )
    if sum(part.file_size for part in parts) > limits.unpacked:
        raise _too_large(f"{limits.unpacked:,} bytes unpacked")


def _inspect_part(
    archive: ZipFile, part: ZipInfo, limits: ArchiveLimits, left: int, looks: _Looks
) -> int:
    """Stream one part; the bytes that the parts after it may still have."""
    if not part.filename.endswith((".xml", ".rels")):
        return left
    sheet = _SheetScan(part.filename, limits, looks)
    is_sheet = part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml")
    first = True
    for piece, size in _pieces(archive, part, limits):
        left -= size
        # What the directory of the archive says about sizes is the sender's word only.
        if left < 0:
            raise _too_large(f"{limits.unpacked:,} bytes unpacked")
        if first:
            _check_encoding(part.filename, piece)
            first = False
        if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
            raise InvalidRequest(
                f"the workbook's part `{part.filename[:100]}` declares a document type, which"
                " workbooks do not have",
                code="unsafe-workbook",
            )
        if is_sheet:
            sheet.scan(piece)
    return left


def _pieces(archive: ZipFile, part: ZipInfo, limits: ArchiveLimits) -> Iterator[tuple[bytes, int]]:
    """The part in pieces that end before a tag, each with the bytes read for it."""
    rest = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            text = rest + chunk
            cut = text.rfind(b"<")
            if cut <= 0:
                if len(text) > 8 * _CHUNK:
                    raise _too_large(f"{8 * _CHUNK:,} bytes in one cell")
                rest = text
                yield b"<", len(chunk)
                continue
            rest = text[cut:]
            yield text[:cut], len(chunk)
    yield rest, 0


def _check_encoding(name: str, start: bytes) -> None:
    declared = _ENCODING.search(start[:200])
    encoding = declared[1].lower() if declared else b"utf-8"
    if b"\x00" in start[:100] or encoding not in (b"utf-8", b"us-ascii"):
        raise InvalidRequest(
            f"the workbook's part `{name[:100]}` is not in UTF-8", code="unsafe-workbook"
        )


class _Looks:
    """Collects what all sheets look like. `styles`: a picture's number by that of a cell style."""

    def __init__(self, styles: dict[int, int]) -> None:
        self.styles = {str(style).encode(): number for style, number in styles.items()}
        self.no_values: list[NoValueCell] = []
        self.by_part: dict[str, SheetLook] = {}
        # Only the cells of these styles are looked at one by one.
        choice = b"|".join(self.styles)
        self.styled = re.compile(
            _NAME + rb"c(?=\s[^<>]*?\bs\s*=\s*[\"'](" + choice + rb")[\"'])"
            rb"\s[^<>]*?\br\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"']"
            rb"[^<>]*?(?<!/)>"
        )


class _SheetScan:
    """Counts what a sheet's cells span and notes those that compute or are shown in zeros."""

    def __init__(self, part: str, limits: ArchiveLimits, looks: _Looks) -> None:
        self._part = part
        self._limits = limits
        self._looks = looks
        self._no_values = looks.no_values
        self._rows = 0
        self._columns = 0
        self._place = ""

    def scan(self, piece: bytes) -> None:
        """Look at the next piece. Raises InvalidRequest past a limit."""
        cells = _CELL.findall(piece)
        if len(cells) != len(_ANY_CELL.findall(piece)):
            raise InvalidRequest(
                f"the sheet `{self._part[:100]}` has cells without a place: save the file again"
                " with a spreadsheet program",
                code="unsafe-workbook",
            )
        if cells:
            self._rows = max(self._rows, *(int(row) for _, row in cells), 0)
            letters = {column for column, _ in cells}
            self._columns = max(self._columns, *(_number(column) for column in letters), 0)
            self._check()
        self._note_looks(piece)
        if len(self._no_values) < _MOST_NAMED and _FORMULA.search(piece):
            self._note_formulas(piece)
        if _MAYBE_ERROR.search(piece):
            self._no_values += [
                NoValueCell(self._part, place.decode(), _FAILED)
                for place in _ERROR_CELL.findall(piece)[:_MOST_NAMED]
            ]
        if cells:
            self._place = b"".join(cells[-1]).decode()

    def _note_looks(self, piece: bytes) -> None:
        look = self._looks.by_part.setdefault(self._part, SheetLook())
        hidden = (int(row) for row in _HIDDEN_ROW.findall(piece))
        look.hidden_rows.update(row for row in hidden if row <= self._limits.rows)
        for first, last in _HIDDEN_COLUMNS.findall(piece):
            most = min(int(last), self._limits.columns)
            look.hidden_columns.update(range(int(first), most + 1))
        if self._looks.styles:
            for style, column, row in self._looks.styled.findall(piece):
                look.note(int(row) - 1, _number(column) - 1, self._looks.styles[style])

    def _check(self) -> None:
        limits = self._limits
        if self._rows > limits.rows:
            raise _too_large(f"{limits.rows:,} rows in one sheet")
        if self._columns > limits.columns:
            raise _too_large(f"{limits.columns:,} columns in one sheet")
        if self._rows * self._columns > limits.cells:
            raise _too_large(f"{limits.cells:,} cells in one sheet")

    def _note_formulas(self, piece: bytes) -> None:
        place = self._place
        for match in _CELL_OR_FORMULA.finditer(piece):
            if match[3]:
                self._no_values.append(NoValueCell(self._part, place, _COMPUTES))
            else:
                place = (match[1] + match[2]).decode()


def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number


def _too_large(limit: str) -> InvalidRequest:
    return InvalidRequest(
        f"the workbook is too large: it has more than {limit}", code="workbook-too-large"
    )
