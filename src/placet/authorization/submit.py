"""A submission becomes an authorization."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from placet.authorization.model import Actor, Authorization
from placet.authorization.submission import Submission
from placet.policy.compiled import Policy
from placet.policy.fields import Document
from placet.policy.model import AccountSettings, Unit
from placet.policy.walk import Timing

__all__ = ["authorize"]


def authorize(
    submission: Submission,
    policy: Policy,
    *,
    authorization_id: str,
    account: str,
    actor: Actor,
    now: int,
    clock: Callable[[], float],
    revision: int = 1,
    unit_path: Sequence[Unit] = (),
    settings: AccountSettings | None = None,
    budget_data: Document | None = None,
    timing: Timing | None = None,
) -> Authorization:
    """Judge an order afresh: the authorization, pending or final, ready to be stored.

    Raises:
        AllowanceExceeded: `timing.allowance` was set and has passed; nothing has happened.
        InvalidRequest: the order is no JSON document.
    """
    raise NotImplementedError
