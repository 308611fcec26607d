"""A person or a machine decides a pending rule by a score."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from placet.authorization.model import Actor, Authorization
from placet.policy.compiled import Policy
from placet.policy.fields import Document, Identifier, Number, PolicyModel, Text
from placet.policy.walk import Timing

__all__ = ["Callback", "decide"]


class Callback(PolicyModel):
    """The `params` of a callback."""

    score: Number
    dimension_id: Identifier
    rule_id: Identifier
    comment: Text | None = None


def decide(
    authorization: Authorization,
    policy: Policy,
    callback: Callback,
    *,
    actor: Actor,
    now: int,
    clock: Callable[[], float],
    fallbacks: Mapping[str, str] | None = None,
    budget_data: Document | None = None,
    timing: Timing | None = None,
) -> Authorization:
    """Apply a callback: the authorization after it, or the very same object for a repetition.

    `policy` is the snapshot the authorization names; `fallbacks` maps a unit nobody can approve in
    to the unit that does it instead.

    Raises:
        Forbidden: no `ApproveOrders`, the own order, or not the one whose turn it is.
        NotFound: the authorization has no such dimension or rule.
        Conflict: the rule does not wait for anyone, or was decided otherwise: by whom and when.
        AllowanceExceeded: the resumed walk took longer than `timing.allowance`.
    """
    raise NotImplementedError
