"""What belongs to a unit and keeps it from being deleted: the people of it, and how to look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.lists import among
from placet.people.core.unit import UnitUse
from placet.people.store.people_tables import user_table


@dataclass(frozen=True, slots=True)
class Belongings:
    """A table whose rows belong to units: what one is called, and its columns."""

    noun: str
    account: Column[Any]
    unit_id: Column[Any]
    name: Column[Any]
    conditions: tuple[ColumnElement[bool], ...] = ()

    async def find_unit_use(
        self, connection: AsyncConnection, account: str, unit_ids: Sequence[str]
    ) -> UnitUse | None:
        """A row that belongs to one of these units."""
        query = (
            select(self.unit_id.label("unit_id"), self.name.label("name"))
            .where(self.account == account, among(self.unit_id, unit_ids), *self.conditions)
            .limit(1)
        )
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        return UnitUse(row.unit_id, f"the {self.noun} `{row.name}` belongs to it")


_people = user_table.c
MEMBERS: Final = Belongings(
    "person", _people.account, _people.unit_id, _people.user_id, (_people.active.is_(True),)
)
