"""A network before PostgreSQL that fails at the worst moment: while a commit is under way.

It reads what clients send as far as needed to find the end of each writing transaction: messages
of PostgreSQL's protocol 3.0, section 55.7.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy.engine import make_url

__all__ = ["CommitProxy", "Loss", "commit_proxy"]

_SSL_REQUEST = (8).to_bytes(4) + (80877103).to_bytes(4)


class Loss(StrEnum):
    """What a commit loses."""

    ANSWER = "the answer: it is done, and nobody hears of it"
    COMMIT = "itself: it never arrives, and both ends see the connection break"
    CLIENT = "itself: it never arrives, and the server goes on waiting for it"


@dataclass
class CommitProxy:
    """What is to happen, and what has."""

    server: tuple[str, int]
    url: str = ""
    commits: int = 0
    losses: list[Loss] = field(default_factory=list)
    # Which of the next commits is hit (1: the next one), and how; `stays_away` refuses connections
    # from then on.
    hit: int = 0
    loss: Loss = Loss.ANSWER
    stays_away: bool = False
    _away: bool = False
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def lose(self, loss: Loss, *, at: int = 1, stays_away: bool = False) -> None:
        """Hit one commit."""
        self.hit, self.loss, self.stays_away = at, loss, stays_away

    def heal(self) -> None:
        """Nothing happens any more."""
        self.hit, self._away = 0, False

    def is_hit(self) -> bool:
        """Whether the commit that has just arrived is the one."""
        self.commits += 1
        if self.hit == 0:
            return False
        self.hit -= 1
        if self.hit:
            return False
        self.losses.append(self.loss)
        self._away = self.stays_away
        return True

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection in a task of its own."""
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End every connection."""
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        for writer in self._open:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        self._open.add(client)
        if self._away:
            client.transport.abort()
            return
        answers, server = await asyncio.open_connection(*self.server)
        self._open.add(server)
        connection = _Connection(self, reader, client, answers, server)
        back = asyncio.create_task(connection.answer())
        try:
            await connection.ask()
        finally:
            back.cancel()
            client.transport.abort()
            if not connection.held:
                server.transport.abort()


class _Connection:
    """One client, and its own connection to the server."""

    def __init__(
        self,
        proxy: CommitProxy,
        questions: asyncio.StreamReader,
        client: asyncio.StreamWriter,
        answers: asyncio.StreamReader,
        server: asyncio.StreamWriter,
    ) -> None:
        self.proxy = proxy
        self.questions, self.client = questions, client
        self.answers, self.server = answers, server
        self.held = False
        self.writes = False
        self.deaf = False
        self.ready = asyncio.Event()

    async def ask(self) -> None:
        """Hand on what the client sends, until its connection ends or is cut."""
        try:
            await self._introduce()
            while True:
                head = await self.questions.readexactly(5)
                body = await self.questions.readexactly(int.from_bytes(head[1:]) - 4)
                if self._ends_writing(head, body) and self.proxy.is_hit():
                    await self._lose(head + body)
                    return
                self.server.write(head + body)
                await self.server.drain()
        except (asyncio.IncompleteReadError, OSError):
            return

    async def answer(self) -> None:
        """Hand on what the server sends."""
        try:
            while data := await self.answers.read(1 << 16):
                if not self.deaf:
                    self.client.write(data)
                    await self.client.drain()
                elif data.endswith(b"Z\x00\x00\x00\x05I"):
                    self.ready.set()
        except OSError:
            return
        finally:
            self.ready.set()
            if not self.deaf:
                self.client.transport.abort()

    async def _introduce(self) -> None:
        """The messages before the first one with a type."""
        while True:
            length = await self.questions.readexactly(4)
            start = length + await self.questions.readexactly(int.from_bytes(length) - 4)
            self.server.write(start)
            if start != _SSL_REQUEST:
                return

    def _ends_writing(self, head: bytes, body: bytes) -> bool:
        if head[:1] != b"Q":
            return False
        sql = body.rstrip(b"\0;").upper()
        if sql.startswith(b"BEGIN"):
            self.writes = b"READ ONLY" not in sql
        return self.writes and sql.endswith(b"COMMIT")

    async def _lose(self, commit: bytes) -> None:
        self.deaf = True
        if self.proxy.loss is Loss.ANSWER:
            self.server.write(commit)
            await self.ready.wait()
        self.held = self.proxy.loss is Loss.CLIENT


@asynccontextmanager
async def commit_proxy(database_url: str) -> AsyncIterator[CommitProxy]:
    """A proxy before the server of a database; `url` leads through it."""
    url = make_url(database_url)
    assert url.host is not None and url.port is not None
    proxy = CommitProxy((url.host, url.port))
    listener = await asyncio.start_server(proxy.accept, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    proxy.url = url.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
    try:
        yield proxy
    finally:
        listener.close()
        await proxy.close()
        await listener.wait_closed()
