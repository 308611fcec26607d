"""What checkout is told at its `callbackEndpoint` when an authorization's status changes.

The answer to the submission itself tells the first status; every later one leaves through the
outbox, in the transaction of the change. A call that may not be made is kept as a dead message and
noted in the history: it never holds up the order.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Final

from placet.errors import InvalidRequest
from placet.kit.timestamps import timestamp
from placet.kit.wire_model import Document
from placet.messages.core.message import MessageState, OutboxMessage
from placet.messages.delivery.destination import AllowedHosts
from placet.messages.service.outbox import webhook_message
from placet.orders.core.model import Authorization
from placet.orders.core.record import Event
from placet.orders.core.wire import wire_status
from placet.people.core.actor import SERVICE

STATUS_TOPIC: Final = "authorization.changed"


def status_call(
    before: Authorization, after: Authorization, allowed: AllowedHosts, now_ms: int
) -> OutboxMessage | None:
    """The call that tells of `after`; None where the status is the same or nobody asked to know.

    Calls to one endpoint about one order go out one after the other, through all its revisions.
    """
    endpoint = after.callback_endpoint
    if not endpoint or before.status is after.status:
        return None
    receiver = hashlib.sha256(endpoint.encode()).hexdigest()[:16]
    message = webhook_message(
        after.account,
        topic=STATUS_TOPIC,
        ordering_key=f"authorization {after.order_id} {receiver}",
        url=endpoint,
        body=_body(before, after),
        now_ms=now_ms,
    )
    refusal = _refusal(endpoint, allowed)
    return (
        message
        if refusal is None
        else replace(message, state=MessageState.DEAD, last_error=refusal)
    )


def call_refusal(after: Authorization, message: OutboxMessage) -> Authorization:
    """The authorization with a line in its history about a call that may not be made."""
    event = Event.by(
        SERVICE,
        message.created_at,
        "not told to the callback endpoint",
        after.status,
        after.status,
        note=message.last_error,
    )
    return replace(after, history=(*after.history, event))


def _refusal(endpoint: str, allowed: AllowedHosts) -> str | None:
    try:
        allowed.check_url(endpoint)
    except InvalidRequest as error:
        return error.message
    return None


def _body(before: Authorization, after: Authorization) -> Document:
    return {
        "type": STATUS_TOPIC,
        "timestamp": timestamp(after.changed_at),
        "data": {
            "id": after.id,
            "orderId": after.order_id,
            "revision": after.revision,
            "sequence": len(after.history),
            "status": wire_status(after.status),
            "state": after.status,
            "previousState": before.status,
            "reason": after.reason,
        },
    }
