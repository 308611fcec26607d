"""The README's commands give what it shows, and its tables what is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from placet.cli.verbs.serve import LISTENING
from placet.policies.core.rule_file import load_rule_file
from placet.settings import Settings
from support.project import ROOT, child_environment

README = (ROOT / "README.md").read_text("utf-8")
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SETTING = re.compile(r"^\| `PLACET_(\w+)` \| (?:`([^`]*)` )?\|", re.MULTILINE)
DEFINITION = re.compile(r"\w+(\(\)|=)")


@dataclass
class Tour:
    """The shell in which the tour is taken: definitions stay, a server runs beside it."""

    folder: Path
    environment: dict[str, str]
    definitions: list[str] = field(default_factory=list)
    server: subprocess.Popen[str] | None = None

    def take(self, command: str) -> str:
        """What a command of the tour prints."""
        if command.endswith("&"):
            return self._serve(command.rstrip("& "))
        if command.startswith("export "):
            return ""
        if DEFINITION.match(command):
            self.definitions.append(command)
            return ""
        return self._bash(command).stdout

    def _bash(self, command: str) -> subprocess.CompletedProcess[str]:
        script = "\n".join(["set -e", *self.definitions, command])
        return subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )

    def _serve(self, command: str) -> str:
        self.server = subprocess.Popen(
            ["bash", "-c", f"exec {command} --port 0"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        said = ""
        assert self.server.stdout is not None
        for line in self.server.stdout:
            said += line
            if line.startswith("app "):
                _, kind, secret, *_ = line.split()
                self.environment[f"PLACET_APP_{kind.upper()}"] = secret
            if line.startswith(LISTENING):
                self.environment["PLACET_URL"] = line.removeprefix(LISTENING).split()[0]
                break
        # The README shows the usual port; here it is a free one.
        return re.sub(r"(127\.0\.0\.1):\d+", rf"\1:{Settings().port}", said)


@pytest.fixture
def tour(tmp_path: Path) -> Iterator[Tour]:
    """A folder with the examples, and `placet` on the path."""
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    command = tmp_path / "bin" / "placet"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m placet.cli "$@"\n', "utf-8")
    command.chmod(0o755)
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    taken = Tour(tmp_path, child_environment() | {"PATH": path})
    yield taken
    if taken.server is not None:
        taken.server.kill()
        taken.server.communicate()


def commands() -> list[tuple[str, str]]:
    """The tour's commands, each with the output the README shows."""
    found = []
    for block in BLOCK.findall(README):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def pattern_of(output: str) -> re.Pattern[str]:
    """`…` stands for anything."""
    return re.compile(".*?".join(map(re.escape, output.split("…"))), re.DOTALL)


@pytest.mark.skipif(not shutil.which("curl"), reason="the tour calls curl")
def test_the_tour_shows_what_happens(tour: Tour) -> None:
    assert len(commands()) > 10
    for command, output in commands():
        printed = tour.take(command)
        assert pattern_of(output).fullmatch(printed), f"{command}\n{printed}"


def test_its_rule_file_has_no_problems() -> None:
    [text] = re.findall(r"^```yaml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert load_rule_file(text, "README.md")[1] == []


def test_its_program_prints_what_it_shows() -> None:
    [program] = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    shown = re.findall(r"^# (.*\n)", program, re.MULTILINE)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=child_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "".join(shown)


def test_the_two_commands_are_the_first_thing_to_do() -> None:
    blocks = re.findall(r"^    (\S.*)$", README, re.MULTILINE)
    assert blocks[:2] == [
        "python -m pip install . && placet demo",
        "python -m pip install -r tests/requirements.txt . && pytest",
    ]


def test_the_settings_it_lists_have_these_defaults() -> None:
    fields = Settings.model_fields
    defaults = {
        name.upper(): f"{item.default:g}" if isinstance(item.default, float) else str(item.default)
        for name, item in fields.items()
    }
    listed = dict(SETTING.findall(README))
    assert len(listed) > 5
    assert listed == {name: defaults[name] for name in listed}


def test_it_is_short_enough_to_be_read() -> None:
    assert len(README.splitlines()) <= 280
