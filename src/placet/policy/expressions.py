"""Expressions checked before they are stored: what is wrong with one, and where."""

from __future__ import annotations

from collections.abc import Iterable

from placet.errors import Detail, InvalidRequest
from placet.jsonata import JSONataError
from placet.policy.compiled import compile_expression
from placet.policy.model import DimensionDraft, RuleDraft

__all__ = ["advice", "check_dimension", "check_expression", "check_rule", "check_rules"]

_FIELD = "trigger.condition.expression"


def check_expression(source: str) -> JSONataError | None:
    """Why an expression does not compile, None when it does."""
    program = compile_expression(source)
    return program if isinstance(program, JSONataError) else None


def advice(error: JSONataError) -> str:
    """An error's message with its hint, on one line."""
    return f"{error.message}; {error.hint}" if error.hint else error.message


def check_rule(rule: RuleDraft) -> None:
    """Refuse a rule whose expression does not compile.

    Raises:
        InvalidRequest: of the code `bad-expression`; its message shows the place in the expression.
    """
    _refuse(_problems([rule], ""))


def check_rules(rules: Iterable[RuleDraft], path: str = "") -> None:
    """Refuse rules whose expressions do not compile; `path` leads to the rules in the body.

    Raises:
        InvalidRequest: as of `check_rule`, with one detail per rule at fault.
    """
    _refuse(_problems(rules, path + "[{index}]."))


def check_dimension(dimension: DimensionDraft) -> None:
    """Refuse a dimension with an expression that does not compile; errors as in `check_rules`."""
    check_rules(dimension.rule_collection, "ruleCollection")


def _problems(rules: Iterable[RuleDraft], path: str) -> list[Detail]:
    checked = (check_expression(rule.trigger.condition.expression) for rule in rules)
    return [
        Detail(path.format(index=index) + _FIELD, error.render())
        for index, error in enumerate(checked)
        if error is not None
    ]


def _refuse(details: list[Detail]) -> None:
    if details:
        raise InvalidRequest(str(details[0]), code="bad-expression", details=details)
