"""Where quick code leaves a path's results: counted, added up or collected as they arise."""

from __future__ import annotations

from typing import Any, Final

from placet.jsonata import nodes
from placet.jsonata.generate.core import Context, Generator, Kind, Value
from placet.jsonata.generate.quasi import block_template, constant, expression_template, load
from placet.jsonata.runtime.operators import LARGEST

__all__ = ["AGGREGATES", "Collect", "Few", "Inputs", "Sink", "sink_for"]

_ZERO = block_template("T = 0")
_FALSE = block_template("T = False")
_TRUE = block_template("T = True")
_EMPTY = block_template("T = []")
_IF_FOUND = block_template("if V is not undefined:\n    BODY")
_APPEND = block_template("T.append(V)")
_NOTHING_YET = block_template("T = undefined\nN = None")
_TAKE = block_template("""
if T is undefined:
    T = V
elif N is None:
    N = [T, V]
else:
    N.append(V)
""")
_FEW_ITEMS = expression_template("T if N is None else Sequence(N)")
_FEW_FOUND = expression_template("T if N is None else collapse(select(N, True, ST))")
_COUNT_ITEM = block_template("N += 1\nT = V")
_COUNT_ONE = block_template("N += 1")
_COUNT_FOUND = block_template("N += quick_size(V)")
_EXISTS_FOUND = block_template(
    "T = T or type(V) is str or type(V) is int or V is not undefined and quick_exists(V)"
)
_EXISTS = expression_template("quick_exists(V) if type(V) is list else V is not undefined")
# While only positive numbers are added, a total below the largest exact one was exact all along.
_ADD = block_template("""
if (type(V) is int or type(V) is float) and V > 0:
    T += V
elif V is not undefined:
    T = quick_add(T, V)
    N = 1
""")
_ADD_PRODUCT = block_template("""
if (
    (type(A) is int or type(A) is float)
    and (type(B) is int or type(B) is float)
    and (P := A * B) > 0
):
    T += P
else:
    OTHERWISE
""")
_ADD_COUNTED = block_template("""
if type(V) is int and -LIMIT < V < LIMIT or type(V) is float:
    T += V
    N += 1
elif V is not undefined:
    raise TypeError
""")
_KEEP_LARGEST = block_template("""
if type(V) is int and -LIMIT < V < LIMIT or type(V) is float:
    if N == 0 or V > T:
        T = V
    N += 1
elif V is not undefined:
    raise TypeError
""")
_KEEP_SMALLEST = block_template("""
if type(V) is int and -LIMIT < V < LIMIT or type(V) is float:
    if N == 0 or V < T:
        T = V
    N += 1
elif V is not undefined:
    raise TypeError
""")
_COUNTED = expression_template("N if N != 1 or type(T) is dict else quick_refuse()")
# An infinite total is an error, which is not for quick code to raise.
_SUMMED = expression_template(
    "(T if -LARGEST < T < LARGEST else quick_refuse()) if T or N else undefined"
)
_AVERAGED = expression_template(
    "(T / N if N < LIMIT and -LARGEST < T < LARGEST else quick_refuse()) if N else undefined"
)
_EXTREME = expression_template("T if N else undefined")
_ONE_ITEM = expression_template("T[0] if len(T) == 1 else collapse(Sequence(T))")
_ALL_FOUND = expression_template("select(T, False, ST)")
_ONE_FOUND = expression_template("T[0] if len(T) == 1 else collapse(select(T, True, ST))")
_LIMIT: Final = 2**40
_MANY: Final = 2**12


class Sink:
    """Takes a path's results where they arise: after `begin`, `item` one that stays whole, `found`
    a last step's value. `computes`: a number may come in any form."""

    computes = False

    def __init__(self, gen: Generator) -> None:
        self.gen = gen
        self.result = gen.fresh("r")
        self.number = gen.fresh("n")

    def begin(self) -> None:
        """Write what comes before the loops."""
        raise AssertionError

    def item(self, name: str, flat: bool = False) -> None:
        """Write the taking of one definite item. `flat`: it is surely no array."""
        raise AssertionError

    def found(self, value: Value) -> None:
        """Write the taking of a last step's value: undefined, one item, or an array of them."""
        raise AssertionError

    def take(self, node: nodes.Node, context: Context) -> bool:
        """Write the evaluation of a last step together with its taking, if there is a form for it.

        Else nothing is written, and the answer is False.
        """
        return False

    def value(self) -> Value:
        """What was taken, after the loops."""
        raise AssertionError

    def whole(self, value: Value) -> Value:
        """What is made of a path that has no loops."""
        self.begin()
        self.found(value)
        return self.value()


class Collect(Sink):
    def __init__(self, gen: Generator) -> None:
        super().__init__(gen)
        self.whole_items = False

    def begin(self) -> None:
        self.gen.add(_EMPTY(T=self.result))

    def item(self, name: str, flat: bool = False) -> None:
        self.whole_items = True
        self.gen.add(_APPEND(T=self.result, V=name))

    def found(self, value: Value) -> None:
        code = load(self.gen.name(value))
        taken = _APPEND(T=self.result, V=code)
        self.gen.add(_IF_FOUND(V=code, BODY=taken))

    def value(self) -> Value:
        if self.whole_items:
            return Value(_ONE_ITEM(T=self.result))
        return Value(_ONE_FOUND(T=self.result, ST=self.gen.account()))


class Few(Collect):
    """Collects where there will most often be one result."""

    def begin(self) -> None:
        self.gen.add(_NOTHING_YET(T=self.result, N=self.number))

    def item(self, name: str, flat: bool = False) -> None:
        self.whole_items = True
        self.gen.add(_TAKE(T=self.result, N=self.number, V=name))

    def found(self, value: Value) -> None:
        code = load(self.gen.name(value))
        taken = _TAKE(T=self.result, N=self.number, V=code)
        self.gen.add(_IF_FOUND(V=code, BODY=taken))

    def value(self) -> Value:
        if self.whole_items:
            return Value(_FEW_ITEMS(T=self.result, N=self.number))
        return Value(_FEW_FOUND(T=self.result, N=self.number, ST=self.gen.account()))


class Inputs(Collect):
    """Collects what a sort or a group runs over, as a list."""

    def value(self) -> Value:
        if self.whole_items:
            return Value(load(self.result))
        return Value(_ALL_FOUND(T=self.result, ST=self.gen.account()))


class _Count(Sink):
    def __init__(self, gen: Generator) -> None:
        super().__init__(gen)
        self.flat = True

    def begin(self) -> None:
        self.gen.add(_ZERO(T=self.number))

    def item(self, name: str, flat: bool = False) -> None:
        if flat:
            self.gen.add(_COUNT_ONE(N=self.number))
        else:
            self.flat = False
            self.gen.add(_COUNT_ITEM(N=self.number, T=self.result, V=name))

    def found(self, value: Value) -> None:
        self.gen.add(_COUNT_FOUND(N=self.number, V=value.code))

    def value(self) -> Value:
        counted = load(self.number) if self.flat else _COUNTED(N=self.number, T=self.result)
        return Value(counted, Kind.COUNT)


class _Exists(Sink):
    def begin(self) -> None:
        self.gen.add(_FALSE(T=self.result))

    def item(self, name: str, flat: bool = False) -> None:
        self.gen.add(_TRUE(T=self.result))

    def found(self, value: Value) -> None:
        self.gen.add(_EXISTS_FOUND(T=self.result, V=load(self.gen.name(value))))

    def value(self) -> Value:
        return Value(load(self.result), Kind.BOOL)

    def whole(self, value: Value) -> Value:
        return Value(_EXISTS(V=load(self.gen.name(value))), Kind.BOOL)


class _Aggregate(Sink):
    computes = True

    def __init__(self, gen: Generator, adding: Any, finish: Any) -> None:
        super().__init__(gen)
        self.adding, self.finish = adding, finish

    def begin(self) -> None:
        self.gen.add(_ZERO(T=self.number), _ZERO(T=self.result))

    def item(self, name: str, flat: bool = False) -> None:
        self.found(Value(load(name)))

    def found(self, value: Value) -> None:
        code = load(self.gen.name(value))
        parts: dict[str, Any] = {"V": code, "T": self.result, "N": self.number}
        if self.adding is not _ADD:
            parts["LIMIT"] = constant(_LIMIT)
        self.gen.add(self.adding(**parts))

    def value(self) -> Value:
        parts: dict[str, Any] = {"T": self.result, "N": self.number}
        if self.finish is _AVERAGED:
            parts["LIMIT"] = constant(_MANY)
        if self.finish is not _EXTREME:
            parts["LARGEST"] = constant(LARGEST)
        loose = self.finish is not _EXTREME
        return Value(self.finish(**parts), Kind.NUMBER, loose=loose)


class _Sum(_Aggregate):
    def take(self, node: nodes.Node, context: Context) -> bool:
        product = _product(node)
        if product is None:
            return False
        factors = [
            self.gen.name(self.gen.emit(factor, context))
            for factor in (product.left, product.right)
        ]
        with self.gen.block() as otherwise:
            self.found(self.gen.emit(product, context, loose=True))
        names = dict(zip("AB", factors, strict=True))
        parts = {**names, "P": self.gen.fresh(), "T": self.result}
        self.gen.add(_ADD_PRODUCT(OTHERWISE=otherwise, **parts))
        return True


def _product(node: nodes.Node) -> nodes.Binary | None:
    """`a.b * $c.d`, in brackets or not."""
    if node.predicates or node.group or node.keep_array:
        return None
    if isinstance(node, nodes.Block) and len(node.expressions) == 1:
        return _product(node.expressions[0])
    if not isinstance(node, nodes.Binary) or node.operator != "*":
        return None
    return node if _is_plain(node.left) and _is_plain(node.right) else None


def _is_plain(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Path) and all(
        isinstance(step.node, nodes.Name | nodes.Variable) and not step.stages
        for step in node.steps
    )


AGGREGATES: Final = {
    "sum": (_ADD, _SUMMED),
    "average": (_ADD_COUNTED, _AVERAGED),
    "max": (_KEEP_LARGEST, _EXTREME),
    "min": (_KEEP_SMALLEST, _EXTREME),
}


def sink_for(gen: Generator, function: str) -> Sink:
    """The sink that computes a built-in: count, exists or one of `AGGREGATES`."""
    if function == "count":
        return _Count(gen)
    if function == "exists":
        return _Exists(gen)
    kind = _Sum if function == "sum" else _Aggregate
    return kind(gen, *AGGREGATES[function])
