"""Expressions checked before they are stored: what is wrong with one, and where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from placet.errors import Detail, InvalidRequest
from placet.jsonata import JSONataError
from placet.policies.core.compiled import compile_expression
from placet.policies.core.hazards import repaired
from placet.policies.core.model import DimensionDraft, RuleDraft

LONGEST_SUGGESTION: Final = 200
# Of so many wrong expressions of one document it is found out what they should be.
MAX_REPAIRS: Final = 50
_FIELD = "trigger.condition.expression"


def check_expression(source: str) -> JSONataError | None:
    """Why an expression does not compile, None when it does."""
    program = compile_expression(source)
    return program if isinstance(program, JSONataError) else None


def advice(error: JSONataError, *, repair: bool = True) -> str:
    """An error's message with its hint and the expression as it should be, on one line.

    Without `repair` the expression is left out: to find it takes some milliseconds.
    """
    told = f"{error.message}; {error.hint}" if error.hint else error.message
    meant = repaired(error) if repair else None
    if meant is None or len(meant) > LONGEST_SUGGESTION:
        return told
    return f"{told}; write `{' '.join(meant.split())}`"


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
    found: list[Detail] = []
    for index, rule in enumerate(rules):
        error = check_expression(rule.trigger.condition.expression)
        if error is not None:
            shown = _shown(error, repair=len(found) < MAX_REPAIRS)
            found.append(Detail(path.format(index=index) + _FIELD, shown))
    return found


def _shown(error: JSONataError, *, repair: bool) -> str:
    meant = repaired(error) if repair else None
    return error.render() if meant is None else f"{error.render()}\nwrite: {meant}"


def _refuse(details: list[Detail]) -> None:
    if details:
        raise InvalidRequest(str(details[0]), code="bad-expression", details=details)
