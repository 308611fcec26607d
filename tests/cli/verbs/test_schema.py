"""`placet schema`."""

from __future__ import annotations

import json

from jsonschema import Draft202012Validator

from cli.conftest import Placet


def test_the_schema_is_a_schema_that_the_examples_fit(placet: Placet) -> None:
    Draft202012Validator.check_schema(json.loads(placet("schema").out))
