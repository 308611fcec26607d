"""The API document: valid, complete, and stable in what clients are generated from."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from placet.api.web.document import operations, put_in_order
from support.documented import document
from support.project import ROOT, modules, name_of
from support.server import Server, ok

OPERATIONS = {
    operation["operationId"]: (method, path, operation)
    for method, path, operation in operations(document())
}
MODELS = document()["components"]["schemas"]
WITHOUT_BODY = {"reevaluateAuthorization", "startImport", "validateImport"}
EMPTY = {
    "deleteBudget", "deleteAllocation", "linkEntity", "updateAllocationUsage", "removeUnitMembers",
    "deleteDimension", "deleteRule", "deleteUnit", "deactivateUser", "startImport",
    "validateImport",
}  # fmt: skip
KEYWORDS = {
    "$ref", "additionalProperties", "anyOf", "const", "default", "description", "enum", "examples",
    "exclusiveMinimum", "format", "items", "maxItems", "maxLength", "maximum", "minItems",
    "minLength", "minimum", "pattern", "properties", "required", "type",
}  # fmt: skip
# By another path than the document says.
UNCHECKED = {"tests/api/web/test_direct.py"}


def schemas(node: Any) -> Iterator[dict[str, Any]]:
    """A schema and all that it is made of."""
    if isinstance(node, dict):
        yield node
        for key, value in node.items():
            if key == "properties":
                for part in value.values():
                    yield from schemas(part)
            elif key in ("items", "anyOf", "additionalProperties"):
                yield from schemas(value)
    elif isinstance(node, list):
        for item in node:
            yield from schemas(item)


def used() -> Iterator[tuple[str, dict[str, Any]]]:
    """The schemas of parameters, bodies, headers and answers, with the operation."""
    for name, (_, _, operation) in OPERATIONS.items():
        parts = [operation.get("requestBody", {}), *operation["responses"].values()]
        for part in parts:
            for content in part.get("content", {}).values():
                yield name, content["schema"]
            yield from ((name, header["schema"]) for header in part.get("headers", {}).values())
        yield from ((name, item["schema"]) for item in operation.get("parameters", ()))


def test_it_is_valid() -> None:
    problems = [str(error) for error in OpenAPIV31SpecValidator(document()).iter_errors()]
    assert problems == []


@pytest.mark.anyio
@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_server_serves_it(server: Server) -> None:
    async with server.anonymous() as http:
        assert ok(await http.get("/openapi.json")) == document()


def test_operations_have_the_names_that_clients_call_them_by() -> None:
    names = (Path(__file__).parent / "operation_ids.txt").read_text("utf-8").split()
    # Renaming one breaks every generated client.
    assert sorted(OPERATIONS) == names


def test_models_have_the_names_of_the_field() -> None:
    named = {
        "Order", "Authorization", "Dimension", "Rule", "Budget", "Allocation", "Reservation",
        "Transaction", "Statement", "OrganizationUnit", "User", "Delegation", "Import",
        "SellerBudget", "Explanation", "Error",
    }  # fmt: skip
    assert named <= MODELS.keys()
    assert [name for name in MODELS if name.endswith("Answer") or not name.isalnum()] == []


def test_every_model_is_used() -> None:
    text = json.dumps(document())
    assert [name for name in MODELS if f'"#/components/schemas/{name}"' not in text] == []


def test_models_are_among_the_components_alone() -> None:
    inline = {name for name, schema in used() for part in schemas(schema) if "properties" in part}
    assert inline == {"uploadImport"}
    nested = [
        name
        for name, model in MODELS.items()
        for part in list(schemas(model))[1:]
        if "properties" in part
    ]
    assert nested == []


def test_schemas_say_nothing_that_json_schema_does_not_know() -> None:
    every = [*MODELS.values(), *(schema for _, schema in used())]
    words = {word for schema in every for part in schemas(schema) for word in part}
    assert words <= KEYWORDS


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_has_a_model(name: str) -> None:
    _, _, operation = OPERATIONS[name]
    for status, answer in operation["responses"].items():
        models = [
            part
            for content in answer.get("content", {}).values()
            for part in schemas(content["schema"])
            if "$ref" in part
        ]
        if status.startswith("2"):
            assert bool(models) != (name in EMPTY or name == "downloadImportReport"), status
        else:
            assert models, status
    assert {"400", "500", "503"} <= operation["responses"].keys()


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_says_all_that_a_caller_needs(name: str) -> None:
    method, path, operation = OPERATIONS[name]
    parameters = operation.get("parameters", [])
    in_path = {item["name"] for item in parameters if item["in"] == "path"}
    assert in_path == {part.strip("{}") for part in path.split("/") if part.startswith("{")}
    assert all(item["description"] for item in parameters)
    assert "security" in operation
    assert operation["security"] or name in {"checkHealth", "checkReadiness"}
    if method in ("post", "put", "patch"):
        assert ("requestBody" in operation) != (name in WITHOUT_BODY)


def test_numbers_in_queries_have_bounds_and_defaults_are_of_their_type() -> None:
    for name, (_, _, operation) in OPERATIONS.items():
        for item in operation.get("parameters", ()):
            schema = item["schema"]
            if schema.get("type") == "integer":
                assert "minimum" in schema, (name, item["name"])
            if "default" in schema:
                Draft202012Validator(schema).validate(schema["default"])


@pytest.mark.parametrize("name", OPERATIONS)
def test_examples_are_as_their_schema_says(name: str) -> None:
    _, _, operation = OPERATIONS[name]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if "example" in content:
            schema = content["schema"] | {"components": document()["components"]}
            checker = Draft202012Validator(schema, format_checker=FormatChecker())
            assert [error.message for error in checker.iter_errors(content["example"])] == []


def test_examples_of_fields_are_as_their_schema_says() -> None:
    for part in schemas(list(MODELS.values())):
        for example in part.get("examples", ()):
            Draft202012Validator(part, format_checker=FormatChecker()).validate(example)


def test_two_models_of_one_name_are_refused() -> None:
    one = {"$ref": "#/components/schemas/A", "$defs": {"A": {"type": "string"}}}
    other = one | {"$defs": {"AAnswer": {"type": "object"}}}
    paths = {"/": {"get": {"parameters": [], "responses": {}, "x-parts": [one, other]}}}
    with pytest.raises(ValueError, match="two models are called `A`"):
        put_in_order({"paths": paths, "components": {"schemas": {}}})


def test_what_may_be_left_out_has_no_default() -> None:
    shown = {"type": "string", "title": "Note", "default": None}
    paths = {"/": {"get": {"responses": {}, "x-part": shown}}}
    ordered = put_in_order({"paths": paths, "components": {"schemas": {}}})
    assert ordered["paths"]["/"]["get"]["x-part"] == {"type": "string"}


def test_a_property_may_be_called_as_a_keyword_is() -> None:
    assert MODELS["SellerError"]["properties"]["title"] == {"type": "string"}


def test_every_client_of_the_tests_checks_the_answers() -> None:
    bare = [
        name_of(path)
        for path in modules(ROOT / "tests")
        if "benchmarks" not in path.parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("httpx.AsyncClient", "httpx.Client")
        and not any(keyword.arg == "event_hooks" for keyword in node.keywords)
    ]
    assert set(bare) == UNCHECKED
