"""Units that an account does not have: found, and refused with what may have been meant."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.errors import Detail, InvalidRequest
from placet.people.store.unit_names import load_id_named, load_near_ids, load_root_ids
from placet.people.store.units import unknown_units
from placet.policies.core.model import MAX_AUTHORIZERS
from placet.policies.core.unit_gate import UnitGap, meant_unit

_MOST_TOLD: Final = 20


async def find_unit_gap(
    connection: AsyncConnection, account: str, unit_id: str | None
) -> UnitGap | None:
    """The gap of a unit that the tree does not know; None where the account has no units."""
    roots = await load_root_ids(connection, account, MAX_AUTHORIZERS + 1)
    if not roots:
        return None
    known = [] if unit_id is None else await load_near_ids(connection, account, unit_id)
    return UnitGap.of(unit_id, known=known, roots=roots)


async def refuse_unknown_units(
    connection: AsyncConnection, account: str, named: Iterable[tuple[str, str]]
) -> None:
    """Make sure that an account that has units has those that fields name (field, unit's id).

    Raises:
        InvalidRequest: of the code `unknown-unit`, with the first fields that name an unknown one.
    """
    fields = list(named)
    unknown = await unknown_units(connection, account, [unit_id for _, unit_id in fields])
    if not unknown or not await load_root_ids(connection, account, 1):
        return
    details = [
        Detail(field, await _told(connection, account, unit_id))
        for field, unit_id in islice((each for each in fields if each[1] in unknown), _MOST_TOLD)
    ]
    raise InvalidRequest(
        "; ".join(str(detail) for detail in details), code="unknown-unit", details=details
    )


async def _told(connection: AsyncConnection, account: str, unit_id: str) -> str:
    meant = meant_unit(unit_id, await load_near_ids(connection, account, unit_id))
    meant = meant or await load_id_named(connection, account, unit_id.strip())
    hint = f"; did you mean `{meant}`?" if meant else ""
    return f"this account has no unit `{unit_id[:100]}`{hint}"
