"""Writes down what the tests need of a public API description, and nothing of its wording.

    python tests/contracts/condense.py DATE NAME.openapi.json …

writes `NAME.yaml` beside this file. The descriptions are those of `vtex/openapi-schemas` on GitHub;
DATE says when they were fetched. Kept are facts: paths, methods, fields, their types, what is
required, and of examples the names and types of their fields. Descriptions and values stay out.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
SOURCE = "https://github.com/vtex/openapi-schemas"
METHODS = ("get", "post", "put", "patch", "delete")
# Permissions by scopes of units are no part of what Placet speaks.
LEFT_OUT = "scope"
# What of a schema is a fact. `properties` is apart: its keys are fields, whatever they are called.
FACTS = ("type", "format", "enum", "required", "items", "oneOf", "minimum", "maximum")
KNOWN = {*FACTS, "properties", "nullable", "title", "description", "example", "default"}


class Dumper(yaml.SafeDumper):
    """Writes everything where it belongs, without references from place to place."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def condensed(document: dict[str, Any]) -> dict[str, Any]:
    """The facts of an OpenAPI 3.0 document: `{paths: {path: {method: …}}, schemas: {name: …}}`."""
    paths = {
        path: {method: operation(found[method]) for method in METHODS if method in found}
        for path, found in document["paths"].items()
        if LEFT_OUT not in path
    }
    schemas = document["components"].get("schemas", {})
    return {"paths": paths, "schemas": {name: schema(found) for name, found in schemas.items()}}


def operation(found: dict[str, Any]) -> dict[str, Any]:
    """What is sent and answered: `{body?: CONTENT, answers: {status: CONTENT or null}}`."""
    facts: dict[str, Any] = {}
    if "requestBody" in found:
        facts["body"] = content(found["requestBody"])
    answers = found["responses"].items()
    return facts | {"answers": {int(status): content(answer) for status, answer in answers}}


def content(found: dict[str, Any]) -> dict[str, Any] | None:
    """The schema of a document, and the shape of its example where there is one; None: no body."""
    if "content" not in found:
        return None
    [(media_type, document)] = found["content"].items()
    facts = {} if media_type == "application/json" else {"mediaType": media_type}
    facts["schema"] = schema(document["schema"])
    if "example" in document:
        facts["shape"] = shape(document["example"])
    return facts


def schema(found: Any) -> Any:
    """A schema's facts, in the words of JSON Schema 2020-12."""
    if isinstance(found, list):
        return [schema(item) for item in found]
    if not isinstance(found, dict):
        return found
    if "$ref" in found:
        return {"$ref": found["$ref"].replace("#/components/", "#/")}
    assert found.keys() <= KNOWN, f"nobody decided what to keep of {found.keys() - KNOWN}"
    facts = {name: schema(found[name]) for name in FACTS if name in found}
    if found.get("nullable") is True:
        facts["type"] = [found["type"], "null"]
    if "properties" in found:
        fields = found["properties"].items()
        facts["properties"] = {name: schema(field) for name, field in fields}
    return facts


def shape(example: Any) -> Any:
    """The names and types of an example's fields; of a list the shapes that occur in it."""
    if isinstance(example, dict):
        return {name: shape(value) for name, value in example.items()}
    if isinstance(example, list):
        shapes = [shape(item) for item in example]
        return [one for place, one in enumerate(shapes) if one not in shapes[:place]]
    if example is None or isinstance(example, bool):
        return "null" if example is None else "boolean"
    return "number" if isinstance(example, int | float) else "string"


def main(date: str, *files: str) -> None:
    for file in map(Path, files):
        document = json.loads(file.read_text("utf-8"))
        facts = yaml.dump(
            condensed(document), Dumper=Dumper, sort_keys=False, width=100, default_flow_style=None
        )
        head = f"# Facts of {SOURCE} ({date}), by condense.py.\n"
        name = file.name.removesuffix(".openapi.json")
        (HERE / f"{name}.yaml").write_text(head + facts, "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
