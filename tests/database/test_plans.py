"""The watch over plans sees statements that walk, and leaves those alone that do not."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from sqlalchemy import event
from sqlalchemy.engine import Engine

from placet.database.database import Database
from placet.orders.store.authorizations import load_latest
from support.database.plan_watch import DATA, Issued, PlanWatch, load_shape
from support.database.plans import postgres_accesses

CASES = yaml.safe_load((Path(__file__).parent / "plans.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def watch() -> Iterator[PlanWatch]:
    """One that listens to nothing."""
    made = PlanWatch()
    yield made
    made.close()


def _walked(watch: PlanWatch, sql: str, kind: str) -> set[str]:
    if kind == "sqlite":
        issued = Issued(sql, ("x",) * sql.count("?"), ())
        accesses = watch.explain_sqlite(issued)
    else:
        numbered = "".join(
            f"${number}{part}" if number else part for number, part in enumerate(sql.split("?"))
        )
        accesses = watch.explain_postgres([Issued(numbered, (), ())])[0]
    return {access.table for access in accesses if load_shape().walks(access)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_walks_is_seen(
    watch: PlanWatch,
    case: dict[str, str],
    database_kind: str,
    request: pytest.FixtureRequest,
) -> None:
    if database_kind == "postgresql":
        watch.postgres_url = request.getfixturevalue("postgres_url")
    # What only one of the planners falls for is said there.
    walked = case.get(database_kind, case["walks"])
    if walked is not None:
        assert _walked(watch, case["sql"], database_kind) == set(walked)


@pytest.mark.anyio
async def test_a_statement_is_known_by_who_asked_for_it(database: Database) -> None:
    class Noting(PlanWatch):
        def noted(self, issued: Issued, kind: str) -> None:
            found.append(issued)

    found: list[Issued] = []
    watch = Noting()
    event.listen(Engine, "before_cursor_execute", watch.note)
    try:
        async with database.read() as connection:
            await load_latest(connection, {"acme": ["o-1"]}, lock=False)
    finally:
        event.remove(Engine, "before_cursor_execute", watch.note)
    assert [issued.callers[0] for issued in found] == ["orders.store.authorizations.load_latest"]


@pytest.mark.parametrize("caller", DATA["exceptions"])
def test_every_exception_is_for_a_function_and_has_a_reason(caller: str) -> None:
    module, _, name = caller.rpartition(".")
    assert callable(getattr(importlib.import_module(f"placet.{module}"), name))
    assert all(len(why.split()) > 4 for why in DATA["exceptions"][caller].values())


def test_a_scan_of_a_whole_table_is_seen_wherever_it_is_in_a_plan() -> None:
    scan = {"Node Type": "Seq Scan", "Relation Name": "users"}
    metadata = PlanWatch().metadata
    for kind in ("Hash", "Sort", "Nested Loop", "Limit", "CTE Scan"):
        plan = {"Node Type": kind, "Plans": [scan | {"Filter": "(active IS TRUE)"}]}
        [access] = postgres_accesses(plan, metadata, frozenset())
        assert load_shape().walks(access), kind
