"""The dimensions of a unit, and the rules that leave decisions to it: both need the unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pydantic_core import from_json
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.tables import dimension_table
from placet.people.core.unit import UnitUse
from placet.people.store.unit_uses import Belongings
from placet.policies.core.model import AuthorizerType, Dimension

_columns = dimension_table.c
UNIT_DIMENSIONS: Final = Belongings("dimension", _columns.account, _columns.unit_id, _columns.name)


async def find_authorizing_rule(
    connection: AsyncConnection, account: str, unit_ids: Sequence[str]
) -> UnitUse | None:
    """A rule that names one of these units as an authorizer."""
    wanted = set(unit_ids)
    documents = await connection.scalars(
        select(_columns.document).where(
            _columns.account == account, _columns.document.contains('"authorizers":')
        )
    )
    for document in documents:
        dimension = Dimension.model_validate(from_json(document))
        for unit_id, rule_name in _authorizer_units(dimension):
            if unit_id in wanted:
                return UnitUse(unit_id, f"the rule `{rule_name}` leaves decisions to it")
    return None


def _authorizer_units(dimension: Dimension) -> Iterator[tuple[str, str]]:
    for rule in dimension.rule_collection:
        if rule.authorization_data is not None:
            for authorizer in rule.authorization_data.authorizers:
                if authorizer.type is AuthorizerType.UNIT:
                    yield authorizer.id, rule.name
