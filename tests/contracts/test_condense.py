"""Facts of an API description are kept; its sentences and values stay where they are."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.condense import condensed, schema, shape

NAME = {"type": "string", "description": "How it is called.", "title": "Name", "example": "Ana"}
P = {"$ref": "#/components/schemas/P"}
DOCUMENT: dict[str, Any] = {
    "info": {"description": "About the API."},
    "paths": {
        "/people": {
            "servers": [{"url": "https://example.com"}],
            "post": {
                "summary": "Add a person",
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {"name": NAME, "description": NAME},
                            },
                            "example": {"name": "Ana", "ages": [1, 2.5], "known": None},
                        }
                    }
                },
                "responses": {
                    "200": {"content": {"text/csv": {"schema": P}}},
                    "204": {"description": "Nothing to say."},
                },
            },
        },
        "/scopes": {"get": {"responses": {}}},
    },
    "components": {"schemas": {"P": {"type": "string", "enum": ["a"], "nullable": True}}},
}


def test_paths_fields_types_and_what_is_required_are_kept() -> None:
    assert condensed(DOCUMENT) == {
        "paths": {
            "/people": {
                "post": {
                    "body": {
                        "schema": {
                            "type": "object",
                            "required": ["name"],
                            "properties": {
                                "name": {"type": "string"},
                                "description": {"type": "string"},
                            },
                        },
                        "shape": {"name": "string", "ages": ["number"], "known": "null"},
                    },
                    "answers": {
                        200: {"mediaType": "text/csv", "schema": {"$ref": "#/schemas/P"}},
                        204: None,
                    },
                }
            }
        },
        "schemas": {"P": {"type": ["string", "null"], "enum": ["a"]}},
    }


def test_a_list_has_the_shapes_of_its_items() -> None:
    assert shape([{"a": 1}, {"a": 2.5}, {"a": True}]) == [{"a": "number"}, {"a": "boolean"}]


def test_what_nobody_thought_of_is_not_dropped_in_silence() -> None:
    with pytest.raises(AssertionError, match="not"):
        schema({"type": "object", "not": {}})
