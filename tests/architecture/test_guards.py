"""No face reaches data past a use case that knows who asks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

# What makes the visitor: it cannot ask for one.
_MAKE_VISITORS = ("placet.access.service.",)
_FACES = ("api", "cli")


def _used(path: str, tree: ast.Module) -> Iterator[tuple[str, Any]]:
    """What a module takes from services, each with its place."""
