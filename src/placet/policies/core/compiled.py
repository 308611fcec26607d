"""Dimensions made ready to be walked: chosen, ordered, their expressions compiled once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from placet import jsonata
from placet.jsonata import Expression, JSONataError
from placet.kit.wire_model import MAX_PRIORITY, Document
from placet.people.core.unit import Unit
from placet.policies.core.model import AccountSettings, Dimension, NoRuleFired, Rule, UnitChoice
from placet.policies.core.unit_gate import UnitGap, is_gate_rule

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


def reads_budget_data(program: Expression) -> bool:
    """Whether a rule's expression may look at `budgetData`, which is fetched for it then."""
    return program.analysis.may_read("budgetData")


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule and its program, or why there is none (then the rule errs in every walk).

    `last_resort`: a rule of the service's own, which asks people about orders that no rule decides,
    or that no unit places. It fires whatever the order, also when no time is left.
    """

    rule: Rule
    program: Expression | JSONataError
    last_resort: bool = False


@dataclass(frozen=True, slots=True)
class CompiledDimension:
    """A dimension with its rules in the order of evaluation: priority, effect, position."""

    dimension: Dimension
    rules: tuple[CompiledRule, ...]

    @property
    def is_gate(self) -> bool:
        """Whether it asks a person about whatever the dimensions before it would let through."""
        return any(is_gate_rule(compiled.rule) for compiled in self.rules)


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
            isinstance(rule.program, Expression) and reads_budget_data(rule.program)
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
    gap: UnitGap | None = None,
) -> list[Dimension]:
    """The dimensions that judge an order of the last unit of `unit_path`, in the order of the walk.

    Those of a unit on the path and those without a unit, see `in_walk_order`. Where the account
    wants people to decide orders that no rule decides, a last dimension with one workflow rule
    (both of the id `LAST_RESORT`) asks for that. Where it wants them to decide orders that no unit
    places, the dimension of the `gap` does so in its stead.
    """
    depth = {unit.id: index for index, unit in enumerate(unit_path)}
    chosen = in_walk_order(
        (item for item in dimensions if item.unit_id is None or item.unit_id in depth), depth
    )
    settings = settings or AccountSettings()
    if gap is not None and gap.choice(settings) is UnitChoice.PENDING:
        chosen.append(gap.dimension())
    elif settings.no_rule_fired is NoRuleFired.PENDING:
        chosen.append(_last_resort())
    return chosen


def in_walk_order(dimensions: Iterable[Dimension], depth: Mapping[str, int]) -> list[Dimension]:
    """The dimensions in the order in which a walk meets them; `depth`: of each unit, from the root.

    By ascending priority; ties: the deeper unit first (no unit, or one that is unknown, is the
    shallowest), then the older dimension, then the smaller id.
    """
    return sorted(
        dimensions,
        key=lambda item: (
            item.priority,
            -depth.get(item.unit_id or "", -1),
            item.created_at,
            item.id,
        ),
    )


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
                rule == LAST_RESORT_RULE or is_gate_rule(rule),
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
