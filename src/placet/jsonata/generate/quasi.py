"""Build Python syntax trees from templates.

`template("T = A + B")` makes, once, a builder function; calling it with the tree nodes (or variable
names) for the upper-case placeholders gives fresh statements. Only templates written in this
package are ever parsed as Python: what comes from an expression's text enters as a node or a name
made by the generator, so it cannot become code.

The node classes carry default positions, which saves a walk over the finished tree; `located` gives
a node the "line number" under which the generator finds an error's source position again.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Final

__all__ = ["block_template", "constant", "expression_template", "list_of", "load", "located"]


def _positioned(base: type[ast.AST]) -> type[ast.AST]:
    defaults = {"lineno": 1, "col_offset": 0, "end_lineno": 1, "end_col_offset": 0}
    return type(base.__name__, (base,), defaults)


class _Nodes(dict[str, Any]):
    """Python's node classes with default positions, made as they are asked for."""

    def __missing__(self, name: str) -> Any:
        made = self[name] = _positioned(getattr(ast, name))
        return made


NODES: Final = _Nodes()

_LOAD: Final = ast.Load()


def load(name: str) -> ast.expr:
    """The value of a generated variable."""
    node: ast.expr = NODES["Name"](name, _LOAD)
    return node


def constant(value: str | int | float | bool | None) -> ast.expr:
    """A literal."""
    node: ast.expr = NODES["Constant"](value)
    return node


def list_of(items: list[ast.expr]) -> ast.expr:
    """A list display."""
    node: ast.expr = NODES["List"](elts=items, ctx=_LOAD)
    return node


def located(node: ast.expr, line: int) -> ast.expr:
    """Mark `node` so that an exception raised by it shows `line` in its traceback."""
    node.lineno = line
    node.end_lineno = line
    return node


def _as_node(part: Any) -> Any:
    return load(part) if type(part) is str else part


class _Writer:
    """Turns a template's tree into the Python text of a function that builds that tree."""

    def __init__(self) -> None:
        self.placeholders: set[str] = set()

    def write(self, node: Any) -> str:
        if isinstance(node, list):
            return "[" + ", ".join(self._item(item) for item in node) + "]"
        if not isinstance(node, ast.AST):
            return repr(node)
        if isinstance(node, ast.Name) and node.id.isupper():
            self.placeholders.add(node.id)
            if isinstance(node.ctx, ast.Store):
                return f"Name({node.id}, STORE_)"
            return f"as_node_({node.id})"
        if isinstance(node, ast.arg) and node.arg.isupper():
            self.placeholders.add(node.arg)
            return f"arg({node.arg})"
        if isinstance(node, ast.FunctionDef) and node.name.isupper():
            self.placeholders.add(node.name)
        if isinstance(node, ast.Load):
            return "LOAD_"
        if isinstance(node, ast.Store):
            return "STORE_"
        fields = [
            f"{name}={self._field(node, name, value)}" for name, value in ast.iter_fields(node)
        ]
        return f"{type(node).__name__}({', '.join(fields)})"

    def _field(self, node: ast.AST, name: str, value: Any) -> str:
        if isinstance(node, ast.FunctionDef) and name == "name" and value.isupper():
            return str(value)
        return self.write(value)

    def _item(self, item: Any) -> str:
        """A list entry; a bare upper-case statement stands for a list of statements."""
        if (
            isinstance(item, ast.Expr)
            and isinstance(item.value, ast.Name)
            and item.value.id.isupper()
        ):
            self.placeholders.add(item.value.id)
            return f"*{item.value.id}"
        return self.write(item)


class _Template:
    """A builder that is made when it is first called: importing this package must stay cheap."""

    __slots__ = ("_build", "_mode", "_text")

    def __init__(self, text: str, mode: str) -> None:
        self._text = text
        self._mode = mode
        self._build: Callable[..., Any] | None = None

    def __call__(self, **parts: Any) -> Any:
        if self._build is None:
            tree: Any = ast.parse(self._text, mode=self._mode)
            self._build = _builder(self._text, tree.body)
        return self._build(**parts)


def _builder(text: str, tree: Any) -> Callable[..., Any]:
    writer = _Writer()
    body = writer.write(tree)
    parameters = ", ".join(sorted(writer.placeholders))
    separator = "*, " if parameters else ""
    code = compile(f"lambda {separator}{parameters}: {body}", f"<template {text}>", "eval")
    names = {name: NODES[name] for name in code.co_consts[0].co_names if hasattr(ast, name)}
    namespace = {**names, "LOAD_": _LOAD, "STORE_": ast.Store(), "as_node_": _as_node}
    built: Callable[..., Any] = eval(code, namespace)  # noqa: S307 - our own template text
    return built


def block_template(text: str) -> Callable[..., list[ast.stmt]]:
    """A builder of statements; `NAME` alone on a line stands for a list of statements."""
    return _Template(text, "exec")


def expression_template(text: str) -> Callable[..., ast.expr]:
    """A builder of one expression."""
    return _Template(text, "eval")
