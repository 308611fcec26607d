"""`placet push`, to a real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import yaml

from cli.conftest import Placet
from placet.cli.demo_server import DemoServer, running_server


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with running_server("globex") as running:
        yield running


@pytest.fixture
def reachable(server: DemoServer, placet: Placet, monkeypatch: pytest.MonkeyPatch) -> DemoServer:
    """The server, named by the environment."""
    assert placet
    monkeypatch.setenv("PLACET_URL", server.url)
    monkeypatch.setenv("PLACET_APP_KEY", server.app_key)
    monkeypatch.setenv("PLACET_APP_TOKEN", server.app_token)
    return server


def test_what_changed_is_told(reachable: DemoServer, placet: Placet, rules: Path) -> None:
    assert reachable.url
    placet("push", rules)
    again = placet("push", rules)
    told = (
        "account globex: dimensions 0 created, {}, 0 deleted\n"
        "warning: rule `Expensive item` asks user `head-of-purchasing`, who is not on record:"
        " others stand in\n"
    )
    assert (again.code, again.err) == (0, "")
    assert again.out == told.format("0 updated, 1 unchanged")
    rules.write_text(rules.read_text("utf-8").replace("value > 500000", "value > 600000"), "utf-8")
    assert placet("push", rules).out == told.format("1 updated, 0 unchanged")


def test_what_would_be_deleted_is_listed_and_kept(
    reachable: DemoServer, placet: Placet, rules: Path
) -> None:
    assert reachable.url
    placet("push", rules)
    text = rules.read_text("utf-8")
    rules.write_text("account: globex\nunits: [{id: hq, name: HQ}]\ndimensions: []\n", "utf-8")
    refused = placet("push", rules)
    assert (refused.code, refused.out) == (1, "")
    assert "the dimension `Purchasing rules` (`purchasing-rules`); nothing was" in refused.err
    told = "account globex: dimensions {}, {}; units {}, 0 updated, 0 unchanged, {}\n"
    deleted = placet("push", rules, "--delete")
    assert (deleted.code, deleted.err) == (0, "")
    counts = ("0 created, 0 updated, 0 unchanged", "1 deleted", "1 created", "0 deleted")
    assert deleted.out == told.format(*counts)
    rules.write_text(text + "units: [{id: globex, name: Globex}]\n", "utf-8")
    assert "the unit `hq`" in placet("push", rules).err
    assert placet("push", rules, "--delete").code == 0


def test_a_file_of_another_account_is_not_published(
    reachable: DemoServer, placet: Placet, rules: Path
) -> None:
    assert reachable.url
    text = rules.read_text("utf-8").replace("account: globex", "account: globexx")
    rules.write_text(text, "utf-8")
    result = placet("push", rules, "--delete")
    assert (result.code, result.out) == (3, "")
    assert "`globexx`" in result.err


def test_json_files_and_standard_input_are_pushed(
    reachable: DemoServer, placet: Placet, rules: Path, tmp_path: Path
) -> None:
    assert reachable.url
    document = yaml.safe_load(rules.read_text("utf-8"))
    (tmp_path / "rules.json").write_text(json.dumps(document, indent="\t"), "utf-8")
    assert placet("push", "rules.json").code == 0
    assert "1 unchanged" in placet("push", "-", stdin=rules.read_bytes()).out


def test_warnings_are_shown_and_stop_nothing(
    reachable: DemoServer, placet: Placet, rules: Path
) -> None:
    assert reachable.url
    text = rules.read_text("utf-8").replace("value > 500000\n", "$not(value < 500000)\n")
    rules.write_text(text, "utf-8")
    result = placet("push", rules)
    assert (result.code, result.out.startswith("account globex: ")) == (0, True)
    assert "warning: where a field of `value < 500000" in result.err


def test_a_file_with_errors_is_not_sent(placet: Placet) -> None:
    mistakes = Path(__file__).with_name("mistakes.yaml")
    nowhere = ["--url", "http://127.0.0.1:1", "--app-key", "k", "--app-token", "t"]
    result = placet("push", mistakes, *nowhere)
    assert (result.code, result.out) == (2, "")
    assert "has 11 errors" in result.err


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (["--app-token", "wrong"], 3, "the server answered 401: the app key or its token"),
        (["--app-key", "ü"], 2, "the app key and its token are printable ASCII"),
        (["--url", "127.0.0.1"], 2, "`127.0.0.1` is no URL of a server"),
        (["--url", "http://127.0.0.1:1"], 3, "the server at http://127.0.0.1:1 does not answer"),
        (["--url", "http://[::"], 2, "is no URL of a server"),
    ],
)
def test_what_the_server_or_network_refuses_is_one_sentence(
    reachable: DemoServer, placet: Placet, rules: Path, options: list[str], code: int, sentence: str
) -> None:
    assert reachable.url
    result = placet("push", rules, *options)
    assert (result.code, result.out) == (code, "")
    assert sentence in result.err
    assert result.err.count("\n") == 1


def test_another_account_is_refused(reachable: DemoServer, placet: Placet, rules: Path) -> None:
    assert reachable.url
    rules.write_text(rules.read_text("utf-8").replace("account: globex", "account: acme"), "utf-8")
    result = placet("push", rules)
    assert result.code == 3
    assert "the server answered 403: this app key does not belong" in result.err


class Stranger(BaseHTTPRequestHandler):
    """Answers 200 to everything, and never with JSON."""

    def do_PUT(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>")

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


def test_a_server_that_is_no_placet_is_told(
    reachable: DemoServer, placet: Placet, rules: Path
) -> None:
    assert reachable.url
    with ThreadingHTTPServer(("127.0.0.1", 0), Stranger) as stranger:
        thread = Thread(target=stranger.serve_forever)
        thread.start()
        result = placet("push", rules, "--url", f"http://127.0.0.1:{stranger.server_port}")
        stranger.shutdown()
        thread.join()
    assert result.code == 3
    assert "is no Placet server" in result.err
