"""What is wrong where the parser stopped: the language's code, position and token.

The parser's stack tells which brackets are open and so what would have been right.
"""

from __future__ import annotations

from typing import Any, Final

from lark import Token
from lark.exceptions import UnexpectedInput, UnexpectedToken

from placet.jsonata.errors import JSONataError
from placet.jsonata.parser.lexemes import Found, read_token
from placet.jsonata.parser.syntax import LambdaHead, Syntax, SyntaxBuilder

__all__ = ["diagnose"]

_END: Final = "(end)"
_BRACE: Final = "{"
_OPERAND_STARTS: Final = frozenset({"(", "[", "{", "-", "*", "**", "%", "|"})
_CHOICE: Final = "?"
_OPENERS: Final = {
    "LPAR": ")",
    "LSQB": "]",
    "LBRACE": ":",
    "CARET": "(",
    "LAMBDA": _BRACE,
    "QUESTION": _CHOICE,
}
_CLOSERS: Final = {"RPAR": ")", "RSQB": "]", "RBRACE": "}"}
# What an entry makes of what was wanted before it.
_NEXT: Final = {
    ("LPAR", "("): ")",
    ("LBRACE", _BRACE): "}",
    ("COLON", ":"): "}",
    ("COLON", _CHOICE): "",
    ("COMMA", "}"): ":",
    ("LIST", ":"): "}",
}


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
    last = stack[-1] if stack else None
    if isinstance(last, Token) and last.type == "BINDER":
        return _bad_binder(last, found)
    if isinstance(last, Token) and last.type == "BIND":
        try:
            SyntaxBuilder().target(stack[-2:])
        except JSONataError as bad_target:
            return bad_target
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
    wanted: list[str] = []
    before: Any = None
    for entry in stack:
        if isinstance(entry, Token):
            _see(entry.type, isinstance(before, Syntax), wanted)
        elif isinstance(entry, list):
            _see("LIST", False, wanted)
        elif isinstance(entry, LambdaHead):
            wanted.append(_BRACE)
        before = entry
    return next((closer for closer in reversed(wanted) if closer != _CHOICE), "")


def _see(kind: str, after_operand: bool, wanted: list[str]) -> None:
    """Change what is wanted, outermost first, by one more entry of the stack."""
    top = wanted[-1] if wanted else ""
    if kind == "PIPE":
        if after_operand and top == "|":
            wanted.pop()
        else:
            wanted += "||"
    elif (kind, top) in _NEXT:
        wanted[-1:] = _NEXT[kind, top]
    elif kind in _OPENERS:
        wanted.append(_OPENERS[kind])
    elif kind in _CLOSERS:
        while wanted and wanted.pop() != _CLOSERS[kind]:
            pass
