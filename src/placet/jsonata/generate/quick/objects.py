"""Writes object constructors, groups and sorts for well-behaved input."""

from __future__ import annotations

from placet.jsonata import nodes
from placet.jsonata.generate.core import Context, Generator, Value
from placet.jsonata.generate.quasi import block_template, constant, expression_template, load
from placet.jsonata.generate.quick.state import write_account
from placet.jsonata.runtime.values import UNDEFINED

__all__ = ["write_quick_group", "write_quick_object", "write_quick_sort"]

_NEW_DICT = block_template("T = {}")
_REFUSE_LIST = block_template("if type(V) is list or type(V) is Sequence:\n    raise TypeError")
_NEW_LIST = block_template("T = []")
_LOOP = block_template("for X in V:\n    BODY")
_APPEND = block_template("T.append(V)")
_SORTED = expression_template("quick_sorted(S, K, D)")
_FIRST = expression_template("quick_first(S, K, D)")
_GROUP_ITEM = block_template("""
if type(K) is not str or type(X) is list:
    raise TypeError
if K in T:
    T[K].append(X)
else:
    T[K] = [X]
""")
_REFUSE_NONE = block_template("if not T:\n    raise TypeError")
_GROUPS = block_template("for K, V in T.items():\n    BODY")
_MEMBERS = expression_template("V[0] if len(V) == 1 else V")
_SET = block_template("T[K] = V")
_SET_FOUND = block_template("if V is not undefined:\n    T[K] = V")


def write_quick_object(gen: Generator, node: nodes.ObjectConstructor, context: Context) -> Value:
    """`{"name": value}` with different literal names, of a context that is one item."""
    gen.add(_REFUSE_LIST(V=context.name))
    target = gen.fresh()
    gen.add(_NEW_DICT(T=target))
    for key, expression in node.pairs:
        if not isinstance(key, nodes.Literal):
            raise AssertionError("the survey lets no other name pass")
        value = gen.emit(expression, Context(context.name))
        present = value.literal is not UNDEFINED
        code = value.code if present else load(gen.name(value))
        gen.add((_SET if present else _SET_FOUND)(T=target, K=constant(key.value), V=code))
    return Value(load(target))


def write_quick_sort(gen: Generator, node: nodes.Sort, items: str, *, first: bool) -> Value:
    """`^(key)` of the items in a variable, or only the first one."""
    term = node.terms[0]
    keys, item = gen.fresh("k"), gen.fresh("x")
    gen.add(_NEW_LIST(T=keys))
    with gen.block(nested=True) as body:
        gen.add(_APPEND(T=keys, V=gen.emit(term.expression, Context(item)).code))
    gen.add(write_account(items, body), _LOOP(X=item, V=items, BODY=body))
    code = (_FIRST if first else _SORTED)(S=items, K=keys, D=constant(term.descending))
    return Value(load(gen.name(Value(code))))


def write_quick_group(gen: Generator, group: nodes.GroupBy, items: str) -> Value:
    """`{key: value}` behind the items in a variable."""
    key_of, value_of = group.pairs[0]
    groups, item = gen.fresh("g"), gen.fresh("x")
    gen.add(_NEW_DICT(T=groups))
    with gen.block(nested=True) as body:
        key = gen.name(gen.emit(key_of, Context(item)))
        gen.add(_GROUP_ITEM(K=key, X=item, T=groups))
    gen.add(write_account(items, body), _LOOP(X=item, V=items, BODY=body))
    gen.add(_REFUSE_NONE(T=groups))
    target, name, members = gen.fresh(), gen.fresh("k"), gen.fresh("x")
    gen.add(_NEW_DICT(T=target))
    with gen.block(nested=True) as body:
        several = gen.name(Value(_MEMBERS(V=members)))
        value = gen.emit(value_of, Context(several, many=True))
        gen.add(_SET_FOUND(T=target, K=name, V=load(gen.name(value))))
    gen.add(write_account(groups, body), _GROUPS(K=name, V=members, T=groups, BODY=body))
    return Value(load(target))
