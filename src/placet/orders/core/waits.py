"""Since when rules wait for people: what reminders, escalations and expiry count from."""

from __future__ import annotations

from collections.abc import Sequence

from placet.orders.core.record import Wait
from placet.policies.core.effects import RuleStatus
from placet.policies.core.trace import Decision, Outcome


def waits_after(decision: Decision, now: int, earlier: Sequence[Wait] = ()) -> tuple[Wait, ...]:
    """The waits after a walk: rules that were waiting before it keep the time they began."""
    if decision.outcome is not Outcome.PENDING:
        return ()
    since = {(wait.dimension_id, wait.rule_id): wait.since for wait in earlier}
    return tuple(
        Wait(item.dimension_id, rule.rule_id, since.get((item.dimension_id, rule.rule_id), now))
        for item in decision.dimensions
        if not item.simulated
        for rule in item.rules
        if rule.status is RuleStatus.PENDING
    )
