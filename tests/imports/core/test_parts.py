"""Numbers in formats of zeros are the digits that people see."""

from __future__ import annotations

from typing import Any

import pytest

from placet.imports.core.sheets import MEMBERS, ORGANIZATIONS
from placet.imports.core.workbook import read_workbook
from support.workbooks import header, written


@pytest.mark.parametrize(
    ("number", "picture", "seen"),
    [
        (1310, "00000", "01310"),
        (123456000199, "00000000000000", "00123456000199"),
        (1310100, "00000-000", "01310-100"),
        (1310, "@", "1310"),
        (1310, "0", "1310"),
        (123456, "000", "123456"),
        (0, "00", "00"),
        (12345678901, r"000\.000\.000\-00", "123.456.789-01"),
        (5, '"no. "000', "no. 005"),
        (1155500100, r"\(00\) 0000-0000_)", "(11) 5550-0100"),
        (7, "000;-000;@", "007"),
        (7.5, "000", "7.5"),
        (-7, "000", "-7"),
        (7, "#,##0", "7"),
        (7, '"0"', "7"),
        (7, "General", "7"),
    ],
)
def test_a_number_in_a_format_of_zeros_has_the_digits_that_are_seen(
    number: float, picture: str, seen: str
) -> None:
    def fill(book: Any) -> None:
        # Sheets and styles before it, so that their numbers are not all 1.
        book.add_worksheet("Lists").hide()
        book.add_worksheet(MEMBERS.name).write(0, 0, "Name", book.add_format({"bold": True}))
        page = book.add_worksheet(ORGANIZATIONS.name)
        page.write_row(0, 0, header(ORGANIZATIONS))
        for row, line in enumerate([["x"], ["y"], ["z"]], start=1):
            page.write_row(row, 0, line)
        page.activate()
        page.write_number(2, 8, number, book.add_format({"num_format": picture}))

    rows = read_workbook(written(fill)).table(ORGANIZATIONS).rows
    assert [row.cells[8] for row in rows] == ["", seen, ""]
