"""Writes operators. Shortcuts compute in place when the operands' types are the usual ones."""

from __future__ import annotations

import ast
from typing import Any, Final

from placet.jsonata import nodes
from placet.jsonata.generate.core import Context, Generator, Kind, Value, writes
from placet.jsonata.generate.quasi import block_template, constant, expression_template, load
from placet.jsonata.runtime.operators import LARGEST
from placet.jsonata.runtime.values import UNDEFINED

__all__ = ["as_boolean", "emit_test", "write_truth"]

_ASSIGN = block_template("T = V")
_CALL = expression_template("F(A, B)")
_CALL_STATE = expression_template("F(A, B, state)")
_RANGE = expression_template("number_range(A, B, state)")
_NEGATE = expression_template("negate(A)")
_NEGATE_FAST = expression_template("-A if type(A) is int else negate(A)")
_IF = block_template("if C:\n    BODY")
_IF_ELSE = block_template("if C:\n    BODY\nelse:\n    OTHER")
_IF_NOT = block_template("if not C:\n    BODY")
_TRUTHY = expression_template("truthy(V, state)")
_IS_TRUE = expression_template("V is True")
_CALL_IS_TRUE = expression_template("F(A, B, state) is True")
_BOOL = expression_template("True if V else False")
_ISTYPE = expression_template("type(A) is T")

_FUNCTIONS: Final = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "%": "remainder",
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
    "=": "equals",
    "!=": "not_equals",
    "in": "contained_in",
}
# Beside a small literal, one range check on the result proves that no digit was lost.
_LITERAL_FAST: Final = {
    "+": expression_template(
        "A + B if (type(N) is int or type(N) is float) and -HALF < N < HALF else F(A, B)"
    ),
    "-": expression_template(
        "A - B if (type(N) is int or type(N) is float) and -HALF < N < HALF else F(A, B)"
    ),
    "*": expression_template(
        "A * B if (type(N) is int or type(N) is float) and -SMALL < N < SMALL else F(A, B)"
    ),
}
_ADD_FAST: Final = {
    "+": expression_template(
        "A + B if type(A) is int and type(B) is int and -HALF < A < HALF and -HALF < B < HALF"
        " else F(A, B)"
    ),
    "-": expression_template(
        "A - B if type(A) is int and type(B) is int and -HALF < A < HALF and -HALF < B < HALF"
        " else F(A, B)"
    ),
}
_MULTIPLY_FAST = expression_template(
    "A * B if (type(A) is int or type(A) is float) and -SMALL < A < SMALL"
    " and (type(B) is int or type(B) is float) and -SMALL < B < SMALL else F(A, B)"
)
_DIVIDE_FAST = expression_template(
    "A / B if type(A) is int and type(B) is int and B and -HALF < A < HALF and -HALF < B < HALF"
    " else F(A, B)"
)
_DIVIDE_LITERAL = expression_template("A / B if type(A) is int and -HALF < A < HALF else F(A, B)")
_ORDERS: Final = ("<", "<=", ">", ">=")
_COMPARE_PLAIN: Final = {sign: expression_template(f"A {sign} B") for sign in _ORDERS}
_ONE_NUMBER: Final = "if type(N) is int or type(N) is float else"
_COMPARE_LITERAL: Final = {
    sign: expression_template(
        f"A {sign} B {_ONE_NUMBER} undefined if N is undefined else F(A, B, state)"
    )
    for sign in _ORDERS
}
_TEST_LITERAL: Final = {
    sign: expression_template(
        f"A {sign} B {_ONE_NUMBER} N is not undefined and F(A, B, state) is True"
    )
    for sign in _ORDERS
}
_BOTH_NUMBERS: Final = (
    "if (type(A) is int and -LARGEST < A < LARGEST or type(A) is float)"
    " and (type(B) is int or type(B) is float) else"
)
_COMPARE: Final = {
    sign: expression_template(f"A {sign} B {_BOTH_NUMBERS} F(A, B, state)") for sign in _ORDERS
}
_TEST: Final = {
    sign: expression_template(f"A {sign} B {_BOTH_NUMBERS} F(A, B, state) is True")
    for sign in _ORDERS
}
_REMAINDER_LITERAL = expression_template("A % B if type(A) is int and 0 <= A < HALF else F(A, B)")
_JOIN_TEXTS = expression_template("A + B")
_JOIN_BOTH = expression_template(
    "A + B if type(A) is str and type(B) is str else quick_concatenate(A, B, state)"
)
_JOIN_ONE = expression_template("A + B if type(V) is str else quick_concatenate(A, B, state)")
_EQUAL = expression_template("A == B")
_UNEQUAL = expression_template("A != B and A is not undefined")
_EQUAL_NO_BOOL = expression_template("A == B and type(A) is not bool")
_UNEQUAL_OR_BOOL = expression_template("(A != B or type(A) is bool) and A is not undefined")
_IS = expression_template("A is B")
_IS_NOT = expression_template("A is not B and A is not undefined")
_BOTH_TEXTS: Final = "if type(A) is str and type(B) is str"
_EQUAL_ANY: Final = {
    sign: expression_template(f"A {python} B {_BOTH_TEXTS} else F(A, B, state)")
    for sign, python in (("=", "=="), ("!=", "!="))
}
# Long texts are compared where that is accounted for.
_EQUAL_SHORT: Final = {
    sign: expression_template(f"A {python} B {_BOTH_TEXTS} and len(A) < LONG else F(A, B, state)")
    for sign, python in (("=", "=="), ("!=", "!="))
}
_EQUAL_NUMBERS: Final = {
    sign: expression_template(
        f"A {python} B if type(A) is int and type(B) is int and -LARGEST < A < LARGEST"
        " else F(A, B, state)"
    )
    for sign, python in (("=", "=="), ("!=", "!="))
}
_IN_SET = expression_template("type(A) is str and A in B")
_IN_TEXTS = expression_template(
    "A in B if (type(B) is Sequence or type(B) is list) and len(B) < MANY else F(A, B, state)"
)
_IN_LIST = expression_template(
    "A in B if type(A) is str and (type(B) is Sequence or type(B) is list)"
    " and len(B) < MANY and len(A) < LONG else F(A, B, state)"
)
_COMPARISONS: Final = frozenset({*_ORDERS, "=", "!=", "in"})
_LONG: Final = 1_000
_MANY: Final = 10_000
_HALF: Final = 2**52
_SMALL: Final = 2**26


@writes(nodes.Literal)
def write_literal(gen: Generator, node: nodes.Literal, context: Context) -> Value:
    """A constant."""
    return gen.literal(node.value)


@writes(nodes.Negate)
def write_negate(gen: Generator, node: nodes.Negate, context: Context) -> Value:
    """`-a`."""
    operand = gen.stored(gen.emit(node.operand, context, loose=True))
    template = _NEGATE_FAST if gen.options.shortcuts else _NEGATE
    code = template(A=operand.code)
    for call in _calls(code):
        gen.at(call, node.position, "-")
    return gen.stored(Value(code, Kind.NUMBER, loose=operand.loose))


@writes(nodes.Range)
def write_range(gen: Generator, node: nodes.Range, context: Context) -> Value:
    """`a..b` inside an array constructor."""
    left = gen.stored(gen.emit(node.left, context))
    right = gen.stored(gen.emit(node.right, context))
    code = gen.at(_RANGE(A=left.code, B=right.code), node.position, "..")
    return gen.stored(Value(code))


@writes(nodes.Binary)
def write_binary(gen: Generator, node: nodes.Binary, context: Context) -> Value:
    """Any operator between two operands; a long chain like `a + b + c` without recursion."""
    if node.operator in ("and", "or"):
        return _write_logic(gen, node, context)
    return gen.stored(_write_operations(gen, node, context))


def _write_operations(
    gen: Generator, node: nodes.Binary, context: Context, test: bool = False
) -> Value:
    """The operations of a chain, the last one in no variable yet. `test`: only whether it is true
    matters."""
    chain = _spine(node, gen.options.traced, logic=False)
    value = gen.emit(chain[-1].left, context, loose=True)
    for operation in reversed(chain):
        last = operation is node
        value = _write_operation(gen, operation, gen.stored(value), context, test and last)
    return value


def _spine(node: nodes.Binary, traced: bool, *, logic: bool) -> list[nodes.Binary]:
    """`node`, its left operand, that one's left operand …, while they are operations of its sort.

    Traced code takes them one by one.
    """
    chain = [node]
    left = node.left
    while (
        not traced
        and isinstance(left, nodes.Binary)
        and (left.operator in {"and", "or"}) == logic
        and not (left.predicates or left.group or left.keep_array)
    ):
        chain.append(left)
        left = left.left
    return chain


def _write_operation(
    gen: Generator, node: nodes.Binary, left: Value, context: Context, test: bool
) -> Value:
    if node.operator == "in" and gen.options.shortcuts:
        texts = _constant_texts(node.right)
        if texts is not None:
            return Value(_IN_SET(A=left.code, B=gen.keep_constant(texts)), Kind.BOOL)
    right = gen.stored(gen.emit(node.right, context, loose=True))
    if node.operator == "&":
        if gen.options.quick:
            return _joined(left, right)
        code = _CALL_STATE(F="concatenate", A=left.code, B=right.code)
        return Value(gen.at(code, node.position, "&"), Kind.TEXT)
    ordered = node.operator in _ORDERS
    call = _CALL_IS_TRUE if test and ordered else _CALL
    if call is _CALL and node.operator in _COMPARISONS:
        call = _CALL_STATE
    shortcut = None
    if gen.options.shortcuts:
        shortcut = _shortcut(node.operator, left, right, test, gen.options.quick)
    code = shortcut or call(F=_FUNCTIONS[node.operator], A=left.code, B=right.code)
    for call_node in _calls(code):
        gen.at(call_node, node.position, node.operator)
    if ordered:
        sure = test or isinstance(code, ast.Compare)
        return Value(code, Kind.BOOL if sure else Kind.CONDITION)
    if node.operator in ("=", "!=", "in"):
        return Value(code, Kind.BOOL)
    return Value(code, Kind.NUMBER, loose=shortcut is not None)


def _calls(code: ast.expr) -> list[ast.expr]:
    """The runtime call in a shortcut: the only part that may fail."""
    while not isinstance(code, ast.Call):
        match code:
            case ast.IfExp(orelse=inner) | ast.BoolOp(values=[_, inner]) | ast.Compare(left=inner):
                code = inner
            case _:
                return []
    return [code]


def _joined(left: Value, right: Value) -> Value:
    """`left & right` in quick code."""
    unsure = [value for value in (left, right) if value.kind != Kind.TEXT]
    parts = {"A": left.code, "B": right.code}
    if not unsure:
        return Value(_JOIN_TEXTS(**parts), Kind.TEXT)
    if len(unsure) == 1:
        return Value(_JOIN_ONE(V=unsure[0].code, **parts), Kind.TEXT)
    return Value(_JOIN_BOTH(**parts), Kind.TEXT)


def _number_literal(value: Value, limit: int = _SMALL) -> bool:
    literal = value.literal
    return type(literal) in (int, float) and -limit < literal < limit


def _shortcut(operator: str, left: Value, right: Value, test: bool, quick: bool) -> ast.expr | None:
    if operator in ("=", "!="):
        return _equality(operator, left, right, quick)
    function = _FUNCTIONS[operator]
    parts: dict[str, Any] = {"A": left.code, "B": right.code, "F": function}
    if operator == "in":
        many = constant(_MANY)
        if type(left.literal) is str:
            return _IN_TEXTS(MANY=many, **parts) if len(left.literal) < _LONG else None
        return _IN_LIST(MANY=many, LONG=constant(_LONG), **parts)
    if operator in _ORDERS:
        return _order(operator, left, right, test, parts)
    one_literal = _number_literal(left) != _number_literal(right)
    other = left if _number_literal(right) else right
    if operator in ("*", "+", "-") and one_literal:
        limit = {
            "SMALL" if operator == "*" else "HALF": constant(_SMALL if operator == "*" else _HALF)
        }
        return _LITERAL_FAST[operator](N=other.code, **limit, **parts)
    if left.literal is not UNDEFINED and right.literal is not UNDEFINED:
        return None
    if operator in _ADD_FAST:
        return _ADD_FAST[operator](HALF=constant(_HALF), **parts)
    if operator == "*":
        return _MULTIPLY_FAST(SMALL=constant(_SMALL), **parts)
    if operator == "%" and one_literal and type(right.literal) is int and right.literal > 0:
        return _REMAINDER_LITERAL(HALF=constant(_HALF), **parts)
    if operator == "/":
        if _number_literal(right) and type(right.literal) is int and right.literal:
            return _DIVIDE_LITERAL(HALF=constant(_HALF), **parts)
        if not one_literal:
            return _DIVIDE_FAST(HALF=constant(_HALF), **parts)
    return None


def _order(
    operator: str, left: Value, right: Value, test: bool, parts: dict[str, Any]
) -> ast.expr | None:
    if left.literal is UNDEFINED and right.literal is UNDEFINED:
        return (_TEST if test else _COMPARE)[operator](LARGEST=constant(LARGEST), **parts)
    literal, other = (left, right) if right.literal is UNDEFINED else (right, left)
    if other.literal is not UNDEFINED or not _number_literal(literal, LARGEST):
        return None
    if other.kind == Kind.COUNT:
        return _COMPARE_PLAIN[operator](A=left.code, B=right.code)
    return (_TEST_LITERAL if test else _COMPARE_LITERAL)[operator](N=other.code, **parts)


def _equality(operator: str, left: Value, right: Value, quick: bool) -> ast.expr | None:
    """Comparison that Python's own gets right: with a literal, or of two texts or numbers."""
    if left.literal is UNDEFINED and right.literal is UNDEFINED:
        parts: dict[str, Any] = {"A": left.code, "B": right.code, "F": _FUNCTIONS[operator]}
        if {left.kind, right.kind} & {Kind.NUMBER, Kind.COUNT}:
            return _EQUAL_NUMBERS[operator](LARGEST=constant(LARGEST), **parts)
        if quick:
            return _EQUAL_ANY[operator](**parts)
        return _EQUAL_SHORT[operator](LONG=constant(_LONG), **parts)
    if right.literal is UNDEFINED:
        left, right = right, left
    literal = right.literal
    if left.literal is not UNDEFINED:
        return None
    if literal is None or isinstance(literal, bool):
        templates = _IS, _IS_NOT
    elif _number_literal(right) and literal in (0, 1):
        templates = _EQUAL_NO_BOOL, _UNEQUAL_OR_BOOL
    elif isinstance(literal, str) or _number_literal(right):
        templates = _EQUAL, _UNEQUAL
    else:
        return None
    return templates[operator == "!="](A=left.code, B=right.code)


def _constant_texts(node: nodes.Node) -> frozenset[str] | None:
    """The strings of an array constructor that holds nothing else."""
    if not isinstance(node, nodes.ArrayConstructor) or node.predicates or node.group:
        return None
    texts = [item.value for item in node.items if isinstance(item, nodes.Literal)]
    plain = all(not item.predicates and item.group is None for item in node.items)
    if len(texts) != len(node.items) or not plain:
        return None
    if not all(isinstance(text, str) for text in texts):
        return None
    return frozenset(text for text in texts if isinstance(text, str))


def _write_logic(gen: Generator, node: nodes.Binary, context: Context) -> Value:
    """`a and b or c`: the right operand is evaluated only where the left leaves the answer open."""
    chain = _spine(node, gen.options.traced, logic=True)
    target = gen.fresh()
    _leaf_into(gen, chain[-1].left, context, target)
    # what an operand has looked up is there for the next, while each asks that one to be evaluated
    known, operator = gen.paths, chain[-1].operator
    for operation in reversed(chain):
        with gen.block() as right:
            if operation.operator == operator:
                gen.paths |= known
            operator = operation.operator
            _leaf_into(gen, operation.right, context, target)
            known = gen.paths
        gen.add((_IF if operation.operator == "and" else _IF_NOT)(C=target, BODY=right))
    return Value(load(target), Kind.BOOL)


def _leaf_into(gen: Generator, node: nodes.Node, context: Context, target: str) -> None:
    gen.add(_ASSIGN(T=target, V=as_boolean(emit_test(gen, node, context))))


def emit_test(gen: Generator, node: nodes.Node, context: Context) -> Value:
    """The value of a condition of which only the truth matters, in no variable where it needs
    none."""
    if not isinstance(node, nodes.Binary) or node.operator not in _COMPARISONS:
        return gen.emit(node, context)
    if node.predicates or node.group or node.keep_array or gen.options.traced:
        return gen.emit(node, context)
    return _write_operations(gen, node, context, test=True)


def as_boolean(value: Value) -> ast.expr:
    """The code of a value's truth as exactly True or False."""
    if value.kind == Kind.BOOL:
        return value.code
    if value.kind == Kind.CONDITION:
        return _IS_TRUE(V=value.code)
    return _TRUTHY(V=value.code)


def write_truth(gen: Generator, node: nodes.Node, context: Context) -> ast.expr:
    """The code of a condition: something whose Python truth is the node's truth."""
    value = emit_test(gen, node, context)
    if value.kind in (Kind.BOOL, Kind.CONDITION):
        return value.code
    return _TRUTHY(V=value.code)


@writes(nodes.ArrayConstructor)
def write_array(gen: Generator, node: nodes.ArrayConstructor, context: Context) -> Value:
    """`[a, b..c, [d]]`: constructors inside stay nested, other arrays are flattened in."""
    target = gen.fresh()
    maker = "ConsArray" if node.cons else "list"
    gen.add(_NEW(T=target, F=maker))
    for item in node.items:
        value = gen.emit(item, context)
        nested = isinstance(item, nodes.ArrayConstructor)
        gen.add((_PUSH if nested else _EXTEND)(T=load(target), V=value.code))
        if not gen.options.quick:
            gen.add(_CHECK(T=target))
    if gen.options.quick:
        return Value(load(target))
    return Value(load(gen.name(Value(_FINISHED(V=target)))))


_FINISHED = expression_template("finished(state, V)")
_NEW = block_template("T = F()")
_PUSH = block_template("push(T, V)")
_EXTEND = block_template("extend(T, V)")
_CHECK = block_template("state.check_size(len(T))")
