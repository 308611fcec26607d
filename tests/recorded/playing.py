"""A server as people start it, and a session's calls to it."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any, Final
from zipfile import ZipFile

import httpx
import pytest
import yaml

from placet.cli.main import run
from recorded.normal import Normal
from support.project import ROOT, child_environment

HERE: Final = Path(__file__).parent
SETTINGS: Final = {
    "PLACET_KEY_CACHE_SECONDS": "0",
    # What waits to be sent stays as it was written.
    "PLACET_OUTBOX_WORKER": "false",
    "PLACET_ALLOWED_HOSTS": "erp.example",
    "PLACET_WEBHOOK_SECRET": "whsec_MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw",
    "PLACET_SMTP_URL": "smtp://127.0.0.1:9",
    "PLACET_MAIL_FROM": "Placet <placet@acme.example>",
    "PLACET_PUBLIC_URL": "https://shop.example/orders/{orderId}",
    # No decision is late on a machine that has much to do.
    "PLACET_RULE_TIMEOUT_MS": "10000",
    "PLACET_DECISION_TIMEOUT_MS": "60000",
    "PLACET_INLINE_ALLOWANCE_MS": "100",
    "COLUMNS": "100",
    "NO_COLOR": "1",
    "TZ": "UTC",
}
# Who calls with which permissions, and whose tokens are used.
KEYS: Final = {
    "viewer": ("acme", ["ViewBuyingPolicies"]),
    "shop": ("acme", ["PlaceOrders"]),
    "policies": ("acme", ["ManageBuyingPolicies"]),
    "other": ("other", ["PlaceOrders", "ManageBuyingPolicies", "ManageBudgets"]),
}
PEOPLE: Final = ("ana", "bea", "cid", "dan", "eve")
_NOT_OURS: Final = {"date", "content-length", "connection", "transfer-encoding"}
# What nearly every answer has, written down as `json`.
_USUAL: Final = ("content-type: application/json", "x-request-id: <request>")
_PATIENCE_SECONDS: Final = 60


@dataclass(frozen=True)
class Printed:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


def placet(*arguments: str, stdin: str = "", **settings: str) -> Printed:
    """Run a command as the console script does, within this process."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name in [name for name in os.environ if name.startswith("PLACET_")]:
            patch.delenv(name)
        for name, value in (SETTINGS | settings).items():
            patch.setenv(name, value)
        patch.chdir(ROOT)
        patch.setattr(sys, "argv", ["placet", *arguments])
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8"))
        with pytest.raises(SystemExit) as ended:
            run()
    code = ended.value.code
    return Printed(code if isinstance(code, int) else 0, out.getvalue(), err.getvalue())


@contextmanager
def serving(database: str, account: str) -> Iterator[tuple[str, str, str]]:
    """A running server: its URL, and the key and token that it made."""
    process = subprocess.Popen(
        [sys.executable, "-m", "placet.cli", "serve", "--port", "0", "--account", account],
        env=child_environment() | SETTINGS | {"PLACET_DATABASE_URL": database},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = ""
        while not (found := re.search(r"listens on (\S+)", said)):
            line = process.stdout.readline()
            assert line, said
            said += line
        key, token = re.findall(r"^app \w+ +(\S+)", said, re.MULTILINE)
        yield found[1], key, token
    finally:
        process.terminate()
        process.communicate(timeout=30)


@dataclass
class Player:
    """Plays calls and writes down what was answered."""

    http: httpx.Client
    headers: dict[str, dict[str, str]]
    kept: dict[str, str]
    normal: Normal
    written: list[str] = field(default_factory=list)
    answered: list[tuple[str, str, int]] = field(default_factory=list)

    def play(self, call: dict[str, Any], *, briefly: bool = False) -> None:
        """Make one call of a session; `briefly`: leave out the body of a good answer."""
        method, path = self._filled(call["call"]).split(" ", 1)
        headers = self.headers[call["as"]] | self._filled(call.get("headers", {}))
        request = self.http.build_request(method, path, headers=headers, **self._body(call))
        if "type" in call:
            request.headers["Content-Type"] = call["type"]
        answer = self._until(request, call.get("until", {}))
        self.answered.append((method, path.split("?")[0], answer.status_code))
        self.written.append(f"## {call['as']}: {self.normal.text(f'{method} {path}')}")
        written = list(self._lines(answer))
        self.written += written[:1] if briefly and answer.is_success else written
        for name, place in call.get("keep", {}).items():
            self.kept[name] = str(_part(answer.json(), place))

    def _until(self, request: httpx.Request, wanted: dict[str, list[str]]) -> httpx.Response:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            answer = self.http.send(request)
            if all(answer.json()[name] in values for name, values in wanted.items()):
                return answer
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.05)

    def _body(self, call: dict[str, Any]) -> dict[str, Any]:
        if "workbook" in call:
            return {"files": {"file": (f"{call['workbook']}.xlsx", workbook(call["workbook"]))}}
        if "form" in call:
            return {"data": self._filled(call["form"])}
        if "text" in call:
            return {"content": self._filled(call["text"]).encode()}
        return {"json": self._filled(call["json"])} if "json" in call else {}

    def _filled(self, value: Any) -> Any:
        if isinstance(value, str):
            return Template(value).substitute(self.kept) if "${" in value else value
        if isinstance(value, dict):
            return {key: self._filled(item) for key, item in value.items()}
        return [self._filled(item) for item in value] if isinstance(value, list) else value

    def _lines(self, answer: httpx.Response) -> Iterator[str]:
        length = answer.headers.get("content-length")
        assert length in {None, str(len(answer.content))}, answer
        ours = [
            f"{name}: {'<request>' if name == 'x-request-id' else value}"
            for name, value in sorted(answer.headers.items())
            if name not in _NOT_OURS
        ]
        if ours[:1] == [_USUAL[0]] and ours[-1] == _USUAL[1]:
            ours = ["json", *ours[1:-1]]
        yield self.normal.text("; ".join([str(answer.status_code), *ours]))
        if answer.content.startswith(b"PK"):
            yield from workbook_lines(answer.content, self.normal)
        elif answer.content:
            yield from lines(answer.content, self.normal)


def lines(content: bytes, normal: Normal) -> Iterator[str]:
    """Bytes as lines of text; what is no text is escaped, and so is a carriage return."""
    text = content.decode("utf-8", "backslashreplace").replace("\r", "\\r")
    yield from (f"| {line}" for line in normal.text(text).split("\n"))


def workbook_lines(content: bytes, normal: Normal) -> Iterator[str]:
    """The sheets and texts of a workbook; how it looks is left out."""
    with ZipFile(io.BytesIO(content)) as archive:
        for name in sorted(archive.namelist()):
            if name.startswith("xl/worksheets/sheet") or name == "xl/sharedStrings.xml":
                yield f"| {name}"
                for line in archive.read(name).decode().split("\n"):
                    yield f"|   {normal.text(line)}"


def workbook(name: str) -> bytes:
    """The workbook of that name in `workbooks.yaml`."""
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_numbers": False}) as book:
        for sheet, rows in load("workbooks")[name].items():
            page = book.add_worksheet(sheet)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return file.getvalue()


def load(name: str) -> Any:
    """A YAML file of this folder."""
    return yaml.safe_load((HERE / f"{name}.yaml").read_text("utf-8"))


def _part(document: Any, place: str) -> Any:
    for step in place.split("."):
        document = document[int(step) if step.isdigit() else step]
    return document


def created(database: str, *arguments: str) -> dict[str, str]:
    """What `placet keys create` or `placet tokens create` has made."""
    done = placet(*arguments, "--json", "--database", database)
    assert done.code == 0, done.err
    made: dict[str, str] = json.loads(done.out)
    return made


def key_headers(key: str, token: str) -> dict[str, str]:
    """An app key as clients send it."""
    return {"X-VTEX-API-AppKey": key, "X-VTEX-API-AppToken": token}


def recording() -> bool:
    """Whether files are to be written anew."""
    return os.environ.get("PLACET_RECORD") == "1"
