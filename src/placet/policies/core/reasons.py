"""One sentence for people: what a decision is and which rule, value or person made it so."""

from __future__ import annotations

from collections.abc import Sequence

from placet.people.core.unit import Unit
from placet.policies.core.effects import RuleStatus
from placet.policies.core.evidence import shorten
from placet.policies.core.model import NoRuleFired, Rule
from placet.policies.core.trace import DimensionTrace, Outcome, RuleTrace

MAX_GROUNDS = 240


def unit_label(unit_id: str | None, unit_path: Sequence[Unit], fallback: str) -> str:
    """The names from the root down to a unit, `Acme / Sales`; `fallback` off the path."""
    for index, unit in enumerate(unit_path):
        if unit.id == unit_id:
            return " / ".join(step.name or step.id for step in unit_path[: index + 1])
    return fallback


def rule_place(dimension: DimensionTrace, rule: RuleTrace) -> str:
    """How messages call a rule: ``rule `Order cap` of `Acme / Sales` ``."""
    return f"rule `{rule.name}` of {dimension.place}"


def grounds(rule: Rule, trace: RuleTrace) -> str:
    """Why a rule fired, or why it has to be reviewed."""
    if trace.error is not None:
        return f"its expression failed with {trace.error.code}: {trace.error.message}"
    if trace.evidence:
        return shorten(" and ".join(trace.evidence), MAX_GROUNDS)
    described = rule.trigger.effect.description or rule.trigger.condition.description
    return shorten(described or f"`{rule.trigger.condition.expression}` is true", MAX_GROUNDS)


def decided_by_rule(
    outcome: Outcome, dimension: DimensionTrace, rule: Rule, trace: RuleTrace
) -> str:
    """The sentence for a rule that accepted or denied on its own."""
    return f"{outcome} by {rule_place(dimension, trace)}: {grounds(rule, trace)}"


def waiting(dimension: DimensionTrace, rules: Sequence[tuple[Rule, RuleTrace]]) -> str:
    """The sentence for rules that wait for people."""
    first_rule, first = rules[0]
    errand = "manual review of" if first.review else "approval by"
    if len(rules) == 1:
        return f"waiting for {errand} {rule_place(dimension, first)}: {grounds(first_rule, first)}"
    parts = [f"`{trace.name}` ({grounds(rule, trace)})" for rule, trace in rules]
    listed = shorten("; ".join(parts), 2 * MAX_GROUNDS)
    return f"waiting for {len(rules)} rules of {dimension.place}: {listed}"


def no_rule_fired(
    setting: NoRuleFired, dimensions: Sequence[DimensionTrace]
) -> tuple[Outcome, str]:
    """What becomes of an order that no dimension decided, and the sentence for it."""
    statuses = {rule.status for item in dimensions if not item.simulated for rule in item.rules}
    if RuleStatus.ACCEPTED in statuses:
        return Outcome.ACCEPTED, "accepted: every rule that fired was accepted"
    set_aside = statuses & {RuleStatus.BYPASSED, RuleStatus.DISMISSED}
    told = "no further rule fired" if set_aside else "no rule fired"
    if setting is NoRuleFired.ACCEPTED:
        return Outcome.ACCEPTED, f"accepted: {told}"
    why = "nobody accepted the order" if setting is NoRuleFired.PENDING else "the account denies"
    return Outcome.DENIED, f"denied: {told} and {why}"
