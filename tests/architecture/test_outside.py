"""The tests read nothing that lies outside the project, but the language's official test suite."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.project import ROOT, modules, name_of

# Reads the official suite, which is somebody else's and comes under its own license.
ALLOWED = {"tests/support/jsonata/suite.py"}


def leaving(path: Path) -> Iterator[str]:
    """Expressions of a module that lead above the project: `ROOT.parent`, `parents[4]`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Attribute(value=ast.Name(id="ROOT"), attr="parent" | "parents"):
                yield ast.unparse(node)
            case ast.Subscript(
                value=ast.Attribute(attr="parents"), slice=ast.Constant(value=int(number))
            ):
                # `HERE.parents` begins at the folder above that of the module.
                within = path if "__file__" in ast.unparse(node) else path.parent
                if not within.parents[number].is_relative_to(ROOT):
                    yield ast.unparse(node)


@pytest.mark.parametrize("path", modules(ROOT / "tests"), ids=name_of)
def test_a_module_stays_within_the_project(path: Path) -> None:
    assert bool(list(leaving(path))) == (name_of(path) in ALLOWED), list(leaving(path))
