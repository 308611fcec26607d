"""The server as a process of its own, to be killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

SOURCE = Path(__file__).parents[2] / "src"


@dataclass
class ServerProcess:
    """A running server; `url` is where it listens."""

    process: subprocess.Popen[str]
    url: str

    def kill(self) -> None:
        """SIGKILL: no chance to finish anything."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextmanager
def server_process(
    database_url: str = "", app: str = "placet.app:create_app", **settings: object
) -> Iterator[ServerProcess]:
    """Start `app` on a free port and wait until it listens; it is ended with the block."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(SOURCE), str(Path(__file__).parents[1])])
        + os.pathsep
        + os.environ.get("PYTHONPATH", ""),
        "PLACET_DATABASE_URL": database_url,
        **{f"PLACET_{name.upper()}": str(value) for name, value in settings.items()},
    }
    command = [sys.executable, "-m", "uvicorn", app, "--factory", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--no-access-log"], env=environment, stderr=subprocess.PIPE, text=True
    )
    reader = None
    try:
        url = _listening(process)
        # Nobody reads the log, but the server must be able to go on writing it.
        reader = Thread(target=_drain, args=[process])
        reader.start()
        yield ServerProcess(process, url)
    finally:
        process.terminate()
        process.wait(timeout=30)
        if reader is not None:
            reader.join()
        assert process.stderr is not None
        process.stderr.close()


def _drain(process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    deque(process.stderr, maxlen=0)


def _listening(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    log = []
    for line in process.stderr:
        log.append(line)
        found = re.search(r"running on (http://\S+)", line)
        if found:
            return found[1]
    raise AssertionError("the server did not start:\n" + "".join(log))
