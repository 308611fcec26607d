"""Policies that hypothesis draws, and decisions by clocks that tests move."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from hypothesis import strategies as st

from placet.policies.core.compiled import Policy, applicable, compile_rules
from placet.policies.core.model import AccountSettings, Dimension, NoRuleFired
from placet.policies.core.trace import Decision
from placet.policies.core.walk import walk

NOW = 1_760_000_000_000


ORDER = {"orderId": "o-1", "value": 70, "items": [{"price": 3}, {"price": 4}]}


EXPRESSIONS = [
    "true",
    "false",
    "value > 60",
    "value > 80",
    "missing = 1",
    "items.price > 3",
    "value",
]


def standing() -> float:
    """A clock that does not move: no time limit of a whole decision is ever reached."""
    return 0.0


def ticking(step: float) -> Callable[[], float]:
    """A clock that moves by `step` seconds whenever it is read."""
    ticks = count()
    return lambda: next(ticks) * step


def rule(identity: str, expression: str, effect: int = 1, priority: int = 1) -> dict[str, Any]:
    return {
        "id": identity,
        "name": identity,
        "priority": priority,
        "trigger": {
            "condition": {"expression": expression},
            "effect": {"effectType": effect},
        },
        "scoreInterval": {"accept": 10, "deny": 5},
    }


def dimension(identity: str, rules: list[dict[str, Any]], **fields: Any) -> Dimension:
    document = {
        "id": identity,
        "name": identity,
        "priority": 1,
        "requireAllRulesAcceptance": False,
        "ruleCollection": rules,
    }
    return Dimension.model_validate(document | fields)


def decide(policy: Policy, **options: Any) -> Decision:
    return walk(policy, ORDER, now=NOW, **({"clock": standing} | options))


@st.composite
def dimensions(draw: st.DrawFn, simulated: bool | None = None) -> list[Dimension]:
    drawn = []
    for index in range(draw(st.integers(0, 3))):
        rules = [
            rule(
                f"r{position}",
                draw(st.sampled_from(EXPRESSIONS)),
                draw(st.integers(0, 2)),
                draw(st.integers(0, 3)),
            )
            for position in range(draw(st.integers(0, 4)))
        ]
        simulate = draw(st.booleans()) if simulated is None else simulated
        fields = {
            "priority": draw(st.integers(0, 2)),
            "requireAllRulesAcceptance": draw(st.booleans()),
            "shouldSimulate": simulate,
        }
        drawn.append(dimension(f"d{index}", rules, **fields))
    return drawn


settings_strategy = st.sampled_from(
    [AccountSettings(no_rule_fired=choice) for choice in NoRuleFired]
)


def policy_of(drawn: list[Dimension], settings: AccountSettings | None = None) -> Policy:
    return compile_rules(applicable(drawn, (), settings))
