"""One rule's expression against one order, within its time: true, false, undefined or an error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from placet.jsonata import UNDEFINED, Expression, JSONataError, Limits
from placet.kit.wire_model import Document
from placet.policies.core.compiled import CompiledRule, reads_budget_data
from placet.policies.core.effects import RuleStatus
from placet.policies.core.evidence import describe_value, evidence
from placet.policies.core.trace import Result, RuleError, RuleTrace


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


class Evaluator:
    """The order, the clock and what is left of the time of one walk."""

    def __init__(
        self,
        order: Document,
        budget_data: Document | None,
        now: int,
        clock: Callable[[], float],
        timing: Timing,
    ) -> None:
        self._order = order
        self._with_budgets = order if budget_data is None else order | {"budgetData": budget_data}
        self._now = now
        self._clock = clock
        self._timing = timing
        self._start = clock()

    def trace(self, compiled: CompiledRule) -> RuleTrace:
        """What the rule's expression gives and what becomes of the rule.

        Raises:
            AllowanceExceeded: the walk's allowance has passed.
        """
        rule = compiled.rule
        result, error = self._result(compiled)
        review = error is not None and rule.effect.reviewed
        status = rule.effect.when_fired if result is Result.TRUE else None
        return RuleTrace(
            rule_id=rule.id,
            name=rule.name,
            effect=rule.effect,
            result=result,
            status=RuleStatus.PENDING if review else status,
            error=error,
            review=review,
            evidence=self._evidence(compiled) if result is Result.TRUE else (),
        )

    def _result(self, compiled: CompiledRule) -> tuple[Result, RuleError | None]:
        if compiled.last_resort:
            return Result.TRUE, None
        return self.outcome(compiled.program, compiled.rule.timeout)

    def outcome(
        self, program: Expression | JSONataError, timeout_ms: float = 0
    ) -> tuple[Result, RuleError | None]:
        """What an expression gives within its own time, 0 for the walk's; the error if it has one.

        Raises:
            AllowanceExceeded: the walk's allowance has passed.
        """
        if isinstance(program, JSONataError):
            return Result.ERROR, _told(program)
        limit = self._limit(timeout_ms or self._timing.rule)
        if limit is None:
            return Result.ERROR, self._out_of_time()
        try:
            value = program.evaluate(self._data(program), limits=_limits(limit), now=self._now)
        except Exception as failure:  # a rule error, whatever it is: it must not fail the request
            if self._cut_short(failure):
                raise AllowanceExceeded from failure
            past = self._limit(1.0) is None
            return Result.ERROR, self._out_of_time() if past else _failure(failure)
        return _judged(value)

    def _limit(self, own: float) -> float | None:
        """Milliseconds the next evaluation may take, None when the time of the walk is used up."""
        elapsed = (self._clock() - self._start) * 1000.0
        allowance = self._timing.allowance
        if allowance is not None:
            if elapsed >= allowance:
                raise AllowanceExceeded
            own = min(own, allowance - elapsed)
        left = self._timing.total - elapsed
        return min(own, left) if left > 0 else None

    def _cut_short(self, failure: Exception) -> bool:
        """Whether a failure may owe to the allowance instead of the rule's own limits.

        Asked by its code, not by the clock: a regex counts the processor time of all threads, so
        that it may give up before the allowance has passed.
        """
        limited = isinstance(failure, JSONataError) and failure.code == "U1001"
        return limited and self._timing.allowance is not None

    def _data(self, program: Expression) -> Document:
        return self._with_budgets if reads_budget_data(program) else self._order

    def _evidence(self, compiled: CompiledRule) -> tuple[str, ...]:
        program = compiled.program
        if isinstance(program, JSONataError) or compiled.last_resort:
            return ()
        return evidence(program, self._data(program), self._now)

    def _out_of_time(self) -> RuleError:
        limit = f"{self._timing.total:g} ms"
        return RuleError("U1001", f"the time for all rules of one decision is used up: {limit}")


@lru_cache(maxsize=64)
def _limits(milliseconds: float) -> Limits:
    return Limits(time_ms=milliseconds)


def _judged(value: Any) -> tuple[Result, RuleError | None]:
    if value is True:
        return Result.TRUE, None
    if value is False:
        return Result.FALSE, None
    if value is UNDEFINED:
        return Result.UNDEFINED, None
    message = f"the expression yields {describe_value(value)}, not true or false"
    return Result.ERROR, RuleError("non-boolean", message)


def _failure(failure: Exception) -> RuleError:
    if isinstance(failure, JSONataError):
        return _told(failure)
    if isinstance(failure, RecursionError | MemoryError):
        return RuleError("U1001", "the expression ran past its limit: depth or memory")
    return RuleError(
        "internal", f"the expression could not be evaluated ({type(failure).__name__})"
    )


def _told(error: JSONataError) -> RuleError:
    return RuleError(error.code, error.message, error.position, error.token)
