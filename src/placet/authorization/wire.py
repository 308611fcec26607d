"""An authorization as the document of the Buying Policies API."""

from __future__ import annotations

from collections.abc import Mapping

from placet.authorization.model import Actor, Authorization
from placet.policy.compiled import Policy
from placet.policy.fields import Document

__all__ = ["authorization_document"]


def authorization_document(
    authorization: Authorization,
    policy: Policy,
    caller: Actor,
    *,
    fallbacks: Mapping[str, str] | None = None,
) -> Document:
    """The response document; `isUserAuthorized` and `isUserNextAuthorizer` are the caller's."""
    raise NotImplementedError
