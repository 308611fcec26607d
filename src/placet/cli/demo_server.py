"""The server process of the demo: on a fresh database, stopped and removed whatever comes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from placet.errors import Unavailable

_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 15.0
_SPOKEN: Final = re.compile(
    r"app key +(?P<app_key>\S+)|app token +(?P<app_token>\S+)|.* listens on (?P<url>\S+)"
)


@dataclass(frozen=True, slots=True)
class DemoServer:
    """A server that is ready: where it listens, and the key its first start has made."""

    process: subprocess.Popen[str]
    log: Path
    url: str
    app_key: str
    app_token: str

    def last_words(self) -> str:
        """The end of what the server wrote on standard error, on lines of their own."""
        return _last_words(self.log)


@contextmanager
def running_server(account: str) -> Iterator[DemoServer]:
    """A server of its own for the account, on a free port of 127.0.0.1.

    Raises:
        Unavailable: it does not start; the message ends with what it wrote.
    """
    with tempfile.TemporaryDirectory(prefix="placet-demo-") as name:
        folder = Path(name)
        log = folder / "server.log"
        with log.open("w", encoding="utf-8") as errors:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                _command(folder, account),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
                env=_environment(),
            )
        try:
            yield DemoServer(process, log, **_first_words(process, log))
        finally:
            _stop(process)


def _command(folder: Path, account: str) -> list[str]:
    database = f"sqlite:///{(folder / 'placet.db').as_posix()}"
    # -P: no module of the current folder may stand in for an installed one.
    python = [sys.executable, "-P", "-m", "placet.cli"]
    return [
        *python,
        *("serve", "--host", "127.0.0.1", "--port", "0"),
        *("--database", database, "--account", account),
    ]


def _environment() -> dict[str, str]:
    """This process's environment without settings that were made for another server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PLACET_")}
    return kept | {"PYTHONIOENCODING": "utf-8"}


def _first_words(process: subprocess.Popen[str], log: Path) -> dict[str, str]:
    """Read what the server says until it is ready."""
    words: dict[str, str] = {}
    alarm = threading.Timer(_START_SECONDS, process.kill)
    alarm.start()
    try:
        for line in process.stdout or ():
            match = _SPOKEN.match(line)
            words |= {key: word for key, word in match.groupdict().items() if word} if match else {}
            if "url" in words:
                return words
    finally:
        alarm.cancel()
    raise Unavailable(f"the server did not start:{_last_words(log)}")


def _last_words(log: Path) -> str:
    lines = log.read_text("utf-8", errors="replace").splitlines()[-5:]
    return "".join(f"\n  {line}" for line in lines) or " it said nothing"


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
