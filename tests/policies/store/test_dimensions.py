"""Dimensions as they are stored: found by what is asked for, in their account only."""

from __future__ import annotations

import pytest

from placet.database.database import Database
from placet.people.store.accounts import ensure_account
from placet.policies.core.model import Dimension, DimensionFilter
from placet.policies.store.dimensions import (
    delete_dimensions,
    find_dimensions,
    insert_dimensions,
    load_applicable_dimensions,
    load_dimension,
    update_dimension,
)
from support.policies.drawn import dimension, rule

pytestmark = pytest.mark.anyio

RULES = [rule("cap", "value > 5")]
ALL = [
    dimension("root", RULES),
    dimension("Sales", RULES, unitId="sales"),
    dimension("lab", RULES, unitId="Lab", name="Straße"),
]


@pytest.fixture
async def stored(database: Database) -> Database:
    async with database.write() as connection:
        for account in ("acme", "globex"):
            await ensure_account(connection, account, 1)
            await insert_dimensions(connection, account, ALL, 1)
    return database


def ids(found: list[Dimension]) -> list[str]:
    return sorted(item.id for item in found)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (None, ["Sales", "lab", "root"]),
        (DimensionFilter(ids=("SALES", "none")), ["Sales"]),
        (DimensionFilter(unit_ids=("lab", "sales")), ["Sales", "lab"]),
        (DimensionFilter(names=("STRASSE",)), ["lab"]),
        (DimensionFilter(ids=("lab",), unit_ids=("sales",)), []),
    ],
)
async def test_filters_are_exact_in_any_case_and_all_must_match(
    stored: Database, wanted: DimensionFilter | None, expected: list[str]
) -> None:
    async with stored.read() as connection:
        assert ids(await find_dimensions(connection, "acme", wanted)) == expected


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ([], ["root"]),
        (["sales"], ["Sales", "root"]),
        (["lab"], ["root"]),
        (["sales", "Lab"], ["Sales", "lab", "root"]),
    ],
)
async def test_those_of_the_units_and_those_of_none_apply(
    stored: Database, units: list[str], expected: list[str]
) -> None:
    async with stored.read() as connection:
        assert ids(await load_applicable_dimensions(connection, "acme", units)) == expected


async def test_a_dimension_is_changed_and_deleted_in_its_account_only(stored: Database) -> None:
    changed = dimension("Sales", [], unitId="lab", name="Moved")
    async with stored.write() as connection:
        await update_dimension(connection, "acme", changed, 2)
        assert await load_dimension(connection, "acme", "Sales") == changed
        assert await load_dimension(connection, "acme", "sales") is None
        assert await load_dimension(connection, "globex", "Sales") == ALL[1]
        assert await delete_dimensions(connection, "acme", ["Sales", "root", "none"]) == 2
        assert ids(await find_dimensions(connection, "acme")) == ["lab"]
        assert len(await find_dimensions(connection, "globex")) == len(ALL)
