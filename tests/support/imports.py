"""Imports as tests run them: a company's rows, a desk, a worker, and what is stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from random import Random
from typing import Any

from sqlalchemy import select

from placet.access.service.keys import create_key
from placet.database.database import Database
from placet.database.tables import unit_table
from placet.imports.core.state import StoredImport
from placet.imports.service.import_desk import ImportDesk
from placet.imports.service.imports import (
    get_import,
    start_import,
    start_validation,
    upload_workbook,
)
from placet.imports.service.worker import ImportWorker
from placet.imports.store.tables import buyer_unit_table
from placet.kit.clock import Clock, SystemClock
from placet.people.core.roles import Role
from placet.people.core.visit import operator_of
from placet.people.store.people_tables import user_table
from placet.process import import_desk
from support.clock import ManualClock
from support.workbooks import Row, cost_center, member, organization

ROLES = [role.guid for role in Role]


def company(people: int, seed: int = 0) -> tuple[list[Row], list[Row], list[Row]]:
    """Rows of a company: an organization and two cost centers for every ten members."""
    chance = Random(seed)
    count = people // 10 + 1
    units = [(f"org-{n}", f"cc-{n}") for n in range(count)]
    units += [(f"org-{n}", f"cc-{count + n}") for n in range(count)]
    return (
        [organization(n) for n in range(count)],
        [cost_center(count + n, f"org-{n}") for n in range(count)],
        [
            member(n, *chance.choice(units), roleId=chance.choice(ROLES), canImpersonate="true")
            for n in range(people)
        ],
    )


def desk_of(database: Database, clock: Clock | None = None) -> ImportDesk:
    return import_desk(database, clock or SystemClock())


def worker(database: Database, clock: Clock | None = None) -> ImportWorker:
    return ImportWorker(desk_of(database, clock), keep_ms=10**12)


async def uploaded(database: Database, content: bytes) -> StoredImport:
    async def pieces() -> AsyncIterator[bytes]:
        yield content

    return await upload_workbook(desk_of(database), operator_of("acme"), "orgs.xlsx", pieces())


async def imported(database: Database, content: bytes) -> StoredImport:
    """The import of a workbook, undisturbed."""
    await create_key(database, "acme", ["PlaceOrders"])
    entry = await uploaded(database, content)
    await start_validation(desk_of(database), operator_of("acme"), entry.import_id)
    await worker(database).work()
    await start_import(desk_of(database), operator_of("acme"), entry.import_id)
    await worker(database).work()
    return await get_import(desk_of(database), operator_of("acme"), entry.import_id)


async def content_of(database: Database) -> dict[str, list[Any]]:
    """Everything that an import writes, but for instants."""
    content = {}
    for table in (unit_table, user_table, buyer_unit_table):
        columns = [column for column in table.c if not column.name.endswith("_at")]
        async with database.read() as connection:
            rows = await connection.execute(select(*columns).order_by(*table.primary_key))
            content[table.name] = [tuple(row) for row in rows]
    return content


class Death(BaseException):
    """Nothing that the one who dies could catch."""


class Stopping:
    """A clock whose owner dies at a certain look at it."""

    def __init__(self, looks: int) -> None:
        self._looks = looks

    def now_ms(self) -> int:
        self._looks -= 1
        if self._looks < 0:
            raise Death
        return ManualClock().now_ms()

    async def wait(self, event: asyncio.Event, milliseconds: int) -> None:
        raise AssertionError("nobody waits here")
