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
from dataclasses import dataclass
from typing import IO, Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from placet.errors import InvalidRequest

__all__ = ["ArchiveLimits", "FormulaCell", "inspect_archive"]

_CHUNK: Final = 1 << 20
_MOST_FORMULAS: Final = 1_000
_MOST_PARTS: Final = 2_000

_NAME: Final = rb"<(?:[^\s<>/:!?]+:)?"
# A self-closing cell holds nothing, however far down a format was applied.
_CELL: Final = re.compile(
    _NAME + rb"c(?:\s[^<>]*?)?(?:\sr\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"'][^<>]*?)(?<!/)>"
)
_ANY_CELL: Final = re.compile(_NAME + rb"c(?:\s[^<>]*?)?(?<!/)>")
_FORMULA: Final = re.compile(_NAME + rb"f[\s/>]")
_CELL_OR_FORMULA: Final = re.compile(_CELL.pattern + rb"|(" + _FORMULA.pattern + rb")")
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
class FormulaCell:
    """A cell that computes: the part of the archive it is in, and its place, such as `C7`."""

    part: str
    place: str


def inspect_archive(file: IO[bytes], limits: ArchiveLimits | None = None) -> list[FormulaCell]:
    """The formula cells of a workbook that is safe to open, at most a thousand.

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
            formulas: list[FormulaCell] = []
            left = limits.unpacked
            for part in parts:
                left = _inspect_part(archive, part, limits, left, formulas)
            return formulas[:_MOST_FORMULAS]
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise InvalidRequest(
            "the file is damaged or no `.xlsx` workbook: save it again and upload it whole",
            code="damaged-workbook",
        ) from error
    except RuntimeError as error:  # what zipfile raises for an encrypted part
        raise InvalidRequest(
            "the file is protected by a password: save it without one", code="unsafe-workbook"
        ) from error


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
    archive: ZipFile, part: ZipInfo, limits: ArchiveLimits, left: int, formulas: list[FormulaCell]
) -> int:
    """Stream one part; the bytes that the parts after it may still have."""
    if not part.filename.endswith((".xml", ".rels")):
        return left
    sheet = _SheetScan(part.filename, limits, formulas)
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


class _SheetScan:
    """Counts what a sheet's cells span and notes those that compute."""

    def __init__(self, part: str, limits: ArchiveLimits, formulas: list[FormulaCell]) -> None:
        self._part = part
        self._limits = limits
        self._formulas = formulas
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
        if len(self._formulas) < _MOST_FORMULAS and _FORMULA.search(piece):
            self._note_formulas(piece)
        if cells:
            self._place = b"".join(cells[-1]).decode()

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
                self._formulas.append(FormulaCell(self._part, place))
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
