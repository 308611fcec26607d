"""Expressions like those people write, and orders with something wrong in them, at random.

Everything comes from a `random.Random`, so a seed names an example for good.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, Final

import yaml

from placet.jsonata.runtime.values import UNDEFINED, Function

__all__ = [
    "BINDINGS", "LANGUAGE", "ORDER", "REAL", "SHOP", "VARIABLES", "Writer", "mutated",
    "random_json",
]  # fmt: skip

CASES: Final = Path(__file__).parent / "cases"
ORDER: Final[dict[str, Any]] = json.loads((CASES / "order.json").read_text("utf-8"))
SHOP: Final[dict[str, Any]] = json.loads((CASES / "shop.json").read_text("utf-8"))
Grammar = dict[str, dict[str, list[str]]]
# What rules are made of, and all that the language has.
USUAL: Final[Grammar] = yaml.safe_load((CASES / "grammar.yaml").read_text("utf-8"))
LANGUAGE: Final[Grammar] = yaml.safe_load((CASES / "language.yaml").read_text("utf-8"))
EARLY_END: Final = 0.15
# How often a part is of another kind than its place asks for.
WRONG_KIND: Final = 0.08
WRONG_KINDS: Final = frozenset({"number", "text", "truth", "many", "path"})
# Expressions as found in rules.
REAL: Final[list[str]] = yaml.safe_load((CASES / "real_expressions.yaml").read_text("utf-8"))

# The variables that expressions of the whole language may name.
VARIABLES: Final[dict[str, Any]] = {"v1": 5, "v2": ["p", "q"], "v3": {"k": 1, "price": 3}}


class _Registered(Function):
    """A function that the caller registers: it gives the last argument that is there."""

    __slots__ = ()

    def call(self, state: Any, arguments: list[Any], context: Any) -> Any:
        given = [argument for argument in arguments[: self.arity] if argument is not UNDEFINED]
        return given[-1] if given else UNDEFINED


BINDINGS: Final = {**VARIABLES, "f1": _Registered("f1", 1), "f2": _Registered("f2", 2)}

ODD_VALUES: Final[tuple[Any, ...]] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2.5,
    1e300,
    2**53 + 1,
    10**400,
    0.1,
    -0.0,
    "",
    "x",
    "1",
    "true",
    [],
    [[]],
    {},
    [1],
    ["x"],
    [None],
    [[1, 2], [3]],
    [[{"price": 1}]],
    {"value": 1},
    [{"id": "Items", "value": 1}],
    [1, "1", True],
    [{"price": 1, "quantity": "2"}],
    "2026-01-01T00:00:00.000Z",
    "\U0001f600",
    "\ud83d",
    [True, False],
)


def mutated(order: Any, random: Random) -> Any:
    """A copy of `order` in which up to four things are missing, of another kind, or wrapped."""
    holder = {"order": copy.deepcopy(order)}
    for _ in range(random.randrange(5)):
        places = list(_places(holder["order"], holder, "order"))
        parent, key = random.choice(places)
        value = parent[key]
        change = random.randrange(6)
        if change == 0 and parent is not holder:
            del parent[key]
        elif change == 1:
            parent[key] = [value]
        elif change == 2 and isinstance(value, list) and value:
            parent[key] = value[0]
        elif change == 3:
            parent[key] = [value, copy.deepcopy(value)]
        else:
            parent[key] = copy.deepcopy(random.choice(ODD_VALUES))
    return holder["order"]


def _places(value: Any, parent: Any, key: Any) -> Iterator[tuple[Any, Any]]:
    yield parent, key
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _places(item, value, name)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _places(item, value, number)


def random_json(random: Random, depth: int = 4) -> Any:
    """Any JSON value."""
    if depth == 0 or random.random() < 0.3:
        return copy.deepcopy(random.choice(ODD_VALUES))
    size = random.randrange(4)
    if random.random() < 0.5:
        return [random_json(random, depth - 1) for _ in range(size)]
    names = ("items", "price", "value", "id", "a", "b", "", "__class__")
    return {random.choice(names): random_json(random, depth - 1) for _ in range(size)}


_PLACE: Final = re.compile(r"‹(\w+)(?: (in item))?(?: with (\$\w+))?›")
_CHOICE: Final = re.compile(r"«([^»]*)»")


@dataclass(frozen=True, slots=True)
class _Scope:
    """What an expression can name where it is written."""

    fields: str = "field"
    variables: tuple[str, ...] = ()


class Writer:
    """Writes random expressions by a grammar. Tame ones stay with the usual constructs."""

    def __init__(self, random: Random, *, wild: bool = True, grammar: Grammar = USUAL) -> None:
        self._random = random
        self._wild = wild
        self._grammar = grammar

    def expression(self, depth: int = 3) -> str:
        """An expression of any kind, at most `depth` forms deep."""
        return self._write("expression", depth + 1, _Scope())

    def _write(self, kind: str, depth: int, scope: _Scope) -> str:
        if kind == "field":
            kind = scope.fields
        if kind == "variable":
            return self._random.choice(scope.variables or ("value", "price"))
        template = self._random.choice(self._templates(kind, depth))
        template = _CHOICE.sub(lambda found: self._choose(found[1]), template).replace("¦", "|")
        return _PLACE.sub(lambda found: self._fill(found, depth - 1, scope), template)

    def _choose(self, options: str) -> str:
        return self._random.choice(options.split("|"))

    def _templates(self, kind: str, depth: int) -> list[str]:
        entry = self._grammar[kind]
        leaves, forms = entry.get("leaves", []), entry.get("forms", [])
        if leaves and (not forms or depth <= 0 or self._random.random() < EARLY_END):
            return leaves
        return forms + entry.get("rare", []) if self._wild else forms

    def _fill(self, found: re.Match[str], depth: int, scope: _Scope) -> str:
        kind, in_item, variable = found.groups()
        if in_item:
            scope = replace(scope, fields="item_field")
        if variable:
            scope = replace(scope, variables=(*scope.variables, variable, f"{variable}.price"))
        if kind in WRONG_KINDS and self._random.random() < WRONG_KIND:
            kind = "anything"
        return self._write(kind, depth, scope)
