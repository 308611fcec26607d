"""Orders to be read again: to the byte as they were submitted."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic_core import to_json

from placet.orders.core.model import Authorization
from placet.orders.service.order_desk import OrderDesk
from placet.orders.store.authorizations import load_order_texts
from placet.people.core.permissions import VIEWING_ORDERS
from placet.people.core.visit import Visit, permitted


@permitted(VIEWING_ORDERS)
async def order_texts(
    desk: OrderDesk, visit: Visit, authorizations: Iterable[Authorization]
) -> dict[str, str]:
    """The JSON of each authorization's order, by the id of the authorization, which the
    visitor has been shown.

    Of an order that an earlier version took, which kept no text, it is the same document with the
    spaces left out and each number in its shortest spelling.
    """
    shown = {item.id: item for item in authorizations}
    async with desk.database.read() as connection:
        texts = await load_order_texts(connection, visit.account, shown)
    missing = shown.keys() - texts.keys()
    return texts | {key: to_json(shown[key].order).decode() for key in missing}
