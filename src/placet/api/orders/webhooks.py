"""The calls that Placet makes, as the API pages describe them."""

from __future__ import annotations

from typing import Any, Final

from placet.orders.service.notices.status_calls import STATUS_TOPIC

_STATUS: Final = {"type": "string", "enum": ["pending", "accepted", "denied"]}
_STATE: Final = {
    "type": "string",
    "enum": ["pending", "accepted", "denied", "superseded", "cancelled", "expired"],
}
_DATA: Final = {
    "id": {"type": "string", "description": "The authorization."},
    "orderId": {"type": "string"},
    "revision": {"type": "integer", "description": "Of the order; the highest one is valid."},
    "sequence": {
        "type": "integer",
        "description": "The line of the history that tells of this; higher is later.",
    },
    "status": _STATUS,
    "state": {**_STATE, "description": "The status in Placet's words."},
    "previousState": _STATE,
    "reason": {"type": "string"},
}
_BODY: Final = {
    "type": "object",
    "required": ["type", "timestamp", "data"],
    "properties": {
        "type": {"const": STATUS_TOPIC},
        "timestamp": {"type": "string", "format": "date-time"},
        "data": {"type": "object", "required": list(_DATA), "properties": _DATA},
    },
}
_HEADERS: Final = {
    "webhook-id": "The same for every attempt: by it a repetition is told from a new call.",
    "webhook-timestamp": "When this attempt was made, in seconds since 1970.",
    "webhook-signature": "By the secret that `placet outbox secret ACCOUNT` prints.",
}

WEBHOOKS: Final[dict[str, Any]] = {
    STATUS_TOPIC: {
        "post": {
            "tags": ["Authorizations"],
            "summary": "Status of an authorization changed",
            "description": (
                "Sent to the `callbackEndpoint` of the submission whenever the status of its "
                "authorization changes after the answer to the submission, which tells the first "
                "one. Signed by the Standard Webhooks scheme. Every answer but a 2xx, or none, is "
                "followed by further attempts at growing intervals, for about two days; 410 ends "
                "them. Calls to one endpoint about one order come one after the other, in order. "
                "Only hosts in `PLACET_ALLOWED_HOSTS` are called and redirects are not followed; "
                "what may not be sent is noted in the history and in `placet outbox list`."
            ),
            "parameters": [
                {
                    "name": name,
                    "in": "header",
                    "required": True,
                    "description": description,
                    "schema": {"type": "string"},
                }
                for name, description in _HEADERS.items()
            ],
            "requestBody": {"required": True, "content": {"application/json": {"schema": _BODY}}},
            "responses": {"2XX": {"description": "Received."}},
        }
    }
}
