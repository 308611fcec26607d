"""The workbook's sheets: every field has its column, and what the template shows is valid."""

from __future__ import annotations

import pytest

from placet.imports.core.sheets import (
    CUSTOM_PREFIX,
    ERRORS_COLUMN,
    LONGEST_NAME,
    SHEETS,
    Kind,
    Sheet,
)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_field_leads_to_its_column_and_back(sheet: Sheet) -> None:
    assert [sheet.column(column.key) for column in sheet.columns] == list(sheet.columns)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_column_can_be_taken_for_another_or_for_what_is_added(sheet: Sheet) -> None:
    names = [column.name.casefold() for column in sheet.columns]
    assert len(names) == len({*names, ERRORS_COLUMN}) - 1
    assert not any(name.startswith(CUSTOM_PREFIX.casefold()) for name in names)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_column_shows_an_example_of_its_kind(sheet: Sheet) -> None:
    for column in sheet.columns:
        assert 0 < len(column.example) <= LONGEST_NAME, column.name
        assert ("@" in column.example) == (column.kind is Kind.EMAIL), column.name
