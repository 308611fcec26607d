"""`placet openapi`: the document that a server serves, without one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Placet
from support.documented import document


def test_the_document_is_printed_and_nothing_else_is_made(placet: Placet, tmp_path: Path) -> None:
    printed = placet("openapi")
    assert (printed.code, printed.err) == (0, "")
    assert json.loads(printed.out) == document()
    assert list(tmp_path.iterdir()) == []


def test_settings_of_a_server_do_not_matter(
    placet: Placet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACET_DATABASE_URL", "nonsense")
    monkeypatch.setenv("PLACET_PORT", "many")
    assert placet("openapi").code == 0


def test_it_goes_to_a_file_where_one_is_named(placet: Placet, tmp_path: Path) -> None:
    told = placet("openapi", "--output", "placet.json")
    assert (told.code, told.out, told.err) == (0, "", "")
    assert json.loads((tmp_path / "placet.json").read_text("utf-8")) == document()


def test_a_file_that_cannot_be_written_is_one_sentence(placet: Placet) -> None:
    told = placet("openapi", "--output", "missing/placet.json")
    assert (told.code, told.out) == (2, "")
    sentence = "`missing/placet.json` cannot be written: no such file or directory"
    assert told.err == f"Error: {sentence}\n"
