"""`placet demo`, as a process."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest


def start(folder: Path, *options: str) -> subprocess.Popen[str]:
    """The demo with `folder` for its temporary files and hostile settings around it."""
    environment = os.environ | {
        "TMPDIR": str(folder),
        "PLACET_PORT": "nonsense",
        "HTTP_PROXY": "http://127.0.0.1:1",
    }
    command = [sys.executable, "-m", "placet.cli", "demo", *options]
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_every_outcome_is_shown_and_nothing_is_left(tmp_path: Path) -> None:
    demo = start(tmp_path)
    out, err = demo.communicate(timeout=120)
    assert (demo.returncode, err) == (0, "")
    before, _, after = out.partition("approved GX-1003-01 by POST")
    for outcome in ("accepted", "denied", "pending"):
        assert re.search(rf"^GX-\d+-01 .* {outcome} ", before, re.MULTILINE)
    assert re.search(r"^GX-1003-01 .* pending .*waiting for approval", before, re.MULTILINE)
    assert re.search(r"^GX-1003-01 .* accepted ", after, re.MULTILINE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_kept_server_answers_until_a_signal_and_then_is_gone(
    tmp_path: Path, number: signal.Signals
) -> None:
    demo = start(tmp_path, "--keep")
    assert demo.stdout is not None
    said: dict[str, str] = {}
    for line in demo.stdout:
        found = re.fullmatch(r"export (PLACET_\w+)=(\S+)\n", line)
        if found:
            said[found[1]] = found[2]
        if "PLACET_APP_TOKEN" in said:
            break
    headers = {
        "X-VTEX-API-AppKey": said["PLACET_APP_KEY"],
        "X-VTEX-API-AppToken": said["PLACET_APP_TOKEN"],
    }
    url = f"{said['PLACET_URL']}/globex/commercial-authorizations"
    answer = httpx.get(url, headers=headers, trust_env=False)
    assert len(answer.json()["data"]) == 5
    [server] = psutil.Process(demo.pid).children()
    demo.send_signal(number)
    _, err = demo.communicate(timeout=60)
    assert (demo.returncode, err) == (0, "")
    assert not server.is_running()
    assert list(tmp_path.iterdir()) == []
