"""Records become units and people as they say, but where somebody else has them."""

from __future__ import annotations

import pytest

from placet.database.database import Database
from placet.imports.core.records import cost_centers, members, organizations
from placet.imports.core.state import ImportState
from placet.imports.core.workbook import read_workbook
from placet.imports.service.apply import apply_records
from placet.imports.service.imports import (
    get_import,
    start_validation,
)
from placet.orders.service.pending_approvals import follow_directory
from placet.people.core.roles import Role
from placet.people.core.visit import operator_of
from placet.people.store.units import load_units
from placet.people.store.users import load_users
from support.imports import ROLES, company, content_of, desk_of, imported, uploaded, worker
from support.people.units import person, plant
from support.workbooks import cost_center, file_of, member, organization

pytestmark = pytest.mark.anyio


async def test_units_and_people_are_what_the_rows_say(database: Database) -> None:
    centers, people = company(40)[1:]
    file = file_of(*company(40))
    assert (await imported(database, file.getvalue())).state is ImportState.COMPLETED
    found = await content_of(database)
    roles = {role.guid: role.value for role in Role}
    users = {row[2]: row for row in found["users"]}
    assert len(users) == 40 + 5
    for row in people:
        user = users[row["email"]]
        assert (user[4], user[5]) == (row["name"], row["costCenterId"])
        assert user[6] == f'["{roles[row["roleId"]]}"]'
    owners = {row[1]: row[2] for row in found["buyer_units"]}
    for row in centers:
        assert owners[row["costCenterId"]] == row["organizationId"]
    assert {row[1] for row in found["units"]} == set(owners)


async def test_people_of_units_that_no_import_made_are_left_where_they_are(
    database: Database,
) -> None:
    await imported(database, file_of(*company(1)).getvalue())
    boss, below = "boss@example.com", "below@example.com"
    people = [
        person("boss", "hq", ["Organizational Unit Admin"], email=boss),
        person("below", "team", email=below),
    ]
    await plant(database, {"hq": None, "team": "cc-0"}, *people)
    rows = [
        member(1, "org-0", "cc-0", email=boss, roleId=ROLES[0]),
        member(2, "org-0", "cc-0", email=below, roleId=ROLES[0]),
    ]
    entry = await uploaded(database, file_of([], [], rows).getvalue())
    await start_validation(desk_of(database), operator_of("acme"), entry.import_id)
    await worker(database).work()
    found = await get_import(desk_of(database), operator_of("acme"), entry.import_id)
    assert found.state is ImportState.VALIDATION_FAILED
    assert found.result is not None
    reason = f"`{boss}` belongs to the unit `hq`, which is of no organization"
    assert found.result["problems"] == [f"sheet `Members`, row 2, column `Email`: {reason}"]
    records = members(read_workbook(file_of([], [], rows)))
    async with database.write() as connection:
        failures = await apply_records(connection, "acme", list(records), 1, follow_directory)
        users = await load_users(connection, "acme", ["boss", "below"])
    assert [failure.message for failure in failures] == [reason]
    assert (users["boss"].unit_id, users["below"].unit_id) == ("hq", "cc-0")
    assert users["boss"].roles == {"Organizational Unit Admin"}


async def test_an_id_that_is_another_in_other_case_by_now_is_no_new_unit(
    database: Database,
) -> None:
    await plant(database, {"ORG-1": None})
    rows = file_of([organization(1)], [cost_center(2, costCenterId="Org-1")])
    entry = await uploaded(database, rows.getvalue())
    await start_validation(desk_of(database), operator_of("acme"), entry.import_id)
    await worker(database).work()
    found = await get_import(desk_of(database), operator_of("acme"), entry.import_id)
    assert found.result is not None
    reasons = [f"`{id_}` differs from the id `ORG-1` by case only" for id_ in ("org-1", "Org-1")]
    assert [problem.rpartition(": ")[2] for problem in found.result["problems"]] == reasons
    book = read_workbook(rows)
    async with database.write() as connection:
        records = [*organizations(book), *cost_centers(book)]
        failures = await apply_records(connection, "acme", records, 1, follow_directory)
    assert reasons[0] in [failure.message for failure in failures]
    async with database.read() as connection:
        assert [unit.id for unit in await load_units(connection, "acme")] == ["ORG-1"]
