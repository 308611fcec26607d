"""What is wrong where the parser stopped: the language's code, position and token.

The parser's stack tells which brackets are open and so what would have been right.
"""

from __future__ import annotations

from typing import Any, Final

from lark import Token
from lark.exceptions import UnexpectedInput, UnexpectedToken

from placet.jsonata.errors import JSONataError
from placet.jsonata.lexemes import Found, read_token
from placet.jsonata.signature import Signature
from placet.jsonata.syntax import LambdaHead

__all__ = ["diagnose"]

_END: Final = "(end)"
_BRACE: Final = "{"
_OPERAND_STARTS: Final = frozenset({"(", "[", "{", "-", "*", "**", "%", "|"})
_CLOSERS: Final = {"LPAR": ")", "LSQB": "]", "PIPE": "|"}


def diagnose(source: str, error: UnexpectedInput) -> JSONataError:
    """The syntax error behind the parser's complaint."""
    token = getattr(error, "token", None)
    at_end = isinstance(token, Token) and token.type == "$END"
    offset = len(source) if at_end else error.pos_in_stream or 0
    expected = _expected(error)
    operand = "NUMBER" in expected
    try:
        found = read_token(source, offset, operand)
    except JSONataError as broken:
        return broken
    stack = error.interactive_parser.parser_state.value_stack
    if stack and isinstance(stack[-1], Token) and stack[-1].type == "BINDER":
        return _bad_binder(stack[-1], found)
    if operand and found.text and found.operator:
        return JSONataError("S0211", position=found.end, token=found.text)
    wanted = _wanted(stack)
    if wanted == "{" and found.text == "<":
        return _open_signature(source, found)
    return _mismatch(wanted, found, operand)


def _expected(error: UnexpectedInput) -> set[str]:
    if isinstance(error, UnexpectedToken):
        return set(error.expected)
    return set(getattr(error, "allowed", None) or ())


def _mismatch(wanted: str, found: Found, operand: bool) -> JSONataError:
    end = found.operator and not found.text
    if wanted and end:
        return JSONataError("S0203", position=found.end, token=_END, value=wanted)
    if wanted:
        return JSONataError("S0202", position=found.end, token=found.text, value=wanted)
    if end and operand:
        return JSONataError("S0207", position=found.end, token=_END)
    return JSONataError("S0201", position=found.end, token=found.text)


def _bad_binder(binder: Token, found: Found) -> JSONataError:
    if found.operator and found.text and found.text not in _OPERAND_STARTS:
        return JSONataError("S0211", position=found.end, token=found.text)
    return JSONataError("S0214", position=found.end, token=str(binder))


def _open_signature(source: str, found: Found) -> JSONataError:
    brace = source.find("{", found.end)
    if brace < 0:
        return JSONataError("S0203", position=len(source), token=_END, value=">")
    return JSONataError("S0202", position=brace + 1, token=_BRACE, value=">")


def _wanted(stack: list[Any]) -> str:
    """What must close or continue the innermost open construct; "" on the outermost level."""
    colons = 0
    for index in range(len(stack) - 1, -1, -1):
        entry = stack[index]
        if isinstance(entry, LambdaHead):
            return "{"
        if not isinstance(entry, Token):
            continue
        if entry.type == "COLON":
            colons += 1
        elif entry.type == "QUESTION":
            colons = max(colons - 1, 0)
        elif entry.type == "CARET":
            return "("
        elif entry.type == "LBRACE":
            return _wanted_in_braces(stack, index, colons)
        elif entry.type in _CLOSERS:
            return _CLOSERS[entry.type]
    return ""


def _wanted_in_braces(stack: list[Any], brace: int, colons: int) -> str:
    before = stack[brace - 1] if brace else None
    if colons or isinstance(before, LambdaHead | Signature):
        return "}"
    # A list on top is complete pairs; anything else is a key being read.
    return "}" if isinstance(stack[-1], list | tuple) else ":"
