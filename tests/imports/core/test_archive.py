"""Hostile files end in one clear sentence, before a spreadsheet reader sees them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from placet.errors import InvalidRequest
from placet.imports.core.archive import ArchiveLimits, inspect_archive
from placet.imports.core.workbook import read_workbook
from support.memory import peak_mebibytes, print_peak
from support.workbooks import file_of, organization

SHEET = "xl/worksheets/sheet1.xml"


def changed(parts: dict[str, bytes | None]) -> BytesIO:
    """A valid workbook with these parts instead (None: without)."""
    file = BytesIO()
    with ZipFile(file_of([organization(1)])) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename not in parts:
                new.writestr(part, old.read(part))
        for name, content in parts.items():
            if content is not None:
                new.writestr(name, content)
    file.seek(0)
    return file


def sheet(body: bytes) -> BytesIO:
    """A workbook whose first sheet has this body."""
    start = b'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return changed({SHEET: start + body + b"</sheetData></worksheet>"})


def cell(place: str) -> bytes:
    return f'<row><c r="{place}"><v>1</v></c></row>'.encode()


ENTITIES = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
)

HOSTILE: dict[str, tuple[Callable[[], BytesIO], str, str]] = {
    "nothing": (lambda: BytesIO(b""), "damaged-workbook", "damaged or no"),
    "text": (lambda: BytesIO(b"a;b;c\n" * 1_000), "damaged-workbook", "damaged or no"),
    "half of it": (
        lambda: BytesIO(file_of([organization(1)]).getvalue()[:3_000]),
        "damaged-workbook",
        "damaged or no",
    ),
    "a damaged part": (
        lambda: BytesIO(file_of([organization(1)]).getvalue().replace(b"sheet1", b"sheetX", 1)),
        "damaged-workbook",
        "damaged or no",
    ),
    "another archive": (
        lambda: changed({"xl/workbook.xml": None}),
        "not-a-workbook",
        "no `.xlsx` workbook",
    ),
    "macros": (lambda: changed({"xl/vbaProject.bin": b"x"}), "unsafe-workbook", "macros"),
    "links to other workbooks": (
        lambda: changed({"xl/externalLinks/externalLink1.xml": b"<x/>"}),
        "unsafe-workbook",
        "links to other workbooks",
    ),
    "entities": (lambda: changed({SHEET: ENTITIES}), "unsafe-workbook", "document type"),
    "entities behind much white space": (
        lambda: changed({SHEET: b" " * 3_000_000 + ENTITIES}),
        "unsafe-workbook",
        "document type",
    ),
    "entities in another encoding": (
        lambda: changed({SHEET: ENTITIES.decode().encode("utf-16")}),
        "unsafe-workbook",
        "not in UTF-8",
    ),
    "a declared encoding": (
        lambda: changed({SHEET: b'<?xml version="1.0" encoding="UTF-7"?><worksheet/>'}),
        "unsafe-workbook",
        "not in UTF-8",
    ),
    "the last cell of all": (
        lambda: sheet(cell("XFD1048576")),
        "workbook-too-large",
        "500,000 rows",
    ),
    "the last column": (lambda: sheet(cell("XFD1")), "workbook-too-large", "500 columns"),
    "too wide and too long": (
        lambda: sheet(cell("A400000") + cell("Z1")),
        "workbook-too-large",
        "6,000,000 cells",
    ),
    "a far cell with a prefix": (
        lambda: sheet(b"<y:c r='XFD9'><y:v>1</y:v></y:c>"),
        "workbook-too-large",
        "500 columns",
    ),
    "a cell without a place": (
        lambda: sheet(b'<row r="1048576"><c><v>1</v></c></row>'),
        "unsafe-workbook",
        "without a place",
    ),
    "a place hidden behind a bracket": (
        lambda: sheet(b'<c x="&gt;>" r="XFD1048576"><v>1</v></c>'),
        "unsafe-workbook",
        "without a place",
    ),
    "a zip bomb": (lambda: changed({SHEET: b" " * 500_000_000}), "workbook-too-large", "unpacked"),
    "a long text": (
        lambda: sheet(b'<c r="A1" t="inlineStr"><is><t>' + b"x" * 20_000_000 + b"</t></is></c>"),
        "workbook-too-large",
        "it has more than 8,388,608 bytes in one cell",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_one_sentence(name: str) -> None:
    make, code, words = HOSTILE[name]
    with pytest.raises(InvalidRequest, match=words) as caught:
        read_workbook(make())
    assert caught.value.code == code


def test_a_password_is_told_apart_from_damage() -> None:
    data = bytearray(file_of([organization(1)]).getvalue())
    # The bit that marks a part as encrypted, in the local header and in the directory.
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(signature)
        while place >= 0:
            data[place + offset] |= 1
            place = data.find(signature, place + 1)
    with pytest.raises(InvalidRequest, match="password"):
        read_workbook(BytesIO(bytes(data)))


def test_sizes_that_the_archive_lies_about_are_counted_anew() -> None:
    limits = ArchiveLimits(unpacked=100_000)
    file = changed({SHEET: b"<worksheet>" + b" " * 200_000 + b"</worksheet>"})
    data = file.getvalue().replace((200_023).to_bytes(4, "little"), (9).to_bytes(4, "little"))
    with pytest.raises(InvalidRequest):
        inspect_archive(BytesIO(data), limits)


def test_empty_cells_that_only_have_a_format_do_not_count() -> None:
    body = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (n, n) for n in range(1, 1_000_001))
    assert inspect_archive(sheet(body)).no_values == []
    assert read_workbook(sheet(body)).tables["Buyer Orgs"].rows == []


def test_the_formulas_named_are_bounded() -> None:
    body = b"".join(b'<c r="A%d"><f>1</f><v>1</v></c>' % n for n in range(1, 5_001))
    assert len(inspect_archive(sheet(body)).no_values) == 1_000


def test_hostile_files_leave_memory_bounded() -> None:
    # Half a gigabyte of it is the zip bomb before it is packed.
    assert peak_mebibytes(__file__) < 1_200


if __name__ == "__main__":
    for make, _, _ in HOSTILE.values():
        file = make()
        with pytest.raises(InvalidRequest):
            read_workbook(file)
    print_peak()
