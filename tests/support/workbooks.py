"""Workbooks to import, as rows or as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook as Writer

from placet.imports.core.report import write_workbook
from placet.imports.core.sheets import COST_CENTERS, MEMBERS, ORGANIZATIONS, SHEETS, Sheet

__all__ = [
    "ROLE",
    "ROLES",
    "cost_center",
    "file_of",
    "header",
    "member",
    "organization",
    "row_of",
    "written",
]

ROLE = "0b7c7c0e-6f6e-4a4e-9d5e-8a8f8d8c8b8a"
ROLES = {ROLE: "Order Approver"}

_ADDRESS = {
    "addressType": "commercial",
    "postalCode": "00123-000",
    "street": "Main Street",
    "number": "1",
    "complement": "back",
    "neighborhood": "Centre",
    "city": "Town",
    "state": "TS",
    "country": "BRA",
    "receiverName": "Desk",
    "phoneNumber": "555",
    "businessDocument": "00012345000199",
}

Row = dict[str, str]


def organization(number: int = 1, **fields: str) -> Row:
    """A valid row of organizations, `fields` by key."""
    return {
        "organizationId": f"org-{number}",
        "organizationName": f"Organization {number}",
        "adminFirstName": "Ada",
        "adminLastName": f"Admin {number}",
        "adminEmail": f"admin-{number}@example.com",
        "costCenterId": f"cc-{number}",
        "costCenterName": f"Center {number}",
        **_ADDRESS,
        **fields,
    }


def cost_center(number: int, organization_id: str = "org-1", **fields: str) -> Row:
    """A valid row of cost centers."""
    return {
        "organizationId": organization_id,
        "costCenterId": f"cc-{number}",
        "costCenterName": f"Center {number}",
        **_ADDRESS,
        **fields,
    }


def member(number: int, organization_id: str = "org-1", unit: str = "cc-1", **fields: str) -> Row:
    """A valid row of members."""
    return {
        "organizationId": organization_id,
        "costCenterId": unit,
        "name": f"Member {number}",
        "email": f"member-{number}@example.com",
        "roleId": ROLE,
        "canImpersonate": "false",
        **fields,
    }


def header(sheet: Sheet, *more: str) -> list[str]:
    """The header of a sheet, with more columns behind."""
    return [*(column.name for column in sheet.columns), *more]


def row_of(sheet: Sheet, row: Mapping[str, str], *more: str) -> list[str]:
    """The cells of a row, in the order of the sheet's columns."""
    return [*(row.get(column.key, "") for column in sheet.columns), *more]


def file_of(
    organizations: Sequence[Mapping[str, str]] = (),
    cost_centers: Sequence[Mapping[str, str]] = (),
    members: Sequence[Mapping[str, str]] = (),
) -> BytesIO:
    """A workbook with all three sheets."""
    content = zip(SHEETS, (organizations, cost_centers, members), strict=True)
    assert SHEETS == (ORGANIZATIONS, COST_CENTERS, MEMBERS)
    file = BytesIO()
    write_workbook(
        file,
        {
            sheet.name: [header(sheet), *(row_of(sheet, row) for row in rows)]
            for sheet, rows in content
        },
    )
    file.seek(0)
    return file


def written(fill: Callable[[Any], None]) -> BytesIO:
    """A workbook that `fill` has written."""
    file = BytesIO()
    with Writer(file) as book:
        fill(book)
    file.seek(0)
    return file
