"""Folders stand for the rule files in them."""

from __future__ import annotations

import json
from pathlib import Path

from cli.conftest import Placet


def test_folders_are_searched_for_what_looks_like_rules(placet: Placet, tmp_path: Path) -> None:
    hidden = tmp_path / ".git"
    deep = tmp_path / "a" / "b"
    for folder in (hidden, deep):
        folder.mkdir(parents=True)
        (folder / "rules.yml").write_text("dimensions: [", "utf-8")
    (tmp_path / "order.json").write_text('{"orderId": "1"}', "utf-8")
    (tmp_path / "notes.txt").write_text("account: no", "utf-8")
    result = placet("check", ".", "--json")
    assert json.loads(result.out)["files"] == ["./a/b/rules.yml"]


def test_a_folder_without_rules_is_wrong_use(placet: Placet) -> None:
    result = placet("check", ".")
    assert (result.code, result.err) == (2, "Error: there is no rule file in `.`\n")
