"""Conditions on lists of ids: one statement for every length, so that databases keep it prepared
and it is put together once. And the order of what a list has found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final, Self

from pydantic_core import to_json
from sqlalchemy import Boolean, ColumnElement, Dialect, String, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


def among(column: ColumnElement[str], ids: Iterable[str] | str) -> ColumnElement[bool]:
    """Whether the column has one of the ids; a string names the parameter that will hold them."""
    name, values = (ids, None) if isinstance(ids, str) else (None, sorted(ids))
    parameter = bindparam(name, values, type_=_IDS, required=values is None)
    return _Among(column, parameter)


def without_index(column: ColumnElement[str]) -> ColumnElement[str]:
    """The column to sort by, or to pass few rows by, that others find. SQLite would rather walk
    through all rows by an index on it than search for those few.
    """
    return _WithoutIndex(column)


class _Ids(TypeDecorator[Collection[str]]):
    """An array where the database has them, else a JSON text."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return ARRAY(String()) if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: Collection[str] | None, dialect: Dialect) -> Any:
        found = sorted(value or ())
        return found if dialect.name == "postgresql" else to_json(found).decode()


_IDS: Final = _Ids()


class _Among(FunctionElement[bool]):
    name = "among"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: object = None) -> Self:
        # Compared with 1, as SQLite would have Booleans, it could use no index.
        return self


@compiles(_Among, "postgresql")
def _any_of_array(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} = ANY ({ids})"


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608


class _WithoutIndex(FunctionElement[str]):
    name = "without_index"
    type = String()
    inherit_cache = True


@compiles(_WithoutIndex)
def _plain(element: _WithoutIndex, compiler: SQLCompiler, **options: Any) -> str:
    [column] = element.clauses
    return compiler.process(column, **options)


@compiles(_WithoutIndex, "sqlite")
def _of_no_index(element: _WithoutIndex, compiler: SQLCompiler, **options: Any) -> str:
    return f"+{_plain(element, compiler, **options)}"
