"""What a query plan reads of each table, and whether that grows with what is stored.

A plan *walks* when it reads a table from end to end, or by an index only as far as columns that
many rows share: the account, the unit, a status. It does not where it stops by itself: a page in
the order of the index whose every condition the index answers, or what is due by now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import MetaData, UniqueConstraint

__all__ = ["Access", "Shape", "postgres_accesses", "sqlite_accesses"]

_SQLITE_ROW: Final = re.compile(
    r"(?P<how>SCAN|SEARCH) (?P<name>\w+)(?: EXISTS)?"
    r"(?: USING (?P<automatic>AUTOMATIC )?(?:PARTIAL )?(?:COVERING )?(?:INDEX|PRIMARY KEY)"
    r"(?: (?P<index>\w+))?)?(?: \((?P<bounds>.*)\))?"
)
_BOUND: Final = re.compile(r"(\w+)\)*(?:::\"?[\w ]+\"?(?:\[\])?)?\)*\s*(=|<=|>=|<>|<|>|IS\b)")
_LIMIT: Final = re.compile(r"\bLIMIT\b|\bEXISTS\b", re.IGNORECASE)
_ROW_BOUND: Final = re.compile(r"ROW\(([^)]*)\)\s*[<>]")
_ALIAS: Final = re.compile(r"\b(\w+)\"? AS (\w+)")
_KEEPS_ORDER: Final = frozenset({
    "Append", "Incremental Sort", "Limit", "LockRows", "Merge Append", "Merge Join", "Nested Loop",
    "Result", "Subquery Scan", "Unique",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Access:
    """One table of a plan: the columns that an index was searched by, for equal values and for a
    range, and those that are only compared afterwards. `stops` says that it ends with a page,
    `whole` that no index bounds it, and `one` that it finds a row for each value at most.
    """

    table: str
    line: str
    equal: frozenset[str] = frozenset()
    ranges: frozenset[str] = frozenset()
    compared: frozenset[str] = frozenset()
    stops: bool = False
    whole: bool = False
    one: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of the columns: `wide` are those whose equal rows grow with what is stored, by
    table or `every`; a range of `due` ones ends at what is due. `small` tables do not grow.
    """

    wide: Mapping[str, frozenset[str]]
    due: frozenset[str]
    small: frozenset[str] = frozenset()

    def walks(self, access: Access) -> bool:
        """Whether what the access reads grows with what is stored."""
        if access.one or access.table in self.small:
            return False
        if access.whole:
            return not access.stops or bool(access.compared)
        wide = self.wide["every"] | self.wide.get(access.table, frozenset())
        if access.equal - wide or access.ranges & self.due:
            return False
        return not (access.stops and access.compared <= access.equal | access.ranges)


def sqlite_accesses(
    sql: str, rows: Sequence[tuple[int, int, int, str]], metadata: MetaData
) -> list[Access]:
    """The tables that SQLite's EXPLAIN QUERY PLAN reads."""
    tables = _tables(sql, metadata)
    # What is equal in all terms but the last is sorted while it is read.
    sorts = {
        parent
        for _, parent, _, detail in rows
        if detail.startswith("USE TEMP B-TREE") and "LAST" not in detail
    }
    found = []
    for _, parent, _, detail in rows:
        match = _SQLITE_ROW.match(detail)
        if match is None or match["name"] not in tables:
            continue
        bounds = match["bounds"] or ""
        pairs = _BOUND.findall(bounds)
        # A search without bounds takes the least or greatest value from the end of an index.
        least = match["how"] == "SEARCH" and not bounds and not match["automatic"]
        table = tables[match["name"]]
        equal = frozenset(column for column, sign in pairs if sign in ("=", "IS"))
        found.append(
            Access(
                table,
                detail,
                equal,
                frozenset(column for column, sign in pairs if sign not in ("=", "IS")),
                _compared(sql, match["name"]),
                stops=least or (_LIMIT.search(sql) is not None and parent not in sorts),
                whole=not least and (match["how"] == "SCAN" or bool(match["automatic"])),
                one=_is_unique(metadata, table, equal),
            )
        )
    return found


def postgres_accesses(
    plan: Mapping[str, Any], metadata: MetaData, few: frozenset[str]
) -> list[Access]:
    """The tables that PostgreSQL's EXPLAIN, as JSON, reads; columns of `few` values it may skip."""
    return list(_nodes(plan, metadata, few, stops=False))


def _nodes(
    node: Mapping[str, Any], metadata: MetaData, few: frozenset[str], *, stops: bool
) -> Iterator[Access]:
    kind = node["Node Type"]
    parts = node.get("Plans", ())
    if kind in ("Seq Scan", "Index Scan", "Index Only Scan"):
        within = stops or node.get("Parent Relationship") == "SubPlan"
        yield _access(node, node, metadata, few, stops=within)
    elif kind == "Bitmap Heap Scan":
        bitmaps = [part for part in parts if part["Node Type"].startswith("Bitmap")]
        for index in _bitmap_indexes(bitmaps):
            yield _access(node, index, metadata, few, stops=False)
        parts = [part for part in parts if part not in bitmaps]
    stops = kind == "Limit" or (stops and kind in _KEEPS_ORDER)
    for place, part in enumerate(parts):
        outer = place == 0 or kind != "Nested Loop"
        yield from _nodes(part, metadata, few, stops=stops and outer)


def _bitmap_indexes(parts: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for part in parts:
        if part["Node Type"] == "BitmapAnd":
            # The narrowest of them bounds what is read of the table.
            yield max(_bitmap_indexes(part["Plans"]), key=lambda item: len(item["Index Cond"]))
        elif part["Node Type"] == "BitmapOr":
            yield from _bitmap_indexes(part["Plans"])
        else:
            yield part


def _access(
    node: Mapping[str, Any],
    index: Mapping[str, Any],
    metadata: MetaData,
    few: frozenset[str],
    *,
    stops: bool,
) -> Access:
    table = node["Relation Name"]
    condition = index.get("Index Cond", "")
    names = {column.name for column in metadata.tables[table].columns}
    pairs = [pair for pair in _BOUND.findall(condition) if pair[0] in names]
    pairs += [(name, ">") for row in _ROW_BOUND.findall(condition) for name in _words(row)]
    equal, ranges = _leading(pairs, _index_columns(metadata, table, index.get("Index Name")), few)
    compared = {name for name, _ in _BOUND.findall(node.get("Filter", "")) if name in names}
    line = f"{node['Node Type']} of {table} by {index.get('Index Name')} {condition}".rstrip()
    return Access(
        table, line, equal, ranges, frozenset(compared) | equal | ranges, stops,
        whole=not pairs and not (stops and condition),
        one=_is_unique(metadata, table, equal),
    )  # fmt: skip


def _leading(
    pairs: Sequence[tuple[str, str]], columns: Sequence[str], few: frozenset[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """The columns that bound a search of an index: equal values from its first one on, and then
    one range.
    """
    signs: dict[str, set[str]] = {}
    for name, sign in pairs:
        signs.setdefault(name, set()).add(sign)
    equal: set[str] = set()
    for column in columns:
        if signs.get(column, set()) & {"=", "IS"}:
            equal.add(column)
        elif column not in few or column in signs:
            return frozenset(equal), frozenset({column} & signs.keys())
    return frozenset(equal), frozenset()


def _index_columns(metadata: MetaData, table: str, name: str | None) -> list[str]:
    found = metadata.tables[table]
    for index in found.indexes:
        if index.name == name:
            return [_words(str(part))[-1] for part in index.expressions]
    for constraint in found.constraints:
        if constraint.name == name:
            return [column.name for column in constraint.columns]  # type: ignore[attr-defined]
    return [column.name for column in found.primary_key.columns]


def _is_unique(metadata: MetaData, table: str, equal: frozenset[str]) -> bool:
    """Whether these columns tell all rows of a table apart."""
    found = metadata.tables[table]
    keys = [found.primary_key.columns.keys()]
    keys += [c.columns.keys() for c in found.constraints if isinstance(c, UniqueConstraint)]
    return any(equal.issuperset(key) for key in keys)


def _tables(sql: str, metadata: MetaData) -> dict[str, str]:
    """The tables of a statement by the name that it calls them."""
    names = {name: name for name in metadata.tables}
    return names | {
        alias: table for table, alias in _ALIAS.findall(sql) if table in metadata.tables
    }


def _compared(sql: str, name: str) -> frozenset[str]:
    """The columns of a table that the conditions of a statement name."""
    found = re.findall(
        rf"\b{name}\"?\.\"?(\w+)\"?\s*(?:=|<=|>=|!=|<>|<|>|IN\b|NOT\b|IS\b|LIKE\b)", sql
    )
    return frozenset(found)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)
