"""The command line as a whole: help, version, wrong use, and what is loaded for what."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest
import typer

from cli.conftest import EXAMPLES, Placet
from placet import __version__
from placet.cli.main import COMMANDS, LazyGroup, app

NOWHERE = ("--url", "ftp://nowhere", "--app-key", "k", "--app-token", "t")
HEAVY = {"fastapi", "sqlalchemy", "uvicorn", "httpx", "alembic", "starlette"}
LIGHT_COMMANDS = [
    ["--help"],
    ["check", str(EXAMPLES)],
    ["dry-run", str(EXAMPLES / "order-cap" / "rules.yaml"), "--order", "-"],
    ["eval", "1"],
    ["schema"],
]
CALLS = [[name] for name in COMMANDS] + [
    ["keys", "create"], ["keys", "list"], ["keys", "revoke"], ["db", "upgrade"], ["db", "current"],
    ["ledger", "verify"], ["outbox", "list"], ["outbox", "retry"], ["outbox", "secret"],
    ["settings", "show"], ["settings", "set"], ["tokens", "create"], ["units", "list"],
    ["units", "move"], ["users", "list"], ["users", "put"], ["users", "deactivate"],
]  # fmt: skip
GROUPS = {call[0] for call in CALLS if len(call) == 2}


def test_the_version_is_printed(placet: Placet) -> None:
    assert placet("--version").out == f"placet {__version__}\n"


def test_help_lists_every_verb_and_the_exit_codes(placet: Placet) -> None:
    out = placet("--help").out
    for name, summary in COMMANDS.items():
        assert f"  {name}" in out
        assert summary in out
    assert "Exit codes: 0 fine" in out


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_every_command_teaches_by_examples(placet: Placet, call: list[str]) -> None:
    result = placet(*call, "--help")
    assert result.code == 0
    if call[0] not in GROUPS or len(call) == 2:
        assert f"  placet {' '.join(call)}" in result.out.partition("Examples:")[2]


def test_the_list_of_verbs_says_what_their_help_says() -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, LazyGroup)
    context = group.make_context("placet", ["schema"])
    for name, summary in COMMANDS.items():
        command = group.get_command(context, name)
        assert (command.help or "").splitlines()[0] == summary


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["chek"], "There is no command `chek`. Did you mean `check`?"),
        (["check"], "Missing argument 'PATH"),
        (["serve", "--port", "many"], "Invalid value for '--port'"),
        (["dry-run", "--frobnicate"], "No such option: --frobnicate"),
    ],
)
def test_wrong_use_is_code_2_with_one_sentence(
    placet: Placet, arguments: list[str], sentence: str
) -> None:
    result = placet(*arguments)
    assert (result.code, result.out) == (2, "")
    assert sentence in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize("arguments", LIGHT_COMMANDS, ids=lambda arguments: arguments[0])
def test_commands_without_server_load_no_server(arguments: list[str]) -> None:
    script = (
        "import sys, atexit, json\n"
        "atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr))\n"
        f"sys.argv = ['placet', *{arguments!r}]\n"
        "from placet.cli.main import run\n"
        "run()\n"
    )
    order = '{"orderId": "1", "value": 5}'
    run = subprocess.run(
        [sys.executable, "-c", script], input=order, capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in json.loads(run.stderr.splitlines()[-1])}
    assert loaded & HEAVY == set()


def test_no_color_is_honoured_where_colour_is_forced(
    placet: Placet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    bold = placet("check", "-", stdin="{}").out
    monkeypatch.setenv("NO_COLOR", "1")
    plain = placet("check", "-", stdin="{}").out
    assert "\x1b[1;31m" in bold
    assert "31m" not in plain


def dry_run_of_many() -> subprocess.Popen[str]:
    rules = EXAMPLES / "order-cap" / "rules.yaml"
    command = [sys.executable, "-m", "placet.cli", "dry-run", rules, "--orders", "-", "--json"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def test_a_reader_that_has_enough_is_no_error() -> None:
    orders = '{"orderId": "1", "value": 5}\n' * 5_000
    with dry_run_of_many() as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(orders[:3_000])
        process.stdin.flush()
        process.stdout.close()
        _, err = process.communicate(orders, timeout=60)
    assert err == ""


def test_an_interrupt_ends_a_command_without_noise() -> None:
    with dry_run_of_many() as process:
        assert process.stdin and process.stdout and process.stderr
        # More than one buffer of answers: once the first is out, the command is at work.
        process.stdin.write('{"orderId": "1", "value": 5}\n' * 50)
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "")


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "missing-folder/", "--orders", "missing", "--json"),
        ("dry-run", "missing.yaml", "--order", "missing.json", "--json"),
        ("eval", "1", "--data", "missing.json", "--json"),
        ("keys", "list", "--account", "a", "--database", "nonsense", "--json"),
        ("tokens", "list", "--account", "a", "--database", "nonsense", "--json"),
        ("units", "list", *NOWHERE, "--json"),
        ("users", "list", "--account", "a", *NOWHERE, "--json"),
        ("settings", "show", "--account", "a", "--database", "nonsense", "--json"),
        ("ledger", "verify", "--database", "nonsense", "--json"),
        ("outbox", "list", "--database", "nonsense", "--json"),
        ("import", "missing.xlsx", "--account", "a", "--database", "nonsense", "--json"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_an_error_is_json_for_programs_too(placet: Placet, arguments: tuple[str, ...]) -> None:
    result = placet(*arguments)
    assert result.code in {2, 3}
    document = json.loads(result.out)
    assert result.err == f"Error: {document['error']}\n"
    assert document["code"]
