"""`placet units`, to a real server."""

from __future__ import annotations

import json

import pytest

from cli.conftest import Placet

pytestmark = pytest.mark.usefixtures("reachable")


def test_units_are_listed_and_moved(placet: Placet) -> None:
    listed = [line.split() for line in placet("units", "list").out.splitlines()[2:]]
    assert listed == [["acme", "Acme"], ["sales", "Sales", "acme"], ["solo", "Solo"]]
    moved = placet("units", "move", "sales", "--below", "solo")
    assert (moved.code, moved.out) == (0, "moved sales to globex/solo/sales\n")
    found = json.loads(placet("units", "list", "--name", "SAL", "--json").out)
    assert [unit["path"]["ids"] for unit in found] == ["globex/solo/sales"]
    assert placet("units", "move", "sales", "--root").out == "moved sales to globex/sales\n"


def test_units_are_created_renamed_and_deleted(placet: Placet) -> None:
    made = json.loads(placet("units", "create", "North", "--below", "sales", "--json").out)
    assert (made["name"], made["path"]["ids"]) == ("North", f"globex/acme/sales/{made['id']}")
    told = placet("units", "create", "East")
    assert (told.code, told.out[:14]) == (0, "created globex")
    assert placet("units", "rename", made["id"], "Nord").out == f"{made['id']} is named Nord\n"
    refusal = placet("units", "delete", "sales")
    assert (refusal.code, refusal.out) == (2, "")
    assert placet("units", "delete", "sales", "--cascade").out == "deleted sales\n"
    names = {unit["name"] for unit in json.loads(placet("units", "list", "--json").out)}
    assert names == {"Acme", "Solo", "East"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["move", "sales"], "either `--below UNIT` or `--root`"),
        (["move", "sales", "--root", "--below", "solo"], "either `--below UNIT`"),
        (["move", "acme", "--below", "sales"], "cannot be moved below itself"),
        (["move", "x/y", "--root"], "the path holds a slash"),
        (["create", " "], "`name` must not be empty"),
        (["create", "New", "--below", "nowhere"], "no organization unit `nowhere`"),
        (["rename", "nowhere", "New"], "no organization unit `nowhere`"),
        (["delete", "acme"], "set `cascade` to true"),
        (["delete", "nowhere"], "no organization unit `nowhere`"),
    ],
)
def test_what_is_wrong_is_told(placet: Placet, arguments: list[str], words: str) -> None:
    result = placet("units", *arguments)
    assert words in result.err
    assert (result.code, result.out) == (2, "")
