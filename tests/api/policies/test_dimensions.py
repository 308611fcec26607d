"""Dimensions and rules over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from support.server import Client, dimension, ok, refused, rule

pytestmark = pytest.mark.anyio

PATH = "/authorization-dimensions"


async def test_a_created_dimension_is_listed_as_it_was_answered(client: Client) -> None:
    created = await client.create_dimension(rule("First"), rule("Second", priority=2))
    assert created["status"] is None
    assert [item["status"] for item in created["ruleCollection"]] == [None, None]
    assert len({item["id"] for item in created["ruleCollection"]}) == 2
    assert created["creationDate"].endswith("Z")
    assert ok(await client.get(PATH)) == [created]


async def test_replacing_a_dimension_keeps_ids_unit_and_date(client: Client) -> None:
    created = await client.create_dimension(rule("First"), rule("Second", priority=2))
    body = dimension(rule("Second", "value > 1"), rule("Third"), name="New name")
    del body["unitId"]
    replaced = ok(await client.put(f"{PATH}/{created['id']}", body))
    assert (replaced["id"], replaced["unitId"], replaced["creationDate"]) == (
        created["id"],
        "acme",
        created["creationDate"],
    )
    assert replaced["name"] == "New name"
    second, third = replaced["ruleCollection"]
    assert second["id"] == created["ruleCollection"][1]["id"]
    assert third["id"] not in {item["id"] for item in created["ruleCollection"]}
    assert ok(await client.get(PATH)) == [replaced]


async def test_a_deleted_dimension_is_gone_and_judges_no_more(client: Client) -> None:
    created = await client.create_dimension(rule(effect=1))
    assert (await client.submit("o-1"))["status"] == "denied"
    deleted = await client.delete(f"{PATH}/{created['id']}")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert ok(await client.get(PATH)) == []
    assert (await client.submit("o-2"))["status"] == "accepted"
    refused(await client.delete(f"{PATH}/{created['id']}"), 404)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ([], ["one", "two", "three"]),
        ([("name", "ONE")], ["one"]),
        ([("name", "one"), ("name", "Two")], ["one", "two"]),
        ([("unitId", "U-1")], ["one", "two"]),
        ([("unitId", "u-1"), ("name", "two"), ("name", "three")], ["two"]),
        ([("unitId", "u-2"), ("name", "one")], []),
        ([("name", "on")], []),
        ([("id", "unknown")], []),
        ([("name", "")], []),
    ],
)
async def test_filters_are_exact_in_any_case_and_all_must_match(
    client: Client, query: list[tuple[str, str]], names: list[str]
) -> None:
    for priority, (name, unit) in enumerate([("one", "u-1"), ("two", "u-1"), ("three", "u-2")]):
        await client.create_dimension(name=name, unitId=unit, priority=priority)
    found = ok(await client.get(PATH, params=query))
    assert [item["name"] for item in found] == names


async def test_a_filter_that_is_none_is_refused(client: Client) -> None:
    message = refused(await client.get(f"{PATH}?unitid=u-1"), 400)
    assert message == "there is no parameter `unitid`: did you mean `unitId`?"


async def test_the_id_filter_ignores_case_too(client: Client) -> None:
    created = await client.create_dimension()
    found = ok(await client.get(PATH, params={"id": created["id"].upper()}))
    assert [item["id"] for item in found] == [created["id"]]


async def test_filters_know_letters_beyond_ascii(client: Client) -> None:
    await client.create_dimension(name="Größe")
    assert len(ok(await client.get(PATH, params={"name": "GRÖSSE"}))) == 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/authorization-dimensions/unknown", dimension()),
        ("DELETE", "/authorization-dimensions/unknown", None),
        ("POST", "/authorization-dimensions/unknown/rules", rule()),
        ("PUT", "/authorization-dimensions/unknown/rules", [rule()]),
        ("PUT", "/authorization-dimensions/unknown/rules/unknown", rule()),
        ("DELETE", "/authorization-dimensions/unknown/rules/unknown", None),
        ("PUT", "/authorization-dimensions/{known}/rules/unknown", rule()),
        ("DELETE", "/authorization-dimensions/{known}/rules/unknown", None),
    ],
)
async def test_unknown_ids_are_404(client: Client, method: str, path: str, body: Any) -> None:
    known = (await client.create_dimension())["id"]
    answer = await client.call(method, path.replace("{known}", known), json=body)
    assert "unknown" in refused(answer, 404)
    assert len(ok(await client.get(PATH))) == 1


async def test_an_app_key_must_name_the_unit(client: Client) -> None:
    body = dimension()
    del body["unitId"]
    assert "`unitId` is required" in refused(await client.post(PATH, body), 400)
