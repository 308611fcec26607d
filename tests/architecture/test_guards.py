"""No route or command reaches data but through a use case that knows who asks."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from placet.budgets.service.unit_visit import UnitUseCase
from placet.people.core.visit import Visit
from support.project import SOURCE, modules, name_of

FACES = [path for face in ("api", "cli") for path in modules(SOURCE / face)]
# What makes a visitor out of credentials, or the credentials themselves, has nobody to ask for yet.
MAKES_VISITORS = "placet.access.service."
AROUND = {
    ("database", "read"),
    ("database", "write"),
    ("books", "writes"),
    ("orders", "writes"),
    ("orders", "reads"),
}


def taken(path: Path) -> Iterator[Any]:
    """What a module takes from services, whole modules by what it uses of them."""
    tree = ast.parse(path.read_text("utf-8"))
    wholes: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and ".service" in (node.module or ""):
            home = import_module(node.module or "")
            for alias in node.names:
                thing = getattr(home, alias.name, None)
                if thing is None or inspect.ismodule(thing):
                    module = import_module(f"{home.__name__}.{alias.name}")
                    wholes[alias.asname or alias.name] = module
                else:
                    yield thing
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in wholes:
                yield getattr(wholes[name], attribute)


def unguarded(thing: Any) -> bool:
    """Whether something waits for the database without knowing who asks."""
    if isinstance(thing, UnitUseCase) or not inspect.isroutine(thing):
        return False
    bare = inspect.unwrap(thing)
    waits = inspect.iscoroutinefunction(bare) or inspect.isasyncgenfunction(bare)
    if not waits or bare.__module__.startswith(MAKES_VISITORS):
        return False
    kinds = [parameter.annotation for parameter in inspect.signature(bare).parameters.values()]
    return "Visit" not in kinds


@pytest.mark.parametrize("path", FACES, ids=name_of)
def test_faces_take_from_services_only_what_knows_who_asks(path: Path) -> None:
    assert [thing.__qualname__ for thing in taken(path) if unguarded(thing)] == []


@pytest.mark.parametrize("path", FACES, ids=name_of)
def test_faces_go_around_no_use_case(path: Path) -> None:
    ways = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value).rpartition(".")[2]
            if (owner, node.attr) in AROUND or node.attr in {"within", "__wrapped__"}:
                ways.append(ast.unparse(node))
    assert ways == []


def test_what_asks_nobody_is_found() -> None:
    async def bare(database: object, account: str) -> None: ...

    async def asked(database: object, visit: Visit) -> None: ...

    assert unguarded(bare)
    assert not unguarded(asked)
