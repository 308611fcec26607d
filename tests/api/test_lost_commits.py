"""The connection to PostgreSQL breaks while a commit is under way, for every kind of write.

What was stored is answered as ever; what was not gets 503 and may be sent again; what nobody can
know gets 504. Whatever happens, nothing counts twice.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import yaml
from fastapi.routing import iter_route_contexts

from placet.access.service.keys import create_key, ensure_first_key, revoke_app_key
from placet.access.service.tokens import create_token, revoke_token, revoke_tokens_of, rotate_secret
from placet.app import create_app
from placet.budgets.core.model import Cycle
from placet.budgets.service.books import Books, do_what_is_due
from placet.budgets.service.budgets import create_budget
from placet.budgets.service.input import BudgetInput, Context
from placet.database.database import Database
from placet.database.mark_tables import commit_mark_table
from placet.database.store_errors import StoreAway
from placet.messages.service.outbox import retry_dead
from placet.people.core.visit import OPERATOR, operator_of
from placet.policies.service.account_settings import change_settings
from placet.schema import head_revision
from placet.settings import Settings
from support.budgets.calls import Budgets, movement
from support.budgets.facts import said
from support.budgets.service import entered
from support.database.commit_proxy import CommitProxy, Loss, commit_proxy
from support.database.every_table import all_tables
from support.furnished import furnish
from support.people.units import person, plant
from support.postgres import empty_tables
from support.server import Client, Server, rule, running
from support.workbooks import file_of, organization

pytestmark = pytest.mark.anyio

TABLE = yaml.safe_load((Path(__file__).parent / "lost_commits.yaml").read_text("utf-8"))
PARAMETER = re.compile(r"\{(\w+)\}")
WRITING = ("POST", "PUT", "PATCH", "DELETE")
_accounts = count(1)


@dataclass(frozen=True)
class Case:
    """A request that may write."""

    operation: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    writes: int | None = None
    file: bool = False
    form: bool = False
    in_items: bool = False
    changed_rules: bool = False
    other_rows: tuple[str, ...] = ()

    def fits(self, path: str) -> bool:
        """Whether it is a request to this route."""
        method, own = self.operation.split()
        pattern = re.sub(r"\{\w+\}", r"[^/]+", path.replace(":path}", "}"))
        return re.fullmatch(pattern, f"{method} {own.partition('?')[0]}") is not None


CASES = [Case(operation, **more) for entry in TABLE for operation, more in entry.items()]
NAMES = [f"{number} {case.operation}" for number, case in enumerate(CASES)]


@dataclass
class Stage:
    """A server whose database is behind a proxy, and an eye on the database itself."""

    server: Server
    proxy: CommitProxy
    eye: asyncpg.Connection

    async def rows(self, account: str) -> dict[str, int]:
        """How many rows the account has, by table."""
        names = [table.name for table in all_tables().sorted_tables if "account" in table.c]
        sql = " UNION ALL ".join(
            f"SELECT '{name}', count(*) FROM {name} WHERE account = $1" for name in names
        )
        return dict(await self.eye.fetch(sql, account))


@pytest.fixture
async def stage(postgres_url: str, postgres_database_url: str) -> AsyncIterator[Stage]:
    async with staged(postgres_database_url) as opened:
        yield opened


@asynccontextmanager
async def staged(url: str, **more: Any) -> AsyncIterator[Stage]:
    eye = await asyncpg.connect(url)
    async with commit_proxy(url) as proxy:
        settings = Settings(
            database_url=proxy.url, key_cache_seconds=60, outbox_worker=False,
            import_worker=False, commit_patience_seconds=more.get("patience", 20),
        )  # fmt: skip
        async with running(settings) as server:
            await server.process.workers.approvals.close()
            await server.process.workers.due.close()
            yield Stage(server, proxy, eye)
            proxy.heal()
    await eye.close()


@dataclass
class Run:
    """One account in which a case is tried."""

    stage: Stage
    case: Case
    client: Client
    ids: dict[str, str]
    before: dict[str, int]

    async def send(self) -> httpx.Response:
        """The case's request."""
        method, path = self.case.operation.split()
        more: dict[str, Any] = {"headers": self.case.headers}
        if self.case.body is not None:
            more["json"] = self._filled(self.case.body)
        if self.case.file:
            more["files"] = {"file": ("orgs.xlsx", file_of([organization(1)], [], []))}
        if self.case.form:
            own = self.client.http.headers
            more["data"] = {
                "grant_type": "client_credentials",
                "client_id": own["X-VTEX-API-AppKey"],
                "client_secret": own["X-VTEX-API-AppToken"],
            }
        return await self.client.http.request(method, self._filled(path), **more)

    async def status(self) -> tuple[int, httpx.Response]:
        """What the request is answered, an item of many as if it were alone."""
        answer = await self.send()
        if self.case.in_items and answer.status_code == 200:
            return answer.json()["results"][0]["code"], answer
        return answer.status_code, answer

    async def grown(self) -> dict[str, int]:
        """By how many rows each table has grown."""
        after = await self.stage.rows(self.client.account)
        return {
            name: rows - self.before[name]
            for name, rows in after.items()
            if rows != self.before[name] and name not in self.case.other_rows
        }

    def _filled(self, told: Any) -> Any:
        if told == "RULE":
            return rule("Other", "value > 70000")
        if isinstance(told, str):
            return PARAMETER.sub(lambda found: self.ids[found[1]], told)
        if isinstance(told, dict):
            return {name: self._filled(value) for name, value in told.items()}
        return [self._filled(value) for value in told] if isinstance(told, list) else told


@asynccontextmanager
async def trying(stage: Stage, case: Case) -> AsyncIterator[Run]:
    account = f"acme-{next(_accounts)}"
    async with stage.server.client(account) as client:
        ids = await furnish(stage.server, client)
        if case.changed_rules:
            await client.create_dimension(unitId=ids["contextId"], name="Later")
        # So that the credentials are known before anything breaks.
        await client.get("/settings")
        yield Run(stage, case, client, ids, await stage.rows(account))


def test_every_route_that_may_write_is_tried(stage_app: Server) -> None:
    missing = [
        f"{method} {route.path}"
        for route in iter_route_contexts(stage_app.app.routes)
        for method in (route.methods or set()) & set(WRITING)
        if not any(case.fits(f"{method} {route.path}") for case in CASES)
    ]
    assert missing == []


@pytest.fixture
def stage_app(tmp_path: Path) -> Server:
    return Server(create_app(Settings(database_url=f"sqlite:///{tmp_path}/none.sqlite3")))


@pytest.mark.parametrize("case", CASES, ids=NAMES)
async def test_a_lost_answer_changes_nothing_and_a_lost_commit_can_be_sent_again(
    stage: Stage, case: Case
) -> None:
    async with trying(stage, case) as run:
        stage.proxy.commits = 0
        fine, answer = await run.status()
        assert fine < 300, answer.text
        commits, wanted = stage.proxy.commits, await run.grown()
    assert commits == case.writes if case.writes is not None else commits > 0
    for number in range(1, commits + 1):
        async with trying(stage, case) as run:
            stage.proxy.lose(Loss.ANSWER, at=number)
            status, answer = await run.status()
            assert (status, await run.grown()) == (fine, wanted), answer.text
        async with trying(stage, case) as run:
            stage.proxy.lose(Loss.COMMIT, at=number)
            status, answer = await run.status()
            assert status == 503, answer.text
            if not case.in_items:
                assert answer.headers["Retry-After"] == "1"
            if number == 1:
                assert await run.grown() == {}
            status, answer = await run.status()
            assert (status, await run.grown()) == (fine, wanted), answer.text
    assert len(stage.proxy.losses) == 2 * commits


@pytest.mark.parametrize(
    ("case", "loss"),
    [
        pytest.param(case, list(Loss)[number % 2], id=NAMES[number])
        for number, case in enumerate(CASES)
        if case.writes != 0
    ],
)
async def test_where_nobody_can_know_the_answer_says_so(
    postgres_url: str, postgres_database_url: str, case: Case, loss: Loss
) -> None:
    async with staged(postgres_database_url, patience=0.2) as stage, trying(stage, case) as run:
        stage.proxy.lose(loss, stays_away=True)
        status, answer = await run.status()
        assert status == 504, answer.text
        assert "Retry-After" not in answer.headers
        assert "not known" in answer.text


async def test_a_server_that_still_waits_for_the_commit_is_not_waited_for(stage: Stage) -> None:
    case = CASES[0]
    async with trying(stage, case) as run:
        stage.proxy.lose(Loss.CLIENT)
        status, answer = await run.status()
        assert (status, answer.headers["Retry-After"]) == (503, "1")
        assert await run.grown() == {}
        # Nothing is locked any more.
        async with asyncio.timeout(5):
            status, _ = await run.status()
        assert status == 200


@pytest.mark.parametrize("loss", [Loss.ANSWER, Loss.COMMIT])
async def test_everyone_in_a_batch_gets_the_right_answer(stage: Stage, loss: Loss) -> None:
    async with trying(stage, CASES[0]) as run:
        budgets = Budgets(run.client.http, run.ids["contextId"])
        path = await budgets.create_path(amount=1000)
        there = f"{path}/transactions"
        stage.proxy.lose(loss)
        debits = [movement(1, reference=f"o-{number}") for number in range(20)]
        answers = await asyncio.gather(*(budgets.call("POST", there, body) for body in debits))
        refused = [
            body for body, answer in zip(debits, answers, strict=True) if answer.status_code == 503
        ]
        assert bool(refused) == (loss is Loss.COMMIT)
        assert {answer.status_code for answer in answers} <= {200, 503}
        assert await budgets.remaining(path) == 100 - 20 + len(refused)
        for body in refused:
            await budgets.post(there, body)
        assert await budgets.remaining(path) == 80
        references = [
            item["reference"]
            for item in (await budgets.get(f"{path}/statements", pageSize=100))["transactions"]
        ]
        assert sorted(set(references) - {None}) == sorted({body["reference"] for body in debits})


async def _revoked_key(database: Database) -> None:
    key = await create_key(database, "acme", ["PlaceOrders"])
    await revoke_app_key(database, key.app_key)


async def _revoked_token(database: Database) -> None:
    made = await create_token(database, "acme", "ana")
    await revoke_token(database, "acme", made.token_id)


async def _first_key(database: Database) -> None:
    assert await ensure_first_key(database, "acme", lambda _key: None) is not None


async def _renewed(database: Database) -> None:
    await do_what_is_due(Books.on(database, clock=lambda: 2_000_000_000_000))


# What is done by commands and workers.
WORK: dict[str, Callable[[Database], Awaitable[object]]] = {
    "first key": _first_key,
    "a key": lambda database: create_key(database, "acme", ["PlaceOrders"]),
    "a revoked key": _revoked_key,
    "a token": lambda database: create_token(database, "acme", "ana"),
    "a revoked token": _revoked_token,
    "tokens of a person": lambda database: revoke_tokens_of(database, "acme", "ana"),
    "a secret": lambda database: rotate_secret(database, "acme"),
    "settings": lambda database: change_settings(
        database, operator_of("acme"), {"noRuleFired": "denied"}
    ),
    "dead messages": lambda database: retry_dead(database, OPERATOR, None, 1),
    "a renewal": _renewed,
    "tidying": Database.tidy,
}


@pytest.mark.parametrize("work", WORK.values(), ids=WORK)
async def test_commands_and_workers_find_out_too(
    postgres_database_url: str, work: Callable[[Database], Awaitable[object]]
) -> None:
    async def rows(loss: Loss | None) -> dict[str, int]:
        await empty_tables(postgres_database_url, head_revision())
        async with commit_proxy(postgres_database_url) as proxy:
            database = Database(proxy.url)
            if work is not _first_key:
                await plant(database, {"top": None}, person("ana", "top"))
            if work is _renewed:
                await _budget_of_a_month(database)
            if loss is not None:
                proxy.lose(loss)
            if loss is Loss.COMMIT:
                with pytest.raises(StoreAway):
                    await work(database)
            await work(database)
            assert proxy.losses == ([] if loss is None else [loss])
            await database.close()
        eye = await asyncpg.connect(postgres_database_url)
        found = {
            table.name: await eye.fetchval(f"SELECT count(*) FROM {table.name}")
            for table in all_tables().sorted_tables
            if table is not commit_mark_table
        }
        await eye.close()
        return found

    assert await rows(Loss.ANSWER) == await rows(Loss.COMMIT) == await rows(None)


async def _budget_of_a_month(database: Database) -> None:
    """A budget whose period is over at the clock of `_renewed`."""
    cycle = Cycle(1_700_000_000_000, 1_702_592_000_000, auto_reset=True, carry_over=False)
    service = Books.on(database, clock=lambda: 1_700_000_000_001)
    wanted = BudgetInput(said("Month"), 10_000, cycle)
    await create_budget(service, entered(Context("acme", "top")), wanted)
    await service.close()
