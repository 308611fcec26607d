"""What is wrong with a workbook is said by sheet, row and column, all at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from placet.imports.core.sheets import COST_CENTERS, MEMBERS, ORGANIZATIONS
from placet.imports.core.validation import (
    Known,
    KnownMember,
    KnownUnit,
    Validation,
    mentions,
    validate,
)
from placet.imports.core.workbook import read_workbook
from placet.kit.characters import alike
from support.workbooks import ROLES, cost_center, file_of, member, organization

CASES = yaml.safe_load((Path(__file__).parent / "cases_validation.yaml").read_text("utf-8"))


def validation_of(case: dict[str, Any]) -> Validation:
    def rows(key: str, make: Any) -> list[dict[str, str]]:
        entries = [dict(entry) for entry in case.get(key, [])]
        return [make(entry.pop("n")) | entry for entry in entries]

    file = file_of(
        rows("organizations", organization),
        rows("costCenters", cost_center),
        rows("members", member),
    )
    known = Known(
        {id_: KnownUnit(*unit) for id_, unit in case.get("units", {}).items()},
        {
            email: KnownMember(None if owner == "inactive" else owner, owner != "inactive")
            for email, owner in case.get("people", {}).items()
        }
        | {
            email: KnownMember(None, unit_id=unit_id)
            for email, unit_id in case.get("elsewhere", {}).items()
        },
        ROLES,
        {alike(id_): id_ for id_ in case.get("units", {})},
    )
    return validate(read_workbook(file), known)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_problems_of_a_workbook(case: dict[str, Any]) -> None:
    found = validation_of(case)
    assert [str(problem) for problem in found.problems] == case.get("problems", [])
    assert found.is_valid is ("problems" not in case)


def test_rows_with_problems_are_counted_once() -> None:
    found = validation_of(
        {"organizations": [{"n": 1, "street": "", "city": ""}, {"n": 2}], "members": [{"n": 1}]}
    )
    assert found.rows == {ORGANIZATIONS.name: 2, COST_CENTERS.name: 0, MEMBERS.name: 1}
    assert found.invalid_rows(ORGANIZATIONS) == 1
    assert found.invalid_rows(MEMBERS) == 0


def test_what_a_workbook_mentions_is_what_must_be_looked_up() -> None:
    file = file_of([organization(1)], [cost_center(2, "org-9")], [member(1, "org-8", "cc-8")])
    found = mentions(read_workbook(file))
    assert found.unit_ids == {"org-1", "cc-1", "org-9", "cc-2", "org-8", "cc-8"}
    assert found.emails == {"admin-1@example.com", "member-1@example.com"}


@pytest.mark.parametrize(
    ("address", "valid"),
    [
        ("a@example.com", True),
        ("first.last+tag@sub.example.co", True),
        ("jörg@münchen.example", True),
        ("a@b", False),
        ("a@@example.com", False),
        ("a b@example.com", False),
        ("@example.com", False),
        ("a@-x.com", False),
        ("a@example..com", False),
        (f"{'a' * 65}@example.com", False),
        (f"a@{'x.' * 130}com", False),
        ("a@example.com;b@example.com", False),
    ],
)
def test_addresses(address: str, valid: bool) -> None:
    found = validation_of({"organizations": [{"n": 1, "adminEmail": address}]})
    assert found.is_valid is valid
