"""Expressions checked before they are stored: what is wrong with one, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from placet.errors import Detail, InvalidRequest
from placet.jsonata import JSONataError
from placet.policy.compiled import compile_expression
from placet.policy.model import DimensionDraft, RuleDraft

__all__ = ["ExpressionProblem", "check_dimension", "check_expression", "check_rules"]

MAX_EXCERPT: Final = 100
SLIPS: Final = (
    (re.compile(r"!==?|<>"), "`!=` means different"),
    (re.compile(r"={2,3}"), "a single `=` compares"),
    (re.compile(r"=[<>]"), "`<=` and `>=` end in `=`"),
    (re.compile(r"&&|\bAND\b"), "`and` joins two conditions"),
    (re.compile(r"\|\||\bOR\b"), "`or` joins two conditions"),
    (re.compile(r"!"), "`$not(…)` negates"),
    (re.compile(r"\bnot\s+"), "`$not(…)` negates"),
    (re.compile(r"\bif\s+"), "`condition ? yes : no` chooses"),
    (re.compile(r"[≥≤≠]"), "operators are `>=`, `<=` and `!=`"),
    (re.compile(r"\d,\d|\d\.\d+\.\d"), "numbers are written without separators, `1000000`"),
)
"""Spellings of other languages, with what is meant here."""


@dataclass(frozen=True, slots=True)
class ExpressionProblem:
    """Why an expression does not compile.

    `offset` is where the token at fault starts (characters from 0), `line` and `column` the same
    from 1; `excerpt` is the line with a caret below the place; `hint` says what is probably meant
    and is empty when nothing is known.
    """

    code: str
    message: str
    offset: int
    line: int
    column: int
    excerpt: str
    hint: str = ""

    @property
    def advice(self) -> str:
        """The message with its hint."""
        return f"{self.message}; {self.hint}" if self.hint else self.message

    def __str__(self) -> str:
        where = f"line {self.line}, column {self.column}"
        return f"{self.advice} ({self.code}, {where})\n{self.excerpt}"


def check_expression(source: str) -> ExpressionProblem | None:
    """The first thing wrong with an expression, None when it compiles."""
    program = compile_expression(source)
    if not isinstance(program, JSONataError):
        return None
    offset = _start(program, source)
    before = source[:offset]
    line = before.count("\n") + 1
    column = offset - (before.rfind("\n") + 1) + 1
    excerpt = _excerpt(source.split("\n")[line - 1], column)
    hint = _hint(source, offset)
    return ExpressionProblem(program.code, program.message, offset, line, column, excerpt, hint)


def check_rules(rules: Iterable[RuleDraft], path: str = "") -> None:
    """Refuse rules whose expressions do not compile; `path` leads to the rules in the body.

    Raises:
        InvalidRequest: of the code `bad-expression`, with one detail per rule at fault.
    """
    details = []
    for index, rule in enumerate(rules):
        problem = check_expression(rule.trigger.condition.expression)
        if problem is not None:
            field = f"{path}[{index}].trigger.condition.expression"
            details.append(Detail(field.lstrip("."), str(problem)))
    if details:
        message = f"`{details[0].field}`: {details[0].message}"
        raise InvalidRequest(message, code="bad-expression", details=details)


def check_dimension(dimension: DimensionDraft) -> None:
    """Refuse a dimension with an expression that does not compile; errors as in `check_rules`."""
    check_rules(dimension.rule_collection, "ruleCollection")


def _start(error: JSONataError, source: str) -> int:
    """The language reports the place just past the token at fault; people look for its start."""
    if error.position is None:
        return 0
    end = min(max(error.position, 0), len(source))
    token = error.token or ""
    if token and source[end - len(token) : end] == token:
        return end - len(token)
    return max(end - 1, 0)


def _hint(source: str, offset: int) -> str:
    """What is meant by the spelling of another language at or just before `offset`."""
    start = max(0, offset - 12)
    nearby = source[start : offset + 4]
    for pattern, hint in SLIPS:
        for slip in pattern.finditer(nearby):
            if slip.start() <= offset - start <= slip.end():
                return hint
    return ""


def _excerpt(line: str, column: int) -> str:
    start = max(0, column - 1 - MAX_EXCERPT // 2)
    shown = line[start : start + MAX_EXCERPT].replace("\t", " ")
    return f"{shown}\n{' ' * (column - 1 - start)}^"
