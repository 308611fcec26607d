"""Why an order is where it is: the reason, the trace, who acted, and what happened when."""

from __future__ import annotations

from placet.authorization.model import Authorization
from placet.policy.compiled import Policy
from placet.policy.fields import Document

__all__ = ["explanation_document"]


def explanation_document(authorization: Authorization, policy: Policy) -> Document:
    """The answer of `GET …/{id}/explanation`."""
    raise NotImplementedError
