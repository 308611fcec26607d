"""The sheets of the import workbook and their columns, as the spreadsheet guide names them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

CUSTOM_PREFIX: Final = "CF_"
# A corrected report can be uploaded again, so its own column and sheet are no surprise.
ERRORS_COLUMN: Final = "errors"
NOTES_SHEET: Final = "Import notes"
# What a spreadsheet cell can hold.
LONGEST_CELL: Final = 32_767
# What an id or a name may have.
LONGEST_NAME: Final = 250


class Kind(StrEnum):
    """How a cell's text is checked."""

    ID = "id"
    NAME = "name"
    TEXT = "text"
    EMAIL = "e-mail"
    ROLE = "role"
    BOOLEAN = "boolean"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `key` is its field in records, `example` what the template shows."""

    name: str
    key: str
    kind: Kind
    example: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: `name` in the workbook, `result_name` in results, whether `CF_` columns may follow
    the columns.
    """

    name: str
    result_name: str
    columns: tuple[Column, ...]
    custom_fields: bool

    def column(self, key: str) -> Column:
        """The column of a field."""
        return next(column for column in self.columns if column.key == key)


_ORGANIZATION_ID: Final = Column("Buyer Org ID", "organizationId", Kind.ID, "acme")
_COST_CENTER: Final = (
    Column("Cost Center ID", "costCenterId", Kind.ID, "acme-hq"),
    Column("Cost Center Name", "costCenterName", Kind.NAME, "Headquarters"),
    Column("Address Type", "addressType", Kind.TEXT, "commercial"),
    Column("Postal Code", "postalCode", Kind.TEXT, "01310-100"),
    Column("Street", "street", Kind.TEXT, "Avenida Paulista"),
    Column("Number", "number", Kind.TEXT, "1000"),
    Column("Complement", "complement", Kind.TEXT, "9th floor"),
    Column("Neighborhood", "neighborhood", Kind.TEXT, "Bela Vista"),
    Column("City", "city", Kind.TEXT, "São Paulo"),
    Column("State", "state", Kind.TEXT, "SP"),
    Column("Country", "country", Kind.TEXT, "BRA"),
    Column("Receiver Name", "receiverName", Kind.TEXT, "Goods desk"),
    Column("Phone Number", "phoneNumber", Kind.TEXT, "+55 11 5550 0100"),
    Column("Business Document", "businessDocument", Kind.TEXT, "00012345000199"),
)

ORGANIZATIONS: Final = Sheet(
    "Buyer Orgs",
    "Organizations",
    (
        _ORGANIZATION_ID,
        Column("Buyer Org Name", "organizationName", Kind.NAME, "Acme"),
        Column("Admin First Name", "adminFirstName", Kind.NAME, "Ada"),
        Column("Admin Last Name", "adminLastName", Kind.NAME, "Lima"),
        Column("Admin Email", "adminEmail", Kind.EMAIL, "ada@acme.example"),
        *_COST_CENTER,
        Column("Collections", "collections", Kind.LIST, "137, 140", required=False),
        Column("Price Tables", "priceTables", Kind.LIST, "gold", required=False),
        Column("Payment Terms", "paymentTerms", Kind.LIST, "net 30, net 60", required=False),
        Column("Trade Policies", "tradePolicies", Kind.LIST, "1", required=False),
        Column("Sellers", "sellers", Kind.LIST, "seller-1", required=False),
    ),
    custom_fields=True,
)
COST_CENTERS: Final = Sheet(
    "Cost Centers", "Cost Centers", (_ORGANIZATION_ID, *_COST_CENTER), custom_fields=True
)
MEMBERS: Final = Sheet(
    "Members",
    "Members",
    (
        _ORGANIZATION_ID,
        Column("Cost Center ID", "costCenterId", Kind.ID, "acme-hq"),
        Column("Name", "name", Kind.NAME, "Grace Hopper"),
        Column("Email", "email", Kind.EMAIL, "grace@acme.example"),
        Column("Role ID", "roleId", Kind.ROLE, "Buyer"),
        Column("Can Impersonate", "canImpersonate", Kind.BOOLEAN, "false", required=False),
    ),
    custom_fields=True,
)
SHEETS: Final = (ORGANIZATIONS, COST_CENTERS, MEMBERS)
