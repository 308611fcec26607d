"""Who had a hand in an order: kept from now on, and read from the histories that there were."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from alembic.command import upgrade as run_upgrade
from alembic.config import Config
from sqlalchemy import MetaData, Table, insert, select
from sqlalchemy.engine import Connection

from placet import schema
from placet.database.database import Database
from placet.orders.store.onlooker_tables import authorization_person_table
from placet.people.core.roles import Role
from placet.schema import upgrade
from support.people.calls import calling_as
from support.people.units import person, plant
from support.server import Server, ok, rule, score
from support.statements import statements

pytestmark = pytest.mark.anyio

ORDERS = "/commercial-authorizations"
# Lines of the history of an order whose buyer is `ana`, and whom they name.
LINES: list[tuple[dict[str, Any], list[str]]] = [
    ({"what": "submitted"}, []),
    ({"actorKind": "user", "actorId": "ana", "onBehalfOf": None}, []),
    ({"actorKind": "app-key", "actorId": "checkout", "onBehalfOf": None}, []),
    ({"actorKind": "user", "actorId": "bea", "onBehalfOf": None}, ["bea"]),
    ({"actorKind": "user", "actorId": "bea", "onBehalfOf": "cfo"}, ["bea", "cfo"]),
]


def _fill(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    run_upgrade(config, "0009")
    for number, (line, _) in enumerate(LINES):
        order = {
            "account": "acme",
            "authorization_id": f"a-{number}",
            "order_id": f"o-{number}",
            "revision": 1,
            "latest": True,
            "status": "accepted",
            "user_profile_id": "ana" if number % 2 else None,
            "fingerprint": "f",
            "policy_digest": "p",
            "version": 1,
            "created_at": 1,
            "changed_at": 1,
            "document": "{}",
        }
        _insert(connection, "authorizations", [order])
        place = {name: order[name] for name in ("account", "authorization_id")}
        document = str(line).replace("'", '"').replace("None", "null")
        lines = [place | {"sequence": each, "at": 1, "document": document} for each in (1, 2)]
        _insert(connection, "authorization_events", lines)


def _insert(connection: Connection, name: str, rows: Iterable[dict[str, Any]]) -> None:
    table = Table(name, MetaData(), autoload_with=connection)
    connection.execute(insert(table), list(rows))


async def _people(database: Database) -> list[tuple[str, str]]:
    columns = authorization_person_table.c
    query = select(columns.authorization_id, columns.person_id).where(columns.account == "acme")
    async with database.read() as connection:
        return sorted((row[0], row[1]) for row in await connection.execute(query))


async def test_the_histories_there_were_are_read_when_upgrading(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    async with database.write() as connection:
        await connection.run_sync(_fill)
    await upgrade(database)
    assert await _people(database) == [
        (f"a-{number}", name) for number, (_, people) in enumerate(LINES) for name in people
    ]
    await database.close()


async def test_people_are_noted_once_and_keys_and_buyers_never(server: Server) -> None:
    roles = [Role.BUYER, Role.ORDER_APPROVER]
    people = [person(name, "acme", roles) for name in ("ana", "bea", "cora")]
    await plant(server.database, {"acme": None}, *people)
    async with server.client() as key, calling_as(server, "ana") as ana:
        await key.create_dimension(rule())
        with statements() as seen:
            bought = ok(await ana.post(ORDERS, {"order": {"orderId": "o-1", "value": 60_000}}))
            ok(await key.post(f"{ORDERS}/{bought['id']}/callback", score(bought, 100)))
        written = [statement.sql for statement in seen if not statement.reads]
        assert written
        assert not any("authorization_people" in sql for sql in written)
        orders = [await key.submit(f"o-{number}") for number in (2, 3)]
    async with calling_as(server, "bea") as bea:
        for order in orders:
            ok(await bea.post(f"{ORDERS}/{order['id']}/callback", score(order, 100)))
        ok(await bea.post(f"{ORDERS}/{orders[1]['id']}/callback", score(orders[1], 100)))
    assert await _people(server.database) == [
        *((order["id"], "bea") for order in orders),
    ]
