"""`placet serve`, as a process."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from cli.conftest import Placet
from placet.settings import Settings


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A server on a free port with its database in `folder`; what it said until it listened."""
    process = subprocess.Popen(
        [sys.executable, "-m", "placet.cli", "serve", "--port", "0", *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    said = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if "listens on" in line:
                break
        yield process, said
    finally:
        process.kill()
        process.communicate()


def url_of(said: list[str]) -> str:
    found = re.fullmatch(
        r"Placet listens on (http://127\.0\.0\.1:\d+) \(docs at /docs\)\n", said[-1]
    )
    assert found, said
    return found[1]


def credentials_of(said: list[str]) -> dict[str, str]:
    words = {line.split()[1]: line.split()[2] for line in said if line.startswith("app ")}
    return {"X-VTEX-API-AppKey": words["key"], "X-VTEX-API-AppToken": words["token"]}


def test_the_first_start_prints_one_key_and_the_second_none(tmp_path: Path) -> None:
    with serving(tmp_path, "--account", "acme") as (_, said):
        assert [line.split()[:2] for line in said[1:3]] == [["app", "key"], ["app", "token"]]
        url, headers = url_of(said), credentials_of(said)
        assert httpx.get(f"{url}/healthz").json() == {"status": "ok"}
        assert httpx.get(f"{url}/readyz").status_code == 200
        assert httpx.get(f"{url}/docs").status_code == 200
        path = "/acme/authorization-dimensions"
        assert httpx.get(url + path).status_code == 401
        assert httpx.get(url + path, headers=headers).status_code == 200
    with serving(tmp_path, "--account", "acme") as (_, said):
        assert len(said) == 1
        assert httpx.get(url_of(said) + path, headers=headers).status_code == 200


def test_servers_that_start_together_print_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as pool:

        def start(_number: int) -> list[str]:
            with serving(tmp_path) as (_, said):
                return said

        printed = list(pool.map(start, range(3)))
    assert sorted(len(said) for said in printed) == [1, 1, 4]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_without_noise(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path) as (process, _):
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
        assert process.returncode in {0, -signal.SIGTERM}
        assert out in {"", "Placet has stopped\n"}
        assert err == ""


def test_requests_are_logged_where_that_is_asked_for(tmp_path: Path) -> None:
    with serving(tmp_path, "--log-requests") as (process, said):
        httpx.get(f"{url_of(said)}/healthz")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert " GET /healthz 200 " in err


def test_a_taken_port_is_one_sentence(placet: Placet, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = placet("serve", "--port", taken.getsockname()[1])
    assert (result.code, result.out) == (3, "")
    assert "address already in use; choose another --port" in result.err
    assert not (tmp_path / "placet.db").exists()


@pytest.mark.parametrize(
    ("arguments", "variables", "code", "sentence"),
    [
        (["--port", "70000"], {}, 2, "`--port`: must be at most 65535"),
        ([], {"PLACET_PORT": "http"}, 2, "`PLACET_PORT`: "),
        (["--host", "256.0.0.1"], {}, 3, "cannot listen on 256.0.0.1"),
        (["--account", "Not One"], {}, 2, "cannot name an account"),
        (["--port", "0", "--database", "postgresql://127.0.0.1:1/x"], {}, 3, "does not answer"),
        (["--port", "0", "--database", "oracle://x"], {}, 2, "`oracle` is not supported"),
    ],
)
def test_what_keeps_it_from_starting_is_one_sentence(
    placet: Placet,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    variables: dict[str, str],
    code: int,
    sentence: str,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    result = placet("serve", *arguments)
    assert (result.code, result.out) == (code, "")
    assert sentence in result.err
    assert result.err.count("\n") == 1


def test_every_setting_is_explained(placet: Placet) -> None:
    shown = placet("serve", "--settings").out.splitlines()
    assert len(shown) == 2 + len(Settings.model_fields)
    for line, (name, about) in zip(shown[2:], Settings.model_fields.items(), strict=True):
        assert line.startswith(f"PLACET_{name.upper()} ")
        assert line.endswith(about.description or "nothing")


def test_half_requests_are_no_tracebacks_at_the_end(tmp_path: Path) -> None:
    with serving(tmp_path, "--account", "acme") as (process, said):
        url, key = httpx.URL(url_of(said)), credentials_of(said)
        assert url.port is not None
        sent = "".join(f"{name}: {value}\r\n" for name, value in key.items())
        halves = [
            f"{line} HTTP/1.1\r\nHost: x\r\n{sent}Content-Length: 9\r\n\r\n{{"
            for line in ("POST /acme/commercial-authorizations", "PUT /acme/rule-file")
        ]
        connections = []
        for half in ["GET /healthz HTTP/1.1\r\nHost: x\r\nX-", *halves]:
            connection = socket.create_connection((url.host, url.port))
            connection.sendall(half.encode())
            connections.append(connection)
        # Answered only after what came before it was taken.
        assert httpx.get(url.join("/healthz")).status_code == 200
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
        answers = [connection.recv(100) for connection in connections]
        for connection in connections:
            connection.close()
    assert "Traceback" not in err
    assert [answer.startswith(b"HTTP/1.1 503") for answer in answers] == [False, True, True]
