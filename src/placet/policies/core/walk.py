"""The walk: one order against one policy, rule by rule, to one decision.

An error in a rule never approves and never escapes: in a bypass rule it means that the rule does
not fire, in a deny or workflow rule that a person has to look (`review`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from placet.kit.wire_model import Document
from placet.people.core.unit import Unit
from placet.policies.core.compiled import CompiledDimension, CompiledRule, Policy
from placet.policies.core.effects import RuleStatus
from placet.policies.core.evaluation import Evaluator, Timing
from placet.policies.core.model import AccountSettings
from placet.policies.core.reasons import decided_by_rule, no_rule_fired, unit_label, waiting
from placet.policies.core.trace import Decision, DimensionTrace, Outcome, RuleTrace

DECIDING: Final = {
    RuleStatus.ACCEPTED: Outcome.ACCEPTED,
    RuleStatus.DENIED: Outcome.DENIED,
    RuleStatus.PENDING: Outcome.PENDING,
}


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
    evaluator = Evaluator(order, budget_data, now, clock, timing or Timing())
    course = _Course(
        evaluator,
        unit_path,
        {item.dimension_id: item for item in kept},
        Counter(item.dimension.unit_id for item in policy.dimensions),
    )
    traces, decided = course.run(policy.dimensions)
    if decided is not None:
        return _decision(policy.dimensions[decided], traces, traces[decided])
    setting = (settings or AccountSettings()).no_rule_fired
    outcome, reason = no_rule_fired(setting, traces)
    return Decision(outcome, reason, traces)


@dataclass(frozen=True, slots=True)
class _Course:
    """One walk under way: evaluates what an earlier walk has not reached."""

    evaluator: Evaluator
    unit_path: Sequence[Unit]
    kept: Mapping[str, DimensionTrace]
    of_unit: Mapping[str | None, int]

    def run(
        self, dimensions: Sequence[CompiledDimension]
    ) -> tuple[tuple[DimensionTrace, ...], int | None]:
        """The trace of every dimension and the index of the one that decides, None for none.

        Simulated dimensions go last, so that the time they take is never taken from the others. A
        gate has its say about whatever would be let through.
        """
        gate = len(dimensions) - 1 if dimensions and dimensions[-1].is_gate else None
        traces: dict[int, DimensionTrace] = {}
        decided = self._evaluated(dimensions[:gate], traces)
        if gate is not None:
            if decided is None or traces[decided].status is Outcome.ACCEPTED:
                traces[gate] = self._dimension(dimensions[gate])
                decided = gate
            else:
                traces[gate] = self._unreached(dimensions[gate], _before(traces[decided]))
        return tuple(traces[index] for index in range(len(dimensions))), decided

    def _evaluated(
        self, dimensions: Sequence[CompiledDimension], traces: dict[int, DimensionTrace]
    ) -> int | None:
        """The index of the one that decides; fills in the trace of each."""
        decided = None
        for index, compiled in enumerate(dimensions):
            if not compiled.dimension.should_simulate:
                traces[index] = self._dimension(compiled)
                if _decides(traces[index]):
                    decided = index
                    break
        for index, compiled in enumerate(dimensions):
            if index in traces:
                continue
            if decided is None or index < decided:
                traces[index] = self._dimension(compiled)
            else:
                traces[index] = self._unreached(compiled, _before(traces[decided]))
        return decided

    def _dimension(self, compiled: CompiledDimension) -> DimensionTrace:
        if compiled.dimension.require_all_rules_acceptance:
            rules = [self._rule(compiled, rule) for rule in compiled.rules]
            return replace(self._shape(compiled, _moot(rules)), status=_joint_status(rules))
        rules = []
        for index, rule in enumerate(compiled.rules):
            trace = self._rule(compiled, rule)
            rules.append(trace)
            if trace.status in DECIDING:
                why = f"rule `{trace.name}` decided before it"
                rules += [_skipped(rest, why) for rest in compiled.rules[index + 1 :]]
                return replace(self._shape(compiled, rules), status=DECIDING[trace.status])
        return self._shape(compiled, rules)

    def _rule(self, compiled: CompiledDimension, rule: CompiledRule) -> RuleTrace:
        earlier = self.kept.get(compiled.dimension.id)
        trace = earlier.rule(rule.rule.id) if earlier else None
        return trace if trace and trace.reached else self.evaluator.trace(rule)

    def _unreached(self, compiled: CompiledDimension, why: str) -> DimensionTrace:
        rules = [_skipped(rule, "its dimension was not reached") for rule in compiled.rules]
        return replace(self._shape(compiled, rules), skipped=why)

    def _shape(self, compiled: CompiledDimension, rules: Sequence[RuleTrace]) -> DimensionTrace:
        dimension = compiled.dimension
        return DimensionTrace(
            dimension_id=dimension.id,
            name=dimension.name,
            label=unit_label(dimension.unit_id, self.unit_path, dimension.name),
            unit_id=dimension.unit_id,
            simulated=dimension.should_simulate,
            require_all=dimension.require_all_rules_acceptance,
            rules=tuple(rules),
            shares_unit=dimension.unit_id is not None and self.of_unit[dimension.unit_id] > 1,
        )


def _before(decisive: DimensionTrace) -> str:
    return f"{decisive.place} decided before it"


def _decides(trace: DimensionTrace) -> bool:
    """An accepted dimension that needs all its rules leaves the last word to those after it."""
    if trace.require_all:
        return trace.status in (Outcome.DENIED, Outcome.PENDING)
    return trace.status is not None


def _joint_status(rules: Sequence[RuleTrace]) -> Outcome:
    statuses = {rule.status for rule in rules}
    if RuleStatus.DENIED in statuses:
        return Outcome.DENIED
    return Outcome.PENDING if RuleStatus.PENDING in statuses else Outcome.ACCEPTED


def _moot(rules: Sequence[RuleTrace]) -> Sequence[RuleTrace]:
    """A denied dimension waits for nobody: what would be pending in it is not."""
    denying = next((rule for rule in rules if rule.status is RuleStatus.DENIED), None)
    if denying is None:
        return rules
    why = f"not needed: rule `{denying.name}` denied the order"
    return [
        replace(rule, status=None, skipped=why) if rule.status is RuleStatus.PENDING else rule
        for rule in rules
    ]


def _skipped(compiled: CompiledRule, why: str) -> RuleTrace:
    rule = compiled.rule
    return RuleTrace(rule_id=rule.id, name=rule.name, effect=rule.effect, skipped=why)


def _decision(
    compiled: CompiledDimension, traces: tuple[DimensionTrace, ...], decisive: DimensionTrace
) -> Decision:
    status = next(status for status, outcome in DECIDING.items() if outcome is decisive.status)
    pairs = [
        (rule.rule, trace)
        for rule, trace in zip(compiled.rules, decisive.rules, strict=True)
        if trace.status is status
    ]
    rule, trace = pairs[0]
    outcome = DECIDING[status]
    if outcome is Outcome.PENDING:
        reason = waiting(decisive, pairs)
    else:
        reason = decided_by_rule(outcome, decisive, rule, trace)
    return Decision(outcome, reason, traces, decisive.dimension_id, trace.rule_id)
