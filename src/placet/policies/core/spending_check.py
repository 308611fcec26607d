"""The account's condition on what an order spends: `spendingCheck`, over `{order, spending}`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from placet.errors import Detail, InvalidRequest
from placet.kit.wire_model import Document
from placet.policies.core.compiled import compile_expression
from placet.policies.core.evaluation import Evaluator, Timing
from placet.policies.core.evidence import shorten
from placet.policies.core.expressions import check_expression
from placet.policies.core.model import SpendingCheck
from placet.policies.core.trace import Result

_MAX_TEXT = 500
_FIELD = "spendingCheck.expression"


def check_spending_expression(check: SpendingCheck | None) -> None:
    """Refuse a condition that does not compile.

    Raises:
        InvalidRequest: of the code `bad-expression`; its message shows the place in the expression.
    """
    error = None if check is None else check_expression(check.expression)
    if error is not None:
        detail = Detail(_FIELD, error.render())
        raise InvalidRequest(str(detail), code="bad-expression", details=[detail])


def spending_refusal(
    check: SpendingCheck | None,
    order: Document,
    spending: Sequence[Document],
    *,
    now: int,
    clock: Callable[[], float],
    timing: Timing | None = None,
) -> InvalidRequest | None:
    """Why a submission is refused; None where the condition is true, or there is none.

    `now` is milliseconds since 1970 ($now, $millis), `clock` counts seconds. A condition that fails
    refuses as well.

    Raises:
        AllowanceExceeded: `timing.allowance` was set and has passed.
    """
    if check is None:
        return None
    data = {"order": order, "spending": list(spending)}
    evaluator = Evaluator(data, None, now, clock, timing or Timing())
    result, error = evaluator.outcome(compile_expression(check.expression))
    if result is Result.TRUE:
        return None
    text = shorten(check.description or f"`{check.expression}` is {result}", _MAX_TEXT)
    if error is not None:
        failure = f"the account's `spendingCheck` failed with {error.code}: {error.message}"
        return InvalidRequest(f"`spending`: {failure}", code="spending-check")
    return InvalidRequest(f"`spending` does not fit the order: {text}", code="spending-check")
