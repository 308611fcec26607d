"""What checkout sends to have an order judged, with the fingerprint that tells retry from edit."""

from __future__ import annotations

import hashlib
import re
from functools import cached_property
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, Field, StrictStr, model_validator

from placet.errors import InvalidRequest
from placet.kit.wire_model import Document, Identifier, Number, WireModel, canonical_json

MAX_DEPTH: Final = 100
_URL: Final = re.compile(r"https?://[^\s/?#\\]+(?:[/?#]\S*)?", re.IGNORECASE)


def _is_url(text: str) -> str:
    if not (_URL.fullmatch(text) and text.isprintable()):
        raise ValueError("must be a URL that begins with `https://` or `http://` and a host")
    return text


Endpoint = Annotated[
    StrictStr,
    Field(max_length=2_000, json_schema_extra={"format": "uri", "pattern": "^https?://"}),
    AfterValidator(_is_url),
]


class LinkedEntity(WireModel):
    """Something budgets are allocated to: a cost centre, a user, an address."""

    type: Identifier
    id: Identifier


class Spending(WireModel):
    """An allocation the order wants to spend `amount` of, in the budget's currency unit.

    `currency` may say which one that is; another one than the budget's is refused.
    """

    budget_id: Identifier
    allocation_id: Identifier
    amount: Number
    currency: Annotated[
        StrictStr | None,
        Field(max_length=20, description="An ISO 4217 code; it must be the budget's."),
    ] = None


class Submission(WireModel):
    """One order to authorize. `order` is the buyer's own document and needs only an `orderId`."""

    order: Document
    unit_id: Identifier | None = None
    user_profile_id: Identifier | None = None
    callback_endpoint: Endpoint | None = None
    linked_entities: Annotated[tuple[LinkedEntity, ...], Field(max_length=1_000)] = ()
    spending: Annotated[tuple[Spending, ...], Field(max_length=1_000)] = ()

    @model_validator(mode="after")
    def _order_is_usable(self) -> Self:
        order_id = self.order.get("orderId")
        if not isinstance(order_id, str) or not order_id.strip():
            raise ValueError("`order.orderId` must be a string that is not empty")
        if len(order_id) > 250 or not order_id.isprintable():
            raise ValueError("`order.orderId` must be at most 250 printable characters")
        if _deeper_than(self.order, MAX_DEPTH):
            raise ValueError(f"`order` must not be nested deeper than {MAX_DEPTH} levels")
        return self

    @property
    def order_id(self) -> str:
        """The order's id, unique within the account."""
        return str(self.order["orderId"])

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the whole submission: equal fingerprints are the same request sent again.

        Raises:
            InvalidRequest: the order holds NaN or an infinity, which JSON does not have.
        """
        try:
            # the order is JSON already: dumping it through the model would only copy it
            rest = self.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"order"})
            return hashlib.sha256(canonical_json(rest | {"order": self.order})).hexdigest()
        except ValueError as error:
            message = "`order` holds a number that JSON does not have (NaN or an infinity)"
            raise InvalidRequest(message) from error


def _deeper_than(document: Any, limit: int) -> bool:
    """Iterative, because a recursive look at hostile nesting would be the problem itself."""
    level = [document]
    for _ in range(limit):
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True
