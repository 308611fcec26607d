"""Dimensions made ready to be walked: chosen, ordered, their expressions compiled once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from placet import jsonata
from placet.jsonata import Expression, JSONataError
from placet.policy.fields import MAX_PRIORITY, Document
from placet.policy.model import AccountSettings, Dimension, NoRuleFired, Rule, Unit

__all__ = [
    "LAST_RESORT",
    "CompiledDimension",
    "CompiledRule",
    "Policy",
    "applicable",
    "compile_expression",
    "compile_rules",
]

LAST_RESORT: Final = "no-rule-fired"
LAST_RESORT_RULE: Final = Rule.model_validate(
    {
        "id": LAST_RESORT,
        "name": "No rule fired",
        "priority": 1,
        "trigger": {
            "condition": {"expression": "true"},
            "effect": {"description": "no rule fired", "effectType": 2},
        },
        "scoreInterval": {"accept": 10, "deny": 5},
    }
)

CACHED_POLICIES: Final = 256
CACHED_EXPRESSIONS: Final = 4096


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule and its program, or why there is none (then the rule errs in every walk).

    `last_resort`: the rule that asks people about orders no rule decides. It fires whatever the
    order, also when no time is left.
    """

    rule: Rule
    program: Expression | JSONataError
    last_resort: bool = False


@dataclass(frozen=True, slots=True)
class CompiledDimension:
    """A dimension with its rules in the order of evaluation: priority, effect, position."""

    dimension: Dimension
    rules: tuple[CompiledRule, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """The dimensions that judge an order, in the order of the walk.

    `digest` (SHA-256, hexadecimal) is the same for the same dimensions in the same order, in every
    process; `to_document` is the snapshot kept under it.
    """

    digest: str
    dimensions: tuple[CompiledDimension, ...]

    @property
    def reads_budget_data(self) -> bool:
        """Whether any rule looks at `budgetData`, so that it has to be fetched at all."""
        return any(
            isinstance(rule.program, Expression) and rule.program.reads_budget_data
            for dimension in self.dimensions
            for rule in dimension.rules
        )

    def find(self, dimension_id: str, rule_id: str) -> tuple[Dimension, Rule] | None:
        """The dimension and rule with these ids, None when one is not here."""
        for compiled in self.dimensions:
            if compiled.dimension.id == dimension_id:
                for rule in compiled.rules:
                    if rule.rule.id == rule_id:
                        return compiled.dimension, rule.rule
        return None

    def to_document(self) -> list[Document]:
        """The dimensions as JSON, in the order of the walk."""
        return [compiled.dimension.to_document() for compiled in self.dimensions]

    @classmethod
    def from_document(cls, document: Sequence[Any]) -> Policy:
        """The policy of a snapshot; compiled policies are shared within the process."""
        return compile_rules([Dimension.model_validate(item) for item in document])


def applicable(
    dimensions: Iterable[Dimension],
    unit_path: Sequence[Unit],
    settings: AccountSettings | None = None,
) -> list[Dimension]:
    """The dimensions that judge an order of the last unit of `unit_path`, in the order of the walk.

    Those of a unit on the path and those without a unit, by ascending priority; ties: the deeper
    unit first (no unit is the shallowest), then the older dimension, then the smaller id.
    Where the account wants people to decide orders that no rule decides, a last dimension with one
    workflow rule (both of the id `LAST_RESORT`) asks for that.
    """
    depth = {unit.id: index for index, unit in enumerate(unit_path)}
    chosen = [item for item in dimensions if item.unit_id is None or item.unit_id in depth]
    chosen.sort(
        key=lambda item: (
            item.priority,
            -depth[item.unit_id] if item.unit_id is not None else 1,
            item.created_at,
            item.id,
        )
    )
    if settings is not None and settings.no_rule_fired is NoRuleFired.PENDING:
        chosen.append(_last_resort())
    return chosen


def _last_resort() -> Dimension:
    return Dimension(
        id=LAST_RESORT,
        name="Last resort",
        priority=MAX_PRIORITY,
        require_all_rules_acceptance=False,
        rule_collection=(LAST_RESORT_RULE,),
    )


def compile_rules(dimensions: Sequence[Dimension]) -> Policy:
    """The policy of `dimensions`, which are walked in the order given (see `applicable`).

    A rule that does not compile does not raise: it errs in the walk, as any failing rule does.
    """
    digest = hashlib.sha256(":".join(item.digest for item in dimensions).encode()).hexdigest()
    cached = _policies.get(digest)
    if cached is not None:
        return cached
    policy = Policy(digest, tuple(_compile_dimension(item) for item in dimensions))
    while len(_policies) >= CACHED_POLICIES:
        _policies.pop(next(iter(_policies)), None)
    _policies[digest] = policy
    return policy


_policies: Final[dict[str, Policy]] = {}


def _compile_dimension(dimension: Dimension) -> CompiledDimension:
    # sorted is stable: equal priority and effect keep their position
    rules = sorted(dimension.rule_collection, key=lambda rule: (rule.priority, rule.effect))
    return CompiledDimension(
        dimension,
        tuple(
            CompiledRule(
                rule,
                compile_expression(rule.trigger.condition.expression),
                rule == LAST_RESORT_RULE,
            )
            for rule in rules
        ),
    )


@lru_cache(maxsize=CACHED_EXPRESSIONS)
def compile_expression(source: str) -> Expression | JSONataError:
    """The program of an expression, or the error it has; never raises."""
    try:
        return jsonata.compile(source)
    except JSONataError as error:
        return error
    except Exception as failure:  # one bad rule must not fail a request, whatever is wrong with it
        message = f"the expression could not be compiled ({type(failure).__name__})"
        return JSONataError("internal", message=message)
