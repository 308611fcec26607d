"""The walk: one order against one policy, rule by rule, to one decision.

An error in a rule never approves and never escapes: in a bypass rule it means that the rule does
not fire, in a deny or workflow rule that a person has to look (`review`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from placet.policy.compiled import Policy
from placet.policy.fields import Document
from placet.policy.model import AccountSettings, Unit
from placet.policy.trace import Decision, DimensionTrace

__all__ = ["AllowanceExceeded", "Timing", "walk"]


class AllowanceExceeded(Exception):  # noqa: N818
    """A walk did not finish within its allowance; it can be repeated without one elsewhere."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a walk may take, in milliseconds.

    `rule` bounds one evaluation where the rule names no timeout of its own, `total` all evaluations
    together (rules past it err), `allowance` ends the whole walk with `AllowanceExceeded`.
    """

    rule: float = 100.0
    total: float = 1000.0
    allowance: float | None = None


def walk(
    policy: Policy,
    order: Document,
    *,
    now: int,
    clock: Callable[[], float],
    unit_path: Sequence[Unit] = (),
    settings: AccountSettings | None = None,
    budget_data: Document | None = None,
    timing: Timing | None = None,
    kept: Sequence[DimensionTrace] = (),
) -> Decision:
    """Decide an order.

    `now` is milliseconds since 1970 ($now, $millis), `clock` counts seconds and only goes forward
    (time.monotonic), `budget_data` is what rules that read `budgetData` see there (None: what the
    order itself carries), `kept` the trace of an earlier walk of the same policy: rules it reached
    are not evaluated again.

    Raises:
        AllowanceExceeded: `timing.allowance` was set and has passed.
    """
    raise NotImplementedError
