"""Units that an account does not have are found, with what may have been meant."""

from __future__ import annotations

import pytest

from placet.database.database import Database
from placet.errors import InvalidRequest
from placet.people.store.accounts import ensure_account
from placet.policies.service.unit_gaps import find_unit_gap, refuse_unknown_units
from support.people.units import plant

pytestmark = pytest.mark.anyio


@pytest.fixture
async def acme(database: Database) -> Database:
    await plant(database, {"acme": None, "sales": "acme", "solo": None})
    async with database.write() as connection:
        await ensure_account(connection, "empty", 1)
    return database


@pytest.mark.parametrize(
    ("unit", "meant"), [(None, None), ("slaes", "sales"), ("Sales", "sales"), ("xyz", None)]
)
async def test_a_gap_knows_the_topmost_units_and_what_is_meant(
    acme: Database, unit: str | None, meant: str | None
) -> None:
    async with acme.read() as connection:
        gap = await find_unit_gap(connection, "acme", unit)
    assert gap is not None
    assert (gap.unit_id, gap.meant, sorted(gap.roots)) == (unit, meant, ["acme", "solo"])


async def test_an_account_without_units_has_no_gaps(acme: Database) -> None:
    async with acme.read() as connection:
        assert await find_unit_gap(connection, "empty", "any") is None
        await refuse_unknown_units(connection, "empty", [("unitId", "any")])


async def test_every_field_that_names_an_unknown_unit_is_told(acme: Database) -> None:
    named = [("unitId", "sales"), ("a", "slaes"), ("b", "nowhere"), ("c", "acme")]
    async with acme.read() as connection:
        await refuse_unknown_units(connection, "acme", named[:1])
        with pytest.raises(InvalidRequest) as caught:
            await refuse_unknown_units(connection, "acme", named)
    assert caught.value.code == "unknown-unit"
    assert [(detail.field, "did you mean `sales`?" in detail.message)
            for detail in caught.value.details] == [("a", True), ("b", False)]  # fmt: skip


async def test_of_very_many_only_the_first_are_told(acme: Database) -> None:
    named = [(f"rules[{number}]", f"none-{number}") for number in range(100)]
    async with acme.read() as connection:
        with pytest.raises(InvalidRequest) as caught:
            await refuse_unknown_units(connection, "acme", named)
    assert [detail.field for detail in caught.value.details] == [name for name, _ in named[:20]]
