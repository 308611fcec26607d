"""An account that has one of everything, for tests that try every route."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from placet.imports.core.state import ImportState, StoredImport
from placet.imports.store.imports import insert_import
from placet.kit.ids import new_id
from support.budgets.calls import Budgets, movement, reservation
from support.people.units import person, plant
from support.sellers.calls import Sellers, seller_budget
from support.server import Client, Server, ok

__all__ = ["furnish"]


async def furnish(server: Server, client: Client) -> dict[str, str]:
    """One of everything in the client's account: the ids by the names of path parameters."""
    account = client.account
    unit, user, other = f"unit-of-{account}", f"ana-of-{account}", f"bea-of-{account}"
    people = [person(name, unit, account=account) for name in (user, other)]
    spare = f"spare-of-{account}"
    await plant(server.database, {unit: None, spare: None}, *people, account=account)
    created = await client.create_dimension(unitId=unit)
    pending = await client.submit(f"order-of-{account}", unitId=unit)
    budgets = Budgets(client.http, unit)
    path = await budgets.create_path()
    made = await budgets.post(f"{path}/transactions", movement())
    held = await budgets.post(f"{path}/reservations", reservation())
    spare_path = await budgets.create_path()
    [of_seller] = await Sellers(client.http).create(seller_budget("2031-01-01", "2031-01-31"))
    asked = {"delegatorId": user, "delegateId": other}
    term = {"from": "2030-01-01T00:00:00Z", "until": "2030-01-02T00:00:00Z"}
    delegation = ok(await client.post("/delegations", asked | term))
    imports = await _imports(server, account)
    return {
        "accountName": account,
        "organizationUnitId": unit,
        "contextId": unit,
        "spareUnitId": spare,
        "userId": user,
        "otherUserId": other,
        "delegationId": delegation["id"],
        "dimensionId": created["id"],
        "ruleId": created["ruleCollection"][0]["id"],
        "orderAuthId": pending["id"],
        "orderId": f"order-of-{account}",
        "budgetId": path.split("/")[1],
        "allocationId": path.split("/")[3],
        "spareBudgetId": spare_path.split("/")[1],
        "spareAllocationId": spare_path.split("/")[3],
        "transactionId": made["id"],
        "reservationId": held["id"],
        "sellerBudgetId": of_seller["id"],
        **imports,
    }


async def _imports(server: Server, account: str) -> dict[str, Any]:
    """An import that was uploaded, and one that was validated."""
    uploaded = StoredImport(
        account=account, import_id=new_id(), file_name="orgs.xlsx", state=ImportState.UPLOADED,
        created_at=1, changed_at=1, user_email="", user_name="",
    )  # fmt: skip
    ready = replace(uploaded, import_id=new_id(), state=ImportState.READY_TO_IMPORT)
    async with server.database.write() as connection:
        await insert_import(connection, uploaded)
        await insert_import(connection, ready)
    return {"importId": uploaded.import_id, "readyImportId": ready.import_id}
