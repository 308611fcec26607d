"""One person, one signature: which levels have signed, which are up, and who may sign no other."""

from __future__ import annotations

from typing import Any

import pytest

from placet.orders.core.signatures import (
    accepted_levels,
    barred_at,
    deciding_path,
    levels_up,
    next_authorizer,
    open_levels,
)
from placet.policies.core.model import Rule
from support.orders.scene import Scene

THREE = ["user ana", "unit sales", "user bob"]


def scene(by: list[str], *, every: bool = True, strict: bool = False, **more: Any) -> Scene:
    rules = [{"workflow Ask": {"when": "true", "every": every, "by": by}}]
    return Scene({"order": {}, "rules": rules, "settings": {"onePersonOneLevel": strict}} | more)


def accept(on: Scene, *names: str) -> None:
    for name in names:
        on.authorization = on.step({"by": name, "score": 10, "rule": "Ask"})


def asked(on: Scene) -> tuple[str, Rule]:
    dimension = on.policy.dimensions[0].dimension
    return dimension.id, dimension.rule_collection[0]


@pytest.mark.parametrize(
    ("every", "signed", "accepted", "up"),
    [
        (True, [], [], [0]),
        (True, ["ana"], [0], [1]),
        (False, [], [], [0, 1, 2]),
    ],
)
def test_levels_are_up_in_turn_or_all_at_once(
    signed: list[str], accepted: list[int], up: list[int], *, every: bool
) -> None:
    on = scene(THREE, every=every)
    accept(on, *signed)
    assert accepted_levels(on.authorization, *asked(on)) == frozenset(accepted)
    assert levels_up(on.authorization, *asked(on)) == tuple(up)
    rest = [level for level in range(3) if level not in accepted]
    assert open_levels(on.authorization, *asked(on)) == tuple(rest)


@pytest.mark.parametrize(("strict", "left"), [(False, (0, 1)), (True, (0, 1, 2))])
def test_who_is_listed_twice_is_asked_once_unless_each_level_needs_a_person(
    *, strict: bool, left: tuple[int, ...]
) -> None:
    on = scene(["user ana", "user bob", "user ana"], strict=strict)
    assert open_levels(on.authorization, *asked(on)) == left
    after = next_authorizer(on.authorization, *asked(on), 1)
    assert (after is not None and after.id) == ("ana" if strict else False)


def test_who_has_signed_a_level_signs_no_other_and_may_repeat_the_own_word() -> None:
    on = scene(THREE)
    before = barred_at(on.authorization, *asked(on), 1)
    accept(on, "ana")
    assert barred_at(on.authorization, *asked(on), 1) == before | {"ana"}
    assert barred_at(on.authorization, *asked(on), 0) == before
    assert barred_at(on.authorization, *asked(on), None) == before


@pytest.mark.parametrize(
    ("unit", "path"), [("sales", ["acme", "sales"]), (None, ["acme", "sales", "north"])]
)
def test_nobody_listed_is_the_path_down_to_the_dimension_s_unit(
    unit: str | None, path: list[str]
) -> None:
    told = {"name": "Rules", "unit": unit, "rules": [{"workflow Ask": "true"}]}
    on = Scene({"path": "Acme / Sales / North", "order": {}, "dimensions": [told]})
    assert deciding_path(on.authorization, on.policy.dimensions[0].dimension) == path
