"""What a walk found: the decision, and for every dimension and rule what happened to it and why.

Everything is plain data that survives `to_document` → JSON → `from_document` unchanged, and holds
nothing that differs between two equal walks (no elapsed time).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from placet.kit.stored import Stored
from placet.kit.wire_model import Document
from placet.policies.core.effects import EffectType, RuleStatus


class Outcome(StrEnum):
    """What a walk, a dimension or an order has come to."""

    ACCEPTED = "accepted"
    DENIED = "denied"
    PENDING = "pending"


_EFFECTS: Final = {effect.word: effect for effect in EffectType}


class Result(StrEnum):
    """What a rule's expression gave."""

    TRUE = "true"
    FALSE = "false"
    UNDEFINED = "undefined"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class RuleError(Stored):
    """Why an expression gave no answer: the language's code, or `non-boolean`.

    `position` is an offset into the expression, `token` the text there; None when unknown.
    """

    code: str
    message: str
    position: int | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """One rule in one decision.

    `result` is None when the rule was not evaluated, and `skipped` then says why. `review`: it is
    pending because it failed, not because it fired. `evidence`: why it fired, one clause each.
    """

    rule_id: str
    name: str
    effect: EffectType
    result: Result | None = None
    status: RuleStatus | None = None
    error: RuleError | None = None
    review: bool = False
    evidence: tuple[str, ...] = ()
    skipped: str | None = None

    @property
    def reached(self) -> bool:
        """Whether the rule was evaluated."""
        return self.result is not None

    @property
    def fired(self) -> bool:
        """Whether the expression yielded true."""
        return self.result is Result.TRUE

    def to_document(self) -> Document:
        """As JSON."""
        return {
            "ruleId": self.rule_id,
            "name": self.name,
            "effect": self.effect.word,
            "reached": self.reached,
            "fired": self.fired,
            "result": self.result,
            "status": self.status,
            "error": self.error.to_document() if self.error else None,
            "manualReview": self.review,
            "evidence": list(self.evidence),
            "notReachedBecause": self.skipped,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """From JSON."""
        error, result, status = document["error"], document["result"], document["status"]
        return cls(
            rule_id=document["ruleId"],
            name=document["name"],
            effect=_EFFECTS[document["effect"]],
            result=Result(result) if result else None,
            status=RuleStatus(status) if status else None,
            error=RuleError.from_document(error) if error else None,
            review=document["manualReview"],
            evidence=tuple(document["evidence"]),
            skipped=document["notReachedBecause"],
        )


@dataclass(frozen=True, slots=True)
class DimensionTrace:
    """One dimension in one decision. `label` names its unit from the root: `Acme / Sales`.

    `shares_unit`: the unit has other dimensions in the policy, so `place` tells them apart by name.
    """

    dimension_id: str
    name: str
    label: str
    unit_id: str | None
    simulated: bool
    require_all: bool
    rules: tuple[RuleTrace, ...]
    status: Outcome | None = None
    skipped: str | None = None
    shares_unit: bool = False

    @property
    def place(self) -> str:
        """How messages call the dimension: `` `Acme` ``, or `` `Special approvals` of `Acme` ``."""
        return f"`{self.name}` of `{self.label}`" if self.shares_unit else f"`{self.label}`"

    @property
    def title(self) -> str:
        """The same without marks: `Acme`, or `Special approvals of Acme`."""
        return f"{self.name} of {self.label}" if self.shares_unit else self.label

    @property
    def reached(self) -> bool:
        """Whether the walk came this far."""
        return self.skipped is None

    def rule(self, rule_id: str) -> RuleTrace | None:
        """The rule with this id, None when there is none."""
        return next((rule for rule in self.rules if rule.rule_id == rule_id), None)

    def to_document(self) -> Document:
        """As JSON."""
        return {
            "dimensionId": self.dimension_id,
            "name": self.name,
            "label": self.label,
            "unitId": self.unit_id,
            "simulated": self.simulated,
            "requireAllRulesAcceptance": self.require_all,
            "reached": self.reached,
            "status": self.status,
            "notReachedBecause": self.skipped,
            "sharesUnit": self.shares_unit,
            "rules": [rule.to_document() for rule in self.rules],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """From JSON."""
        status = document["status"]
        return cls(
            dimension_id=document["dimensionId"],
            name=document["name"],
            label=document["label"],
            unit_id=document["unitId"],
            simulated=document["simulated"],
            require_all=document["requireAllRulesAcceptance"],
            rules=tuple(RuleTrace.from_document(rule) for rule in document["rules"]),
            status=Outcome(status) if status else None,
            skipped=document["notReachedBecause"],
            # Traces stored before dimensions of one unit were told apart do not say.
            shares_unit=document.get("sharesUnit", False),
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """How a walk ended.

    `dimension_id` and `rule_id` name the rule that decided (the first one where several wait); both
    are None when no rule fired. `reason` is one sentence for people.
    """

    outcome: Outcome
    reason: str
    dimensions: tuple[DimensionTrace, ...]
    dimension_id: str | None = None
    rule_id: str | None = None

    def to_document(self) -> Document:
        """As JSON: what `dry-run` prints."""
        return {
            "outcome": self.outcome,
            "reason": self.reason,
            "dimensionId": self.dimension_id,
            "ruleId": self.rule_id,
            "dimensions": [dimension.to_document() for dimension in self.dimensions],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """From JSON."""
        return cls(
            outcome=Outcome(document["outcome"]),
            reason=document["reason"],
            dimensions=tuple(DimensionTrace.from_document(item) for item in document["dimensions"]),
            dimension_id=document["dimensionId"],
            rule_id=document["ruleId"],
        )
