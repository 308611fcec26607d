"""The table of built-in functions: a decorator fills it, the compiler and `$eval` read it."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any, Final, Unpack

from placet.jsonata.errors import JSONataError
from placet.jsonata.functions.facts import Facts, Stated
from placet.jsonata.hints import FUNCTION_NAMES
from placet.jsonata.runtime.signature import Signature, parse_signature
from placet.jsonata.runtime.state import State
from placet.jsonata.runtime.values import Function, Sequence

__all__ = ["BUILTINS", "Builtin", "builtin", "names_where"]


# The characters or items of an argument for which a unit of work is counted.
_LONG: Final = 256


class Builtin(Function):
    """A built-in: `implementation(state, *arguments)` behind its signature.

    A call accounts for the length of its arguments and for the text, array or object that it gives;
    what a built-in does beyond that (items it makes, work on each of them) it accounts for itself.
    """

    __slots__ = ("_takes_numbers", "facts", "implementation", "signature")

    def __init__(
        self,
        name: str,
        signature: Signature,
        implementation: Callable[..., Any],
        arity: int,
        facts: Facts,
    ) -> None:
        super().__init__(name, arity)
        self.facts = facts
        self.signature = signature
        self.implementation = implementation
        self._takes_numbers = any(parameter.type == "n" for parameter in signature.parameters)

    def call(self, state: State, arguments: list[Any], context: Any) -> Any:
        """Check and complete the arguments by the signature, then run.

        Raises:
            JSONataError: T0410, T0411 or T0412 for wrong arguments, D1001 for an infinite number
                or NaN where a number is expected, U1001 past a limit, or what the function raises.
        """
        try:
            complete = self.signature.validate(arguments, context)
            if self._takes_numbers:
                _refuse_infinite(complete)
            for value in complete:
                if (type(value) is str or isinstance(value, list)) and len(value) > _LONG:
                    state.tick(len(value) // _LONG)
            result = self.implementation(state, *complete)
            kind = type(result)
            if kind is str or kind is Sequence or kind is list or kind is dict:
                self._account(state, result, complete)
            return result
        except JSONataError as error:
            error.token = error.token or self.name
            raise

    def run(self, state: State, arguments: list[Any], context: Any) -> Any:
        """`call` for quick code, which bounds its values in its own way.

        Raises:
            JSONataError: as `call` does.
        """
        complete = self.signature.validate(arguments, context)
        if self._takes_numbers:
            _refuse_infinite(complete)
        return self.implementation(state, *complete)

    @staticmethod
    def _account(state: State, result: Any, arguments: list[Any]) -> None:
        """What a built-in makes counts, unless it is what it was given."""
        if not any(result is argument for argument in arguments):
            state.made(result)


def _refuse_infinite(arguments: list[Any]) -> None:
    for value in arguments:
        if type(value) is float and not isfinite(value):
            raise JSONataError("D1001", value=value)


BUILTINS: Final[dict[str, Builtin]] = {}


def names_where(is_so: Callable[[Facts], bool]) -> frozenset[str]:
    """The names of the built-ins, without `$`, of which something is stated."""
    return frozenset(name for name, function in BUILTINS.items() if is_so(function.facts))


def builtin(
    name: str, signature: str, *, arity: int | None = None, **facts: Unpack[Stated]
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function under `$name`, with all that is known of it before it runs.

    `signature` is in the language's own notation, `<a<n>:n>`. `arity` is what higher-order
    functions see when `$name` is passed to them; by default the parameters without default value.
    """

    def register(implementation: Callable[..., Any]) -> Callable[..., Any]:
        code = implementation.__code__
        defaults = len(implementation.__defaults__ or ())
        count = code.co_argcount - 1 - defaults if arity is None else arity
        FUNCTION_NAMES.add(name)
        BUILTINS[name] = Builtin(
            name, parse_signature(signature), implementation, count, Facts(**facts)
        )
        return implementation

    return register
