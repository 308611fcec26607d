"""Placet: a self-hosted order authorization engine, and the same decisions in your own process.

    rules = placet.load_rules("rules.yaml")
    ruling = rules.decide({"orderId": "o-1", "value": 735000})
    ruling.outcome, ruling.reason, ruling.signers

Names are loaded when they are used first, so that importing the package costs next to nothing;
`__init__.pyi` tells type checkers what they are.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

__version__ = "0.1.0"

_HOMES: Final = {
    "placet.errors": ("Detail", "InvalidRequest", "PlacetError"),
    "placet.kit.text.located": ("Problem", "Severity"),
    "placet.policies.core.rule_file": ("RuleFileError",),
    "placet.orders.service.in_process": (
        "Rules", "Ruling", "Signer", "check_rules", "load_rules", "read_rules",
    ),
    "placet.policies.core.evaluation": ("Timing",),
    "placet.policies.core.effects": ("RuleStatus",),
    "placet.policies.core.trace": ("DimensionTrace", "Outcome", "RuleTrace"),
}  # fmt: skip
_HOME_OF: Final = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted([*_HOME_OF, "jsonata"])  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name == "jsonata":
        return import_module("placet.jsonata")
    if name not in _HOME_OF:
        raise AttributeError(f"module `placet` has no attribute `{name}`")
    value = globals()[name] = getattr(import_module(_HOME_OF[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
