"""What the e-mails to those who are asked to decide say, and where they lead."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from urllib.parse import quote

from placet.orders.core.model import Authorization


class Occasion(StrEnum):
    """Why people are written to: the subject of the e-mail."""

    ASKED = "Order {order} waits for your decision"
    REMINDED = "Reminder: order {order} still waits for your decision"
    ESCALATED = "Order {order} has waited too long: you may decide it now"

    def subject(self, authorization: Authorization) -> str:
        """The subject, with the order's id."""
        return self.format(order=authorization.order_id)


def approval_link(public_url: str, authorization: Authorization) -> str | None:
    """Where people decide: `public_url` with `{account}`, `{id}` and `{orderId}` filled in, or with
    the authorization's own path after it where it names none of them; None without `public_url`.
    """
    if not public_url:
        return None
    names = {
        "{account}": authorization.account,
        "{id}": authorization.id,
        "{orderId}": authorization.order_id,
    }
    if not any(name in public_url for name in names):
        public_url = public_url.rstrip("/") + "/{account}/commercial-authorizations/{id}"
    for name, value in names.items():
        public_url = public_url.replace(name, quote(value, safe=""))
    return public_url


def approval_text(
    authorization: Authorization, places: Sequence[str], delegator: str | None, public_url: str
) -> str:
    """The body: the order, the rules that ask (`places`), whom the reader stands in for, a link."""
    value = authorization.order.get("value")
    unit = authorization.unit_path[-1].name if authorization.unit_path else None
    link = approval_link(public_url, authorization)
    lines = {
        "Order": authorization.order_id,
        "Value": _amount(value),
        "Unit": unit,
        "Waits at": ", ".join(places),
        "Reason": authorization.reason,
        "You stand in for": delegator,
        "Decide here": link,
    }
    return "".join(f"{name}: {line}\n" for name, line in lines.items() if line)


def _amount(cents: object) -> str | None:
    """The total of the cart, which orders give in cents."""
    if isinstance(cents, bool) or not isinstance(cents, int | float):
        return None
    return f"{Decimal(str(cents)) / 100:,.2f}"
