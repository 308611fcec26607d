"""Whether a change alters what clients, operators and the store get to see.

A session (`session.yaml`) is played to a server that runs as people start it, then each operation
is called wrongly in every way there is, then commands are run (`commands.yaml`). What was answered,
what is stored, and what was printed must be what is recorded beside this file: `wire.txt`,
`store.txt`, `commands.txt`. `normal.py` says what is not compared to the byte. Left out are the
API's description and its pages (`/openapi.json`, `/docs`, `/redoc`): what they say is no answer.

To record anew, and see by `git diff --word-diff` what changes on the wire:

    PLACET_RECORD=1 pytest tests/recorded

A new operation needs a call in `session.yaml`: the test says which one has none.
"""

from __future__ import annotations

import difflib
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx

from recorded.normal import Normal
from recorded.playing import (
    HERE,
    KEYS,
    PEOPLE,
    Player,
    created,
    key_headers,
    load,
    placet,
    recording,
    serving,
)
from recorded.storing import dump, known, store_again
from support.documented import CHECKED_AT_ONCE
from support.project import ROOT

PARAMETER: Final = re.compile(r"\{(\w+)\}")
PLACES: Final = {"accountName": "acme", "contextType": "UNIT", "version": "2026-01"}
# Nobody can call these wrongly but by a method they do not have, as the session does.
OPEN: Final = {"GET /healthz", "GET /readyz"}
WRONG_BODIES: Final = (
    {"json": {"nonsense": 1}},
    {"type": "application/json", "text": '{"a": 1'},
    {"type": "application/json", "text": "[]"},
    {"type": "text/plain", "text": "a = 1"},
)
_SHOWN: Final = 160


def test_answers_rows_and_commands_are_as_recorded(tmp_path: Path) -> None:
    file = tmp_path / "placet.db"
    database = f"sqlite:///{file}"
    with (
        serving(database, "acme") as (url, key, token),
        httpx.Client(base_url=url, event_hooks=CHECKED_AT_ONCE) as http,
    ):
        normal = Normal(
            {token: "secret", url: "url", str(tmp_path): "folder", str(ROOT): "project"}
        )
        headers = {"nobody": {}, "key": key_headers(key, token)} | _keys(database, normal)
        player = Player(http, headers, {"key": key, "secret": token} | _around_now(), normal)
        _play(player, file)
        operations = _operations(http)
        for call in _wrong_calls(operations):
            player.play(call, briefly=True)
        copy = _copy(file)
        normal.known |= known(copy)
        stored = dump(copy, normal)
        printed = list(_commands(player.kept | {"url": url, "database": database}, normal))
    _check_that_all_are_called(operations, player.answered)
    told = [
        *_compared("wire.txt", [normal.text(line) for line in player.written]),
        *_compared("store.txt", stored),
        *_compared("commands.txt", printed),
    ]
    assert not told, "\n".join(told)


def _around_now() -> dict[str, str]:
    """Moments for what must be near now to be taken."""
    now = datetime.now(UTC)
    near = {"day_before": now - timedelta(days=1), "month_ahead": now + timedelta(days=30)}
    return {name: f"{moment:%Y-%m-%dT%H:%M:%S}Z" for name, moment in near.items()}


def _keys(database: str, normal: Normal) -> dict[str, dict[str, str]]:
    headers = {}
    for name, (account, permissions) in KEYS.items():
        granted = [word for permission in permissions for word in ("--permission", permission)]
        made = created(database, "keys", "create", "--account", account, *granted, "--label", name)
        normal.known[made["appToken"]] = f"secret of {name}"
        headers[name] = key_headers(made["appKey"], made["appToken"])
    return headers


def _play(player: Player, file: Path) -> None:
    """The session; a person calls from the moment that the person is on record."""
    for call in load("session"):
        if "rename" in call:
            store_again(file, {player.kept[name]: id for name, id in call["rename"].items()})
            player.kept |= call["rename"]
            continue
        name = call["as"]
        if name in PEOPLE and name not in player.headers:
            made = created(
                f"sqlite:///{file}", "tokens", "create", "--account", "acme", "--user", name
            )
            player.headers[name] = {"VtexIdclientAutCookie": made["token"]}
        player.play(call)


def _operations(http: httpx.Client) -> dict[str, Any]:
    """Every operation of the server with its description, as `GET /healthz`."""
    paths = http.get("/openapi.json").json()["paths"]
    return {
        f"{method.upper()} {path}": operation
        for path, operations in paths.items()
        for method, operation in operations.items()
    }


def _wrong_calls(operations: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each operation without credentials, without permission, about nothing, with bad bodies. What
    turns out to be right all the same, such as a list, is only told by its status.
    """
    for operation in sorted(operations.keys() - OPEN):
        method, path = operation.split()
        call = f"{method} {PARAMETER.sub(lambda found: PLACES.get(found[1], 'none'), path)}"
        yield {"as": "nobody", "call": call}
        yield {"as": "viewer", "call": call}
        yield {"as": "dan", "call": call}
        if method == "GET":
            yield {"as": "key", "call": f"{call}?nonsense=1"}
        else:
            yield from ({"as": "key", "call": call, **body} for body in WRONG_BODIES)


def _check_that_all_are_called(
    operations: Iterable[str], answered: list[tuple[str, str, int]]
) -> None:
    well, wrongly = set(), set()
    # A path is that of the operation with the most words of its own.
    shapes = sorted(operations, key=lambda operation: len(PARAMETER.findall(operation)))
    for method, path, status in answered:
        for shape in shapes:
            if re.fullmatch(PARAMETER.sub("[^/]+", shape), f"{method} {path}"):
                (well if status < 300 else wrongly).add(shape)
                break
    assert not set(operations) - well, "operations without a call that is answered well"
    assert not set(operations) - wrongly - OPEN, "operations without a call that is refused"


def _commands(kept: dict[str, str], normal: Normal) -> Iterator[str]:
    settings = {
        "PLACET_URL": kept["url"],
        "PLACET_APP_KEY": kept["key"],
        "PLACET_APP_TOKEN": kept["secret"],
        "PLACET_DATABASE_URL": kept["database"],
    }
    for command in load("commands"):
        words = [re.sub(r"\$\{(\w+)\}", lambda found: kept[found[1]], word) for word in command[0]]
        done = placet(*words, stdin=command[1] if len(command) > 1 else "", **settings)
        yield normal.text(f"## placet {' '.join(words)}")
        yield str(done.code)
        for mark, text in (("|", done.out), ("!", done.err)):
            if text:
                yield from (f"{mark} {line}" for line in normal.text(text).split("\n"))


def _copy(file: Path) -> Path:
    """The database at this moment, while its server goes on."""
    copy = file.with_name("copy.db")
    with closing(sqlite3.connect(file)) as store, closing(sqlite3.connect(copy)) as target:
        store.backup(target)
    return copy


def _compared(name: str, now: list[str]) -> list[str]:
    """Where `now` differs from what is recorded: nothing while recording, which replaces it."""
    path = HERE / name
    if recording():
        path.write_text("\n".join(now) + "\n", "utf-8")
        return []
    recorded = path.read_text("utf-8").removesuffix("\n").split("\n")
    now = "\n".join(now).split("\n")
    return list(_differences(name, recorded, now))


def _differences(name: str, recorded: list[str], now: list[str]) -> Iterator[str]:
    """The lines that differ below the call they belong to, long ones from where they differ."""
    matcher = difflib.SequenceMatcher(None, recorded, now, autojunk=False)
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            continue
        above = next((line for line in recorded[first::-1] if line.startswith("##")), "")
        yield f"{name}:{first + 1}: {above}"
        old, new = recorded[first:last], now[start:end]
        at = max(0, _common(old[0], new[0]) - 40) if old and new else 0
        yield from (f"  recorded {json.dumps(line[at : at + _SHOWN])}" for line in old[:5])
        yield from (f"  now      {json.dumps(line[at : at + _SHOWN])}" for line in new[:5])


def _common(one: str, other: str) -> int:
    """The length of what both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
