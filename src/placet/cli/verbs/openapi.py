"""`placet openapi`: what generators of clients and API tools need."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from placet.app import api_document
from placet.cli.command import command_app, examples
from placet.cli.files import reason
from placet.cli.output import print_json
from placet.errors import InvalidRequest

app = command_app()


@app.command(
    epilog=examples(
        "placet openapi > placet.openapi.json",
        "placet openapi --output placet.openapi.json",
        "placet openapi | npx openapi-typescript --default-non-nullable false --output placet.ts",
        closing="It is the document that a server of this version serves at /openapi.json, and "
        "takes neither a server nor a database to print. Every operation has a fixed operationId "
        "and every answer a model, so a generated client has a function and a type for each: "
        "`openapi-python-client generate --path placet.openapi.json` makes one in Python.",
    )
)
def openapi(
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Write it there instead of printing it."),
    ] = None,
) -> None:
    """Print the OpenAPI document of the HTTP API."""
    document = api_document()
    if output is None:
        print_json(document, indent=2)
        return
    text = json.dumps(document, ensure_ascii=False, indent=2)
    try:
        output.write_text(f"{text}\n", "utf-8")
    except OSError as error:
        raise InvalidRequest(f"`{output}` cannot be written: {reason(error)}") from error
