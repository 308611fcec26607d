"""Which expressions have quick code: those whose work is proportional to their input."""

from __future__ import annotations

from typing import Any, Final, TypeGuard

from placet.jsonata import nodes
from placet.jsonata.functions.facts import Work
from placet.jsonata.functions.registry import BUILTINS
from placet.jsonata.generate.called import applied_call
from placet.jsonata.generate.quick.state import MOST_WORK

__all__ = ["higher_order_name", "is_equality", "is_harmless", "quick_share", "reads_first"]

_SIMPLE: Final = (
    nodes.Literal, nodes.Name, nodes.Wildcard, nodes.Variable, nodes.Binary, nodes.Negate,
    nodes.Conditional, nodes.Default, nodes.Coalesce, nodes.Block, nodes.Bind, nodes.Path,
    nodes.Call, nodes.ArrayConstructor, nodes.Apply, nodes.ObjectConstructor,
)  # fmt: skip
_TOTAL_OPERATORS: Final = frozenset({"=", "!=", "in"})
_ORDER_OPERATORS: Final = frozenset({"<", "<=", ">", ">="})
_FEW_TEXTS: Final = 3
_MOST_TEXTS: Final = 20
_MOST_NODES: Final = 3_000


def quick_share(node: nodes.Node) -> tuple[int, bool]:
    """How many items one operation of the expression's quick code may touch; 0 where it has none.

    It has quick code when its work is proportional to its input, and all its parts have it. With
    it, whether so many operations on texts are in it that none may touch a long one.
    """
    survey = _Survey()
    try:
        survey.visit(node, looping=False)
    except RecursionError:
        return 0, False
    if not survey.quick or (survey.reuses and survey.doubles) or survey.texts > _MOST_TEXTS:
        return 0, False
    share = MOST_WORK // survey.nodes if survey.nodes <= _MOST_NODES else 0
    return share, survey.texts > _FEW_TEXTS


class _Survey:
    def __init__(self) -> None:
        self.quick = True
        # a value met twice (by a variable, or as the `$` of a later step) and a way to make one of
        # two would grow without bounds
        self.reuses = False
        self.doubles = False
        self.making_text = False
        self.nodes = self.texts = 0
        self.parameters: frozenset[str] | None = None

    def visit(self, node: nodes.Node | None, looping: bool) -> None:
        if node is None or not self.quick:
            return
        self.nodes += 1
        if not isinstance(node, _SIMPLE) or node.keep_array:
            self.quick = False
            return
        if node.group is not None:
            self._visit_group(node, node.group)
        for predicate in node.predicates:
            self.visit(predicate.expression, True)
        match node:
            case nodes.Path():
                self._visit_path(node, looping)
            case nodes.Call():
                self._visit_call(node, looping)
            case nodes.Bind():
                self.quick &= self.parameters is None
                self.reuses = True
                self.visit(node.value, looping)
            case nodes.Binary():
                self.doubles |= node.operator == "&"
                self.texts += 2 * (node.operator == "&")
                self.visit(node.left, looping)
                self.visit(node.right, looping)
            case nodes.Apply():
                self._visit_applied(node, looping)
            case nodes.ObjectConstructor():
                self.doubles = True
                keys = [key.value for key, _ in node.pairs if _is_text(key)]
                self.quick &= len(set(keys)) == len(node.pairs)
                self._visit_all([value for _, value in node.pairs], looping)
            case nodes.ArrayConstructor():
                self.doubles |= not all(isinstance(item, nodes.Literal) for item in node.items)
                self.quick &= not node.cons
                self._visit_all(node.items, looping)
            case nodes.Variable():
                # what does not come from the current item may be as long as the input, once per
                # item
                self.quick &= node.name == "" or not looping
                self.quick &= node.name not in BUILTINS
                self.quick &= self._within_reach(node)
                self.reuses |= node.name == "" and looping
            case nodes.Block():
                self._visit_all(node.expressions, looping)
            case nodes.Negate():
                self.visit(node.operand, looping)
            case nodes.Conditional():
                self._visit_all([node.condition, node.then, node.otherwise], looping)
            case nodes.Default() | nodes.Coalesce():
                self._visit_all([node.left, node.right], looping)
            case _:
                pass

    def _visit_all(self, parts: list[Any], looping: bool) -> None:
        for part in parts:
            self.visit(part, looping)

    def _within_reach(self, node: nodes.Node) -> bool:
        """Whether a lambda's body sees `node` as a part of its item, not of the whole input."""
        if self.parameters is None:
            return True
        return isinstance(node, nodes.Variable) and node.name in self.parameters

    def _visit_path(self, path: nodes.Path, looping: bool) -> None:
        self.quick &= not path.keep_singleton
        sorts = sum(isinstance(step.node, nodes.Sort) for step in path.steps)
        self.quick &= sorts + (path.group is not None) <= 1
        self.quick &= self._within_reach(path.steps[0].node)
        outer, self.parameters = self.parameters, None
        self._visit_steps(path, looping)
        self.parameters = outer

    def _visit_steps(self, path: nodes.Path, looping: bool) -> None:
        for number, step in enumerate(path.steps):
            first = step.node
            if isinstance(first, nodes.Variable) and first.name != "" and (looping or number):
                self.quick = False
            self.quick &= not step.tuples
            if isinstance(step.node, nodes.Sort):
                self._visit_sort(step.node)
            else:
                self.visit(step.node, looping or number > 0)
            for stage in step.stages:
                if isinstance(stage, nodes.Filter):
                    self.visit(stage.expression, True)

    def _visit_sort(self, sort: nodes.Sort) -> None:
        self.quick &= len(sort.terms) == 1 and not (sort.predicates or sort.group)
        self._visit_all([term.expression for term in sort.terms], True)

    def _visit_call(self, call: nodes.Call, looping: bool) -> None:
        procedure = call.procedure
        if higher_order_name(call) is not None:
            self._visit_higher_order(call, looping)
            return
        if (
            not isinstance(procedure, nodes.Variable)
            or procedure.name not in BUILTINS
            or BUILTINS[procedure.name].facts.work is Work.OPEN
            or procedure.predicates
            or len(call.arguments) > len(BUILTINS[procedure.name].signature.parameters)
        ):
            self.quick = False
            return
        arguments = list(call.arguments)
        work = BUILTINS[procedure.name].facts.work
        self.texts += work in (Work.TEXT, Work.JOINED)
        if procedure.name == "contains" and arguments and _is_pattern(arguments[-1]):
            # only here is a pattern searched for without a time limit, where it needs none
            del arguments[-1]
        if procedure.name in ("join", "split"):
            # a separator that data gives could be as long as the input, once per item
            self.quick &= all(map(_is_constant, arguments[1:]))
        outside, self.making_text = self.making_text, work is Work.JOINED
        self.quick &= not (outside and self.making_text)
        self.making_text |= outside
        self._visit_all(arguments, looping)
        self.making_text = outside

    def _visit_group(self, node: nodes.Node, group: nodes.GroupBy) -> None:
        """One pair after a path: each item belongs to one group."""
        self.doubles = True
        self.quick &= isinstance(node, nodes.Path) and len(group.pairs) == 1
        outer, self.parameters = self.parameters, None
        for pair in group.pairs:
            self._visit_all(list(pair), True)
        self.parameters = outer

    def _visit_applied(self, node: nodes.Apply, looping: bool) -> None:
        """`a ~> $f(b)` of a built-in is the call `$f(a, b)`, since no value here is a function."""
        call = applied_call(node)
        self.quick &= not call.keep_array and higher_order_name(call) is None
        self.quick &= call.procedure.group is None and not call.procedure.keep_array
        if self.quick:
            self._visit_call(call, looping)

    def _visit_higher_order(self, call: nodes.Call, looping: bool) -> None:
        source, function, *start = call.arguments
        if self.parameters is not None or not isinstance(function, nodes.Lambda):
            self.quick = False
            return
        self.visit(source, looping)
        self._visit_all(start, looping)
        self.reuses = True
        self.parameters = frozenset(function.parameters)
        self.visit(function.body, False)
        self.parameters = None


def higher_order_name(call: nodes.Call) -> str | None:
    """`map`, `filter` or `reduce` with a function in place, which can be a loop's body."""
    if not isinstance(call.procedure, nodes.Variable) or len(call.arguments) < 2:
        return None
    function, *start = call.arguments[1:]
    if not isinstance(function, nodes.Lambda) or function.signature is not None:
        return None
    if function.predicates or function.group or function.keep_array:
        return None
    name = call.procedure.name
    if name in {"map", "filter"} and len(function.parameters) == 1 and not start:
        return name
    started = len(start) == 1 and isinstance(start[0], nodes.Literal)
    if name == "reduce" and len(function.parameters) == 2 and started:
        return name
    return None


def is_harmless(node: nodes.Node) -> bool:
    """Whether a predicate can neither hold nor fail where there is no item."""
    if isinstance(node, nodes.Path):
        return _is_field(node)
    if not isinstance(node, nodes.Binary):
        return False
    if node.operator in {"and", "or"}:
        return is_harmless(node.left) and is_harmless(node.right)
    sides = (node.left, node.right)
    # what has no left or no right side is undefined or false
    if not any(map(_is_field, sides)):
        return False
    if node.operator in _ORDER_OPERATORS:
        return all(_is_field(side) or _is_constant(side) for side in sides)
    if node.operator in _TOTAL_OPERATORS:
        return all(_is_field(side) or _is_constant(side) or _is_list(side) for side in sides)
    return False


def is_equality(node: nodes.Node) -> bool:
    """Whether a predicate is `field = constant`, which most often holds for one item."""
    if not isinstance(node, nodes.Binary) or node.operator != "=":
        return False
    sides = (node.left, node.right)
    return any(map(_is_field, sides)) and any(map(_is_constant, sides))


def reads_first(node: nodes.Node) -> bool:
    """Whether all begins with a field of the context."""
    while isinstance(node, nodes.Binary):
        node = node.left
    return isinstance(node, nodes.Path) and isinstance(node.steps[0].node, nodes.Name)


def _is_field(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Path) and all(
        isinstance(step.node, nodes.Name) and not step.stages for step in node.steps
    )


def _is_pattern(node: nodes.Node) -> bool:
    return isinstance(node, nodes.RegexLiteral)


def _is_constant(node: nodes.Node) -> TypeGuard[nodes.Literal]:
    if not isinstance(node, nodes.Literal) or node.predicates:
        return False
    return isinstance(node.value, str | int | float) and not isinstance(node.value, bool)


def _is_text(node: nodes.Node) -> TypeGuard[nodes.Literal]:
    return _is_constant(node) and isinstance(node.value, str)


def _is_list(node: nodes.Node) -> bool:
    return isinstance(node, nodes.ArrayConstructor) and all(map(_is_constant, node.items))
