"""Rows become organizations, cost centers and members."""

from __future__ import annotations

from io import BytesIO

from placet.imports.core.records import cost_centers, members, organizations
from placet.imports.core.report import write_workbook
from placet.imports.core.sheets import ORGANIZATIONS
from placet.imports.core.workbook import read_workbook
from support.workbooks import cost_center, file_of, header, member, organization, row_of


def test_a_whole_workbook_has_no_problems_and_its_records() -> None:
    book = read_workbook(file_of([organization(1)], [cost_center(2)], [member(1)]))
    assert book.problems == ()
    [found] = organizations(book)
    assert (found.id, found.name) == ("org-1", "Organization 1")
    assert [center.id for center in cost_centers(book)] == ["cc-1", "cc-2"]
    assert [(person.email, person.unit_id) for person in members(book)] == [
        ("admin-1@example.com", "org-1"),
        ("member-1@example.com", "cc-1"),
    ]


def test_lists_and_custom_fields_are_taken_apart() -> None:
    file = BytesIO()
    row = row_of(ORGANIZATIONS, organization(1, sellers="a, b,,c "), "blue")
    write_workbook(file, {ORGANIZATIONS.name: [header(ORGANIZATIONS, "CF_Colour"), row]})
    [found] = organizations(read_workbook(file))
    assert found.details["sellers"] == ["a", "b", "c"]
    assert found.details["customFields"] == {"Colour": "blue"}
