"""The ends an authorization can come to without a rule or an approver."""

from __future__ import annotations

from placet.authorization.model import Actor, Authorization

__all__ = ["cancel", "supersede"]


def cancel(
    authorization: Authorization, *, actor: Actor, now: int, comment: str | None = None
) -> Authorization:
    """Cancel a pending or accepted authorization; the same object when it is cancelled already.

    Raises:
        Conflict: it is denied or superseded.
    """
    raise NotImplementedError


def supersede(authorization: Authorization, *, actor: Actor, now: int) -> Authorization:
    """End a revision because the order was submitted with other content.

    Raises:
        Conflict: it is superseded already.
    """
    raise NotImplementedError
