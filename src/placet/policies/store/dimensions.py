"""Dimensions: one row each, with the rules inside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import Row, delete, insert, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.lists import among
from placet.database.tables import dimension_table
from placet.policies.core.model import Dimension, DimensionFilter

_columns = dimension_table.c


async def find_dimensions(
    connection: AsyncConnection, account: str, wanted: DimensionFilter | None = None
) -> list[Dimension]:
    """The account's dimensions that pass the filter, in no particular order: in which one walks
    meet them says `in_walk_order`, and nothing else.
    """
    query = select(_columns.document).where(_columns.account == account)
    wanted = wanted or DimensionFilter()
    for column, values in (
        (_columns.dimension_id_folded, wanted.ids),
        (_columns.unit_id_folded, wanted.unit_ids),
        (_columns.name_folded, wanted.names),
    ):
        if values:
            query = query.where(column.in_([value.casefold() for value in values]))
    return [_dimension(row) for row in await connection.execute(query)]


async def load_applicable_dimensions(
    connection: AsyncConnection, account: str, unit_ids: Iterable[str]
) -> list[Dimension]:
    """The dimensions of these units and those without a unit."""
    # Each half has its index; either of them at once would have none.
    query = union_all(
        *(
            select(_columns.document).where(_columns.account == account, half)
            for half in (among(_columns.unit_id, unit_ids), _columns.unit_id.is_(None))
        )
    )
    return [_dimension(row) for row in await connection.execute(query)]


async def load_dimension(
    connection: AsyncConnection, account: str, dimension_id: str
) -> Dimension | None:
    """One dimension by its exact id, or None."""
    query = select(_columns.document).where(
        _columns.account == account, _columns.dimension_id == dimension_id
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _dimension(row)


async def insert_dimensions(
    connection: AsyncConnection, account: str, dimensions: Sequence[Dimension], now_ms: int
) -> None:
    """Store new dimensions."""
    if dimensions:
        rows = [
            {
                "account": account,
                "dimension_id": dimension.id,
                "dimension_id_folded": dimension.id.casefold(),
                "changed_at": now_ms,
                **_values(dimension),
            }
            for dimension in dimensions
        ]
        await connection.execute(insert(dimension_table), rows)


async def update_dimension(
    connection: AsyncConnection, account: str, dimension: Dimension, now_ms: int
) -> None:
    """Replace a stored dimension by its new form."""
    await connection.execute(
        update(dimension_table)
        .where(_columns.account == account, _columns.dimension_id == dimension.id)
        .values(changed_at=now_ms, **_values(dimension))
    )


async def delete_dimensions(
    connection: AsyncConnection, account: str, dimension_ids: Sequence[str]
) -> int:
    """Delete these dimensions and answer how many there were."""
    result = await connection.execute(
        delete(dimension_table).where(
            _columns.account == account, among(_columns.dimension_id, dimension_ids)
        )
    )
    return result.rowcount


def _values(dimension: Dimension) -> dict[str, Any]:
    unit_id = dimension.unit_id
    return {
        "unit_id": unit_id,
        "unit_id_folded": None if unit_id is None else unit_id.casefold(),
        "name": dimension.name,
        "name_folded": dimension.name.casefold(),
        "priority": dimension.priority,
        "document": to_json(dimension.to_document()).decode(),
    }


def _dimension(row: Row[Any]) -> Dimension:
    return Dimension.model_validate(from_json(row.document))
