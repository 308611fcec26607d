"""Calling functions: closures with tail calls, partial application, composition, transforms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from placet.jsonata.errors import JSONataError
from placet.jsonata.runtime.paths import collapse
from placet.jsonata.runtime.signature import Signature
from placet.jsonata.runtime.state import CLOSURE, LIST, OBJECT, SLOT, State
from placet.jsonata.runtime.values import UNDEFINED, Function

__all__ = [
    "PLACEHOLDER", "Closure", "TailCall", "Transformation", "apply_to", "call", "new_closure",
    "partial", "refuse", "tail_call", "transformation",
]  # fmt: skip

PLACEHOLDER: Final = object()
_VARIABLE: Final = 48
_FIELD: Final = 50
_PARTS: Final = 3


class TailCall:
    """A call in tail position, for the caller's loop to make. `settled` are told its result."""

    __slots__ = ("arguments", "context", "function", "settled")

    def __init__(self, function: Any, arguments: list[Any], context: Any) -> None:
        self.function = function
        self.arguments = arguments
        self.context = context
        self.settled: list[Callable[[Any], None]] | None = None


class Closure(Function):
    """A lambda: its body as a Python function of the argument list."""

    __slots__ = ("body", "context", "signature")

    def __init__(
        self,
        body: Callable[[list[Any]], Any],
        arity: int,
        signature: Signature | None,
        context: Any,
    ) -> None:
        super().__init__("", arity)
        self.body = body
        self.signature = signature
        self.context = context

    def call(self, state: State, arguments: list[Any], context: Any) -> Any:
        """Run the body, and whatever tail calls it ends in, in constant stack.

        Raises:
            JSONataError: T0410 and its kin for arguments against the signature, or what the body
                raises.
        """
        state.tick()
        signature = self.signature
        if signature is not None:
            arguments = signature.validate(arguments, context)
        result = self.body(arguments)
        told: list[Callable[[Any], None]] = []
        while type(result) is TailCall:
            if result.settled is not None:
                told += result.settled
            function = result.function
            arguments = result.arguments
            if type(function) is not Closure:
                result = state.apply(function, arguments, result.context)
                break
            state.tick()
            if function.signature is not None:
                arguments = function.signature.validate(arguments, result.context)
            result = function.body(arguments)
        else:
            result = collapse(result)
        for tell in told:
            tell(result)
        return result


def call(state: State, function: Any, arguments: list[Any], context: Any) -> Any:
    """Call what should be a function."""
    return state.apply(function, arguments, context)


def tail_call(function: Any, arguments: list[Any], context: Any) -> TailCall:
    """Leave a call to the caller's loop.

    Raises:
        JSONataError: T1006 when `function` is none.
    """
    if not isinstance(function, Function):
        raise JSONataError("T1006")
    return TailCall(function, arguments, context)


def new_closure(state: State, closure: Closure, variables: int) -> Closure:
    """Account for a lambda that sees so many variables.

    Raises:
        JSONataError: U1001 past a limit.
    """
    state.spend(CLOSURE + _VARIABLE * variables)
    return closure


def refuse(function: Any, code: str) -> None:
    """Say that a built-in was meant where a field of its name gave nothing.

    Raises:
        JSONataError: `code` (T1005 for a call, T1007 for a partial application).
    """
    if function is UNDEFINED:
        raise JSONataError(code)


class _Partial(Function):
    """A function with some arguments settled."""

    __slots__ = ("arguments", "function")

    def __init__(self, function: Function, arguments: list[Any]) -> None:
        super().__init__(function.name, sum(item is PLACEHOLDER for item in arguments))
        self.function = function
        self.arguments = arguments

    def call(self, state: State, arguments: list[Any], context: Any) -> Any:
        """Fill the open places in order; missing ones are undefined."""
        state.tick()
        given = iter(arguments)
        filled = [
            next(given, UNDEFINED) if item is PLACEHOLDER else item for item in self.arguments
        ]
        if isinstance(self.function, Closure):
            # a settled argument is a variable of the body, which no signature looks at again
            filled += [UNDEFINED] * (self.function.arity - len(filled))
            plain = Closure(self.function.body, len(filled), None, self.function.context)
            return plain.call(state, filled, context)
        return state.apply(self.function, filled, context)


def partial(state: State, function: Any, arguments: list[Any]) -> Function:
    """`f(a, ?)`.

    Raises:
        JSONataError: T1008 when `function` is none, U1001 past a limit.
    """
    if not isinstance(function, Function):
        raise JSONataError("T1008")
    state.spend(OBJECT + SLOT * len(arguments))
    return _Partial(function, arguments)


class _Composition(Function):
    """`f ~> g`: g of f."""

    __slots__ = ("first", "second")

    def __init__(self, first: Function, second: Function) -> None:
        super().__init__("", 1)
        self.first = first
        self.second = second

    def call(self, state: State, arguments: list[Any], context: Any) -> Any:
        """Apply both, one after the other, to the first argument."""
        state.tick()
        argument = arguments[0] if arguments else UNDEFINED
        return state.apply(self.second, [collapse(state.apply(self.first, [argument], None))], None)


def apply_to(state: State, left: Any, function: Any) -> Any:
    """`left ~> function`.

    Raises:
        JSONataError: T2006 when the right side is no function.
    """
    if not isinstance(function, Function):
        raise JSONataError("T2006", value=function)
    if isinstance(left, Function):
        state.spend(OBJECT)
        return _Composition(left, function)
    return state.apply(function, [left], None)


class Transformation(Function):
    """`|pattern|update, delete|`: changes a copy of its argument."""

    __slots__ = ("delete", "pattern", "update")

    def __init__(
        self,
        pattern: Callable[[Any], Any],
        update: Callable[[Any], Any],
        delete: Callable[[Any], Any] | None,
    ) -> None:
        super().__init__("", 1)
        self.pattern = pattern
        self.update = update
        self.delete = delete

    def call(self, state: State, arguments: list[Any], context: Any) -> Any:
        """Copy the argument, then update and delete fields of every match in the copy.

        Raises:
            JSONataError: T0410 for an argument that is no object or array, T2011 for an update that
                is no object, T2012 for a deletion that is no string or array of strings.
        """
        argument = arguments[0] if arguments else context
        if argument is UNDEFINED:
            return argument
        if not isinstance(argument, dict | list):
            raise JSONataError("T0410", index=1, expected="an object or array", found="neither")
        state.tick()
        copied = _copy(argument, state)
        matches = self.pattern(copied)
        for match in state.paced(matches if isinstance(matches, list) else [matches]):
            if match is not UNDEFINED:
                self._change(match, state)
        return copied

    def _change(self, match: Any, state: State) -> None:
        update = self.update(match)
        if update is not UNDEFINED:
            if not isinstance(update, dict):
                raise JSONataError("T2011", value=update)
            if isinstance(match, dict):
                # a copy, since what holds itself could never be written or compared
                match.update(_copy(update, state, whole=True))
                state.spend(OBJECT + _FIELD * len(update))
        if self.delete is None:
            return
        deletions = self.delete(match)
        if deletions is UNDEFINED:
            return
        names = deletions if isinstance(deletions, list) else [deletions]
        if not all(isinstance(name, str) for name in names):
            raise JSONataError("T2012", value=deletions)
        if isinstance(match, dict):
            for name in state.paced(names):
                match.pop(name, None)


def transformation(
    state: State,
    pattern: Callable[[Any], Any],
    update: Callable[[Any], Any],
    delete: Callable[[Any], Any] | None,
) -> Transformation:
    """`|pattern|update, delete|`.

    Raises:
        JSONataError: U1001 past a limit.
    """
    state.spend(_PARTS * CLOSURE)
    return Transformation(pattern, update, delete)


def _copy(value: Any, state: State, whole: bool = False) -> Any:
    """The value's objects and arrays anew. Unless `whole`, functions have no place in a copy."""
    state.tick()
    if isinstance(value, dict):
        state.spend(OBJECT + _FIELD * len(value))
        return {
            name: _copy(item, state, whole)
            for name, item in state.paced(value.items())
            if whole or not isinstance(item, Function)
        }
    if isinstance(value, list):
        state.spend(LIST + SLOT * len(value))
        return [_copied_item(item, state, whole) for item in state.paced(value)]
    return value


def _copied_item(item: Any, state: State, whole: bool) -> Any:
    if isinstance(item, Function):
        return item if whole else None
    return _copy(item, state, whole)
