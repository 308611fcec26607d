"""The calls that Placet makes, as the API pages describe them."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import Field

from placet.api.orders.answers import PublicStatus, State
from placet.api.web.models import JSON, Instant, one_of, schema_of
from placet.kit.wire_model import WireModel
from placet.orders.service.notices.status_calls import STATUS_TOPIC


class StatusChangeData(WireModel):
    """What an authorization has come to."""

    id: Annotated[str, Field(description="The authorization.")]
    order_id: str
    revision: Annotated[int, Field(description="Of the order; the highest one is valid.")]
    sequence: Annotated[
        int,
        Field(description="The line of the history that tells of this; higher is later."),
    ]
    status: PublicStatus
    state: Annotated[State, Field(description="The status in Placet's words.")]
    previous_state: State
    reason: str


class StatusChange(WireModel):
    """The body of a call."""

    type: Annotated[str, one_of([STATUS_TOPIC])]
    timestamp: Instant
    data: StatusChangeData


_HEADERS: Final = {
    "webhook-id": "The same for every attempt: by it a repetition is told from a new call.",
    "webhook-timestamp": "When this attempt was made, in seconds since 1970.",
    "webhook-signature": "By the secret that `placet outbox secret ACCOUNT` prints.",
}

_CONTENT: Final = {JSON: {"schema": schema_of(StatusChange)}}

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
            "operationId": "statusChanged",
            "security": [],
            "requestBody": {
                "required": True,
                "content": {JSON: {"schema": schema_of(StatusChange)}},
            },
            "responses": {"2XX": {"description": "Received."}},
        }
    }
}
