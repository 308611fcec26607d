"""Refusing rules whose expressions cannot be compiled, with the place that is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from placet.application.slow_lane import SlowLane
from placet.errors import Detail, InvalidRequest
from placet.jsonata import JSONataError
from placet.policy.compiled import compile_expression
from placet.policy.model import RuleDraft

__all__ = ["check_expressions", "describe"]

_FIELD: Final = "trigger.condition.expression"
_SHOWN: Final = 60


async def check_expressions(
    lane: SlowLane, rules: Sequence[RuleDraft], *, within: str = ""
) -> None:
    """Compile every rule's expression. `within` is the field that holds the rules
    (`ruleCollection`).

    Raises:
        InvalidRequest: one cannot be compiled; the message shows where and why.
        Unavailable: too much else is being compiled.
    """

    def compile_all() -> list[Detail]:
        details = []
        for index, rule in enumerate(rules):
            source = rule.trigger.condition.expression
            program = compile_expression(source)
            if isinstance(program, JSONataError):
                place = f"{within}[{index}].{_FIELD}" if within or len(rules) > 1 else _FIELD
                details.append(Detail(place, describe(program, source)))
        return details

    details = await lane.run(compile_all)
    if details:
        raise InvalidRequest(str(details[0]), code="invalid-expression", details=details)


def describe(error: JSONataError, source: str) -> str:
    """The error's code and sentence with line, column and, below, the line itself with a caret."""
    if error.position is None:
        return f"{error.code}: {error.message}"
    offset = _start(error, source)
    before = source[:offset]
    line_start = before.rfind("\n") + 1
    line_end = source.find("\n", offset)
    line = source[line_start : len(source) if line_end < 0 else line_end]
    column = offset - line_start
    cut = max(0, column - _SHOWN)
    shown = line[cut : column + _SHOWN].replace("\t", " ")
    where = f"line {before.count(chr(10)) + 1}, column {column + 1}"
    return f"{error.code} at {where}: {error.message}\n{shown}\n{' ' * (column - cut)}^"


def _start(error: JSONataError, source: str) -> int:
    # An error's position lies just past its token.
    end = min(max(error.position or 0, 0), len(source))
    token = error.token or ""
    if token and source.startswith(token, end - len(token)):
        return end - len(token)
    return max(end - 1, 0)
