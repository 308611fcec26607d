"""The guide's pages say what is so: their settings are settings, their commands commands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer.main

from placet.cli.main import app
from placet.policies.core.rule_file import load_rule_file
from support.project import SOURCE

PAGES = sorted((SOURCE / "guide").glob("*.md"))
COMMAND = re.compile(r"`placet ([a-z-]+)(?: ([^`]*))?`")


def blocks() -> list[tuple[str, str]]:
    """The YAML of every page."""
    return [
        (page.name, text)
        for page in PAGES
        for text in re.findall(
            r"^```yaml\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL
        )
    ]


def test_there_are_pages() -> None:
    assert len(PAGES) >= 5
    assert len(blocks()) >= 2


@pytest.mark.parametrize(("page", "text"), blocks())
def test_settings_of_a_page_can_be_set(page: str, text: str) -> None:
    assert load_rule_file(f"account: acme\ndimensions: []\n{text}", page)[1] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_options_of_a_page_are_there(page: Path) -> None:
    group: Any = typer.main.get_command(app)
    for name, rest in COMMAND.findall(page.read_text("utf-8")):
        command = group.get_command(None, name)
        assert command is not None, name
        if not hasattr(command, "commands"):
            known = {option for item in command.params for option in item.opts}
            assert set(re.findall(r"--[a-z-]+", rest)) <= known, name
