"""What the rows of a workbook say: organizations, cost centers and members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from placet.imports.core.sheets import COST_CENTERS, MEMBERS, ORGANIZATIONS, Column, Kind
from placet.imports.core.workbook import Row, Table, Workbook

# These fields have their own place in a record.
_OWN: Final = frozenset(
    {
        "organizationId", "organizationName", "adminFirstName", "adminLastName", "adminEmail",
        "costCenterId", "costCenterName",
    }
)  # fmt: skip

Details = dict[str, str | list[str] | dict[str, str]]


@dataclass(frozen=True, slots=True)
class Source:
    """The row a record comes from: the sheet's name and the row's number."""

    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class Organization:
    """A buyer organization. `details`: its lists by field and `customFields`, as given."""

    source: Source
    id: str
    name: str
    details: Details


@dataclass(frozen=True, slots=True)
class CostCenter:
    """A cost center of an organization. `details`: address, phone, document, `customFields`."""

    source: Source
    id: str
    name: str
    organization_id: str
    details: Details


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a unit, which is a cost center, or the organization for its admin.

    `role` is a role's GUID or name in folded case, None for the admin of an organization.
    """

    source: Source
    organization_id: str
    unit_id: str
    name: str
    email: str
    role: str | None
    can_impersonate: bool


def organizations(workbook: Workbook) -> Iterator[Organization]:
    """The organizations, in the order of the rows."""
    table = workbook.table(ORGANIZATIONS)
    lists = [column for column in ORGANIZATIONS.columns if column.kind is Kind.LIST]
    for row in table.rows:
        yield Organization(
            Source(ORGANIZATIONS.name, row.number),
            table.text(row, "organizationId"),
            table.text(row, "organizationName"),
            _details(table, row, lists),
        )


def cost_centers(workbook: Workbook) -> Iterator[CostCenter]:
    """The cost centers: each organization's first one, then those of the sheet of their own."""
    fields = [column for column in COST_CENTERS.columns if column.key not in _OWN]
    for sheet in (ORGANIZATIONS, COST_CENTERS):
        table = workbook.table(sheet)
        for row in table.rows:
            yield CostCenter(
                Source(sheet.name, row.number),
                table.text(row, "costCenterId"),
                table.text(row, "costCenterName"),
                table.text(row, "organizationId"),
                # In the sheet of organizations the custom fields are the organization's.
                _details(table, row, fields, custom=sheet is COST_CENTERS),
            )


def members(workbook: Workbook) -> Iterator[Member]:
    """The people: the organizations' admins, then those of the sheet of members."""
    table = workbook.table(ORGANIZATIONS)
    for row in table.rows:
        names = (table.text(row, "adminFirstName"), table.text(row, "adminLastName"))
        organization = table.text(row, "organizationId")
        yield Member(
            Source(ORGANIZATIONS.name, row.number),
            organization,
            organization,
            " ".join(name for name in names if name),
            table.text(row, "adminEmail"),
            None,
            False,
        )
    table = workbook.table(MEMBERS)
    for row in table.rows:
        yield Member(
            Source(MEMBERS.name, row.number),
            table.text(row, "organizationId"),
            table.text(row, "costCenterId"),
            table.text(row, "name"),
            table.text(row, "email"),
            " ".join(table.text(row, "roleId").strip("{}").split()).casefold(),
            table.text(row, "canImpersonate").lower() == "true",
        )


def _details(table: Table, row: Row, columns: list[Column], *, custom: bool = True) -> Details:
    details: Details = {}
    for column in columns:
        text = table.text(row, column.key)
        if column.kind is Kind.LIST:
            details[column.key] = [part for item in text.split(",") if (part := item.strip())]
        else:
            details[column.key] = text
    if custom and table.custom:
        details["customFields"] = {
            name: row.cells[place] for name, place in table.custom.items() if row.cells[place]
        }
    return details
