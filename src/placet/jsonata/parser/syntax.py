"""The syntax of an expression as written, built while the parser reads.

The grammar reads a run of operands, operators and suffixes; `Run` folds it by binding power as it
comes. `tree` then turns the syntax into the nodes that the compiler works on.
"""

from __future__ import annotations

import re
from typing import Any, Final, Protocol

from placet.jsonata.errors import JSONataError
from placet.jsonata.parser.lexemes import read_name, read_number, read_string
from placet.jsonata.runtime.signature import Signature, parse_signature

__all__ = ["MAX_CHAIN", "MAX_DEPTH", "LambdaHead", "Lexeme", "Run", "Syntax", "SyntaxBuilder"]

# What is walked recursively later has to fit Python's own recursion limit of 1,000 frames, of which
# a server's framework already uses some: at three frames a level, this depth takes 450.
MAX_DEPTH: Final = 150
# Operators in a row on one level (`a or b or c …`), which are walked without recursion.
MAX_CHAIN: Final = 500

_POWERS: Final = {
    ".": 75,
    "*": 60,
    "/": 60,
    "%": 60,
    "+": 50,
    "-": 50,
    "&": 50,
    "=": 40,
    "!=": 40,
    "<": 40,
    "<=": 40,
    ">": 40,
    ">=": 40,
    "in": 40,
    "~>": 40,
    "and": 30,
    "or": 25,
}
_SUFFIX, _GROUP, _NEGATE, _SORT, _FALLBACK, _CONDITION, _BIND = 80, 70, 70, 40, 40, 20, 10
_CONSTANTS: Final = {"true": True, "false": False, "null": None}
_BLANK: Final = re.compile(r"[ \t\n\r\x0b]+|/\*[\s\S]*?\*/")
_OPERATOR_KINDS: Final = {".": ".", "~>": "~>"}
# These become part of a flat path or of the node they follow, not one more level of the tree.
_FLAT: Final = frozenset({".", "[", "{", "^", "@", "#"})


class Lexeme(Protocol):
    """A token of the lexer, offsets into the source."""

    value: str
    start_pos: int
    end_pos: int


class Syntax:
    """One construct as written.

    `kind` names it, `value` is what its token says, `position` the offset behind that token,
    `parts` its operands, `keep` a `[]` suffix. `depth` and `chain` measure the tree below.
    """

    __slots__ = ("chain", "depth", "end", "keep", "kind", "parts", "position", "start", "value")

    def __init__(  # noqa: PLR0917 - made for every token, and keywords cost time
        self, kind: str, value: Any, position: int, start: int, end: int, parts: Any = ()
    ) -> None:
        self.kind = kind
        self.value = value
        self.position = position
        self.start = start
        self.end = end
        self.parts = parts
        self.keep = False
        self.depth = 1
        self.chain = 0

    def contain(self, *children: Syntax | None) -> Syntax:
        """Measure the tree below `children`, one level down.

        Raises:
            JSONataError: U1003 when it is too deep.
        """
        for child in children:
            if child is not None:
                if child.depth >= self.depth:
                    self.depth = child.depth + 1
                self.chain = max(self.chain, child.chain)
        if self.depth > MAX_DEPTH:
            limit = f"{MAX_DEPTH} levels"
            raise JSONataError("U1003", position=self.position, limit=limit)
        return self

    def extend(self, left: Syntax) -> Syntax:
        """Measure a construct that continues `left` on its level.

        Raises:
            JSONataError: U1003 when the chain is too long.
        """
        self.depth = max(self.depth, left.depth)
        chain = left.chain if self.kind in _FLAT else left.chain + 1
        self.chain = max(self.chain, chain)
        if self.chain > MAX_CHAIN:
            limit = f"{MAX_CHAIN} operators in a row"
            raise JSONataError("U1003", position=self.position, limit=limit)
        return self


class LambdaHead:
    """`function($a, $b)`: what the parser holds while it reads the body."""

    __slots__ = ("parameters", "position", "start")

    def __init__(self, start: int, position: int, parameters: list[str]) -> None:
        self.start = start
        self.position = position
        self.parameters = parameters


class Run:
    """A run being folded: the operand so far and the operators that wait for their right side."""

    __slots__ = ("left", "waiting")

    left: Syntax

    def __init__(self) -> None:
        self.waiting: list[tuple[int, Lexeme, Syntax | None]] = []

    def close(self, power: int) -> Syntax:
        """Give what is waiting and binds at least as strongly as `power` its right side."""
        waiting = self.waiting
        while waiting and waiting[-1][0] >= power:
            _, token, left = waiting.pop()
            right = self.left
            value, position, end = token.value, token.end_pos, right.end
            if left is None:
                node = Syntax("negate", value, position, token.start_pos, end, (right,))
                self.left = node.contain(right)
            else:
                kind = _OPERATOR_KINDS.get(value, "binary")
                node = Syntax(kind, value, position, left.start, end, (left, right))
                self.left = node.contain(right).extend(left)
        return self.left

    def suffix(self, power: int, kind: str, token: Lexeme, end: int, value: Any) -> Syntax:
        """Put a closed suffix behind the operand; the caller measures what is in it."""
        left = self.close(power)
        node = Syntax(kind, token.value, token.end_pos, left.start, end, (left, value))
        self.left = node
        return node.extend(left)


class SyntaxBuilder:
    """The callbacks of the grammar: one method for each rule, alias and valued terminal.

    A rule's method gets what its symbols became, tokens included.
    """

    def NUMBER(self, token: Lexeme) -> Syntax:  # noqa: N802
        return _leaf("number", token, read_number(token.value, token.start_pos))

    def STRING(self, token: Lexeme) -> Syntax:  # noqa: N802
        return _leaf("string", token, read_string(token.value, token.start_pos))

    def CONSTANT(self, token: Lexeme) -> Syntax:  # noqa: N802
        return _leaf("value", token, _CONSTANTS[token.value])

    def NAME(self, token: Lexeme) -> Syntax:  # noqa: N802
        return _leaf("name", token, token.value)

    def QUOTED_NAME(self, token: Lexeme) -> Syntax:  # noqa: N802
        return _leaf("name", token, read_name(token.value))

    def VARIABLE(self, token: Lexeme) -> Syntax:  # noqa: N802
        return _leaf("variable", token, token.value[1:])

    def REGEX(self, token: Lexeme) -> Syntax:  # noqa: N802
        return _leaf("regex", token, token.value)

    def STAR(self, token: Lexeme) -> Syntax:  # noqa: N802
        return _leaf("wildcard", token, token.value)

    def DESCENDANT(self, token: Lexeme) -> Syntax:  # noqa: N802
        return _leaf("descendant", token, token.value)

    def PERCENT(self, token: Lexeme) -> Syntax:  # noqa: N802
        return _leaf("parent", token, token.value)

    def SIGNATURE(self, token: Lexeme) -> Signature:  # noqa: N802
        try:
            return parse_signature(_BLANK.sub("", token.value))
        except JSONataError as error:
            offset = error.details.get("offset")
            error.position = token.start_pos + 1 + (offset if isinstance(offset, int) else 0)
            raise

    def placeholder(self, children: list[Any]) -> Syntax:
        return _leaf("placeholder", children[0], children[0].value)

    def first(self, children: list[Any]) -> list[Any]:
        return children

    def more(self, children: list[Any]) -> list[Any]:
        items: list[Any] = children[0]
        items.append(children[2])
        return items

    def begin(self, children: list[Any]) -> Run:
        run = Run()
        run.left = children[0]
        return run

    def operand(self, children: list[Any]) -> Run:
        run: Run = children[0]
        run.left = children[1]
        return run

    def prefix(self, children: list[Any]) -> Run:
        run = Run() if len(children) == 1 else children[0]
        run.waiting.append((_NEGATE, children[-1], None))
        return run

    def infix(self, children: list[Any]) -> Run:
        run: Run = children[0]
        token: Lexeme = children[1]
        power = _POWERS[token.value]
        run.waiting.append((power, token, run.close(power)))
        return run

    def keep(self, children: list[Any]) -> Run:
        run: Run = children[0]
        kept = run.close(_SUFFIX)
        kept.end = children[2].end_pos
        while kept.kind == "[":
            kept = kept.parts[0]
        kept.keep = True
        return run

    def filter(self, children: list[Any]) -> Run:
        run: Run
        run, opening, expression, closing = children
        run.suffix(_SUFFIX, "[", opening, closing.end_pos, expression).contain(expression)
        return run

    def group(self, children: list[Any]) -> Run:
        run: Run = children[0]
        opening, closing = children[1], children[-1]
        pairs = children[2] if len(children) == 4 else []
        node = run.suffix(_GROUP, "{", opening, closing.end_pos, pairs)
        node.contain(*(side for pair in pairs for side in pair))
        return run

    def call(self, children: list[Any]) -> Run:
        run: Run = children[0]
        opening, closing = children[1], children[-1]
        arguments = children[2] if len(children) == 4 else []
        run.suffix(_SUFFIX, "call", opening, closing.end_pos, arguments).contain(*arguments)
        return run

    def sort(self, children: list[Any]) -> Run:
        run: Run
        run, caret, _, terms, closing = children
        node = run.suffix(_SORT, "^", caret, closing.end_pos, terms)
        node.contain(*(expression for expression, _, _ in terms))
        return run

    def binder(self, children: list[Any]) -> Run:
        run: Run
        run, token, variable = children
        run.suffix(_SUFFIX, token.value, token, variable.end, variable.value)
        return run

    def whole(self, children: list[Any]) -> Syntax:
        run: Run = children[0]
        return run.close(0)

    def condition(self, children: list[Any]) -> Syntax:
        run, token, then = children[:3]
        otherwise = children[4] if len(children) == 5 else None
        left = run.close(_CONDITION)
        return _end_run(run, "condition", token, (left, then, otherwise))

    def fallback(self, children: list[Any]) -> Syntax:
        run, token, right = children
        return _end_run(run, token.value, token, (run.close(_FALLBACK), right))

    def bind(self, children: list[Any]) -> Syntax:
        (run, token), value = children
        return _end_run(run, "bind", token, (run.left, value))

    def target(self, children: list[Any]) -> tuple[Run, Lexeme]:
        run, token = children
        left = run.close(_BIND)
        if left.kind != "variable":
            raise JSONataError("S0212", position=left.position, token=_token(left))
        return run, token

    def range(self, children: list[Any]) -> Syntax:
        left, token, right = children
        parts = (left, right)
        node = Syntax("range", token.value, token.end_pos, left.start, right.end, parts)
        return node.contain(left, right)

    def pair(self, children: list[Any]) -> tuple[Syntax, Syntax]:
        return children[0], children[2]

    def term(self, children: list[Any]) -> tuple[Syntax, bool, int]:
        expression: Syntax = children[-1]
        descending = len(children) == 2 and children[0].value == ">"
        return expression, descending, expression.position

    def block(self, children: list[Any]) -> Syntax:
        statements = children[1] if len(children) > 2 else []
        return _bracketed("block", children, statements).contain(*statements)

    def array(self, children: list[Any]) -> Syntax:
        items = children[1] if len(children) == 3 else []
        return _bracketed("array", children, items).contain(*items)

    def object(self, children: list[Any]) -> Syntax:
        pairs = children[1] if len(children) == 3 else []
        node = _bracketed("object", children, pairs)
        return node.contain(*(side for pair in pairs for side in pair))

    def lambda_head(self, children: list[Any]) -> LambdaHead:
        word, opening = children[:2]
        parameters = children[2] if len(children) == 4 else []
        for index, parameter in enumerate(parameters, 1):
            if parameter.kind != "variable":
                token = _token(parameter)
                raise JSONataError("S0208", position=parameter.position, token=token, index=index)
        names = [parameter.value for parameter in parameters]
        return LambdaHead(word.start_pos, opening.end_pos, names)

    def function(self, children: list[Any]) -> Syntax:
        head, body, closing = children[0], children[-2], children[-1]
        signature = children[1] if len(children) == 5 else None
        parts = (head.parameters, signature, body)
        node = Syntax("lambda", "(", head.position, head.start, closing.end_pos, parts)
        return node.contain(body)

    def transform(self, children: list[Any]) -> Syntax:
        pattern, update = children[1], children[3]
        delete = children[5] if len(children) == 7 else None
        return _bracketed("transform", children, (pattern, update, delete)).contain(
            pattern, update, delete
        )


def _leaf(kind: str, token: Lexeme, value: Any) -> Syntax:
    return Syntax(kind, value, token.end_pos, token.start_pos, token.end_pos)


def _bracketed(kind: str, children: list[Any], parts: Any) -> Syntax:
    opening, closing = children[0], children[-1]
    end = closing.end_pos
    return Syntax(kind, opening.value, opening.end_pos, opening.start_pos, end, parts)


def _end_run(run: Run, kind: str, token: Lexeme, parts: tuple[Syntax | None, ...]) -> Syntax:
    left, end = run.left, next(part.end for part in reversed(parts) if part)
    node = Syntax(kind, token.value, token.end_pos, left.start, end, parts)
    run.left = node.contain(*parts)
    return run.close(0)


def _token(syntax: Syntax) -> str:
    if syntax.kind == "value":
        return "null" if syntax.value is None else str(syntax.value).lower()
    return str(syntax.value)
