"""Decisions without a server: the rules of a file, the clock of this machine, no database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from placet.jsonata import JSONataError, Limits
from placet.kit.wire_model import Document
from placet.orders.core.submission import Submission
from placet.people.core.unit import Unit
from placet.policies.core.compiled import Policy, applicable, compile_expression, compile_rules
from placet.policies.core.evaluation import Timing
from placet.policies.core.model import Dimension, Rule, UnitChoice
from placet.policies.core.rule_file import RuleFile
from placet.policies.core.spending_check import spending_refusal
from placet.policies.core.trace import Decision
from placet.policies.core.walk import walk


@dataclass(frozen=True, slots=True)
class Judge:
    """Decides orders by one rule file as of the moment `now` (milliseconds since 1970)."""

    rule_file: RuleFile
    dimensions: list[Dimension]
    now: int
    timing: Timing
    _policies: dict[str | None, tuple[tuple[Unit, ...], Policy]] = field(default_factory=dict)

    def decide(self, submission: Submission) -> Decision:
        """The decision the server would make for a first submission.

        Raises:
            InvalidRequest: the server would refuse it, for its unit or its spending.
        """
        self._refuse(submission)
        path, policy = self._policy(submission.unit_id)
        return walk(
            policy,
            submission.order,
            now=self.now,
            clock=time.monotonic,
            unit_path=path,
            settings=self.rule_file.settings,
            timing=self.timing,
        )

    def _refuse(self, submission: Submission) -> None:
        settings = self.rule_file.settings
        gap = self.rule_file.unit_gap(submission.unit_id)
        if gap is not None and gap.choice(settings) is UnitChoice.REFUSED:
            raise gap.refusal()
        refusal = spending_refusal(
            settings.spending_check,
            submission.order,
            [line.to_document() for line in submission.spending],
            now=self.now,
            clock=time.monotonic,
            timing=self.timing,
        )
        if refusal is not None:
            raise refusal

    def failures(self, submission: Submission, decision: Decision) -> Iterator[tuple[str, str]]:
        """The rules whose expressions failed in `decision`: their names, and their errors in lines.

        A rule that gave something else than true or false is not among them.
        """
        _, policy = self._policy(submission.unit_id)
        for dimension in decision.dimensions:
            for trace in dimension.rules:
                found = policy.find(dimension.dimension_id, trace.rule_id) if trace.error else None
                error = self._error(found[1], submission) if found else None
                if error is not None:
                    yield trace.name, error.render()

    def _error(self, rule: Rule, submission: Submission) -> JSONataError | None:
        program = compile_expression(rule.trigger.condition.expression)
        if isinstance(program, JSONataError):
            return program
        limits = Limits(time_ms=rule.timeout or self.timing.rule)
        try:
            program.evaluate(submission.order, limits=limits, now=self.now)
        except JSONataError as error:
            return error
        return None

    def _policy(self, unit_id: str | None) -> tuple[tuple[Unit, ...], Policy]:
        known = self._policies.get(unit_id)
        if known is None:
            path = self.rule_file.unit_path(unit_id)
            gap = self.rule_file.unit_gap(unit_id)
            chosen = applicable(self.dimensions, path, self.rule_file.settings, gap)
            known = self._policies[unit_id] = (path, compile_rules(chosen))
        return known


def decision_document(submission: Submission, decision: Decision) -> Document:
    """The decision as `dry-run --json` prints it."""
    who = {"orderId": submission.order_id, "unitId": submission.unit_id}
    return who | decision.to_document()
