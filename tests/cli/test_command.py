"""What every command has: how its errors end it, and help that teaches by examples."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from placet.cli.command import ExitCode, command_app, examples, exit_code
from placet.errors import (
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
    OutcomeUnknown,
    PlacetError,
    Unauthorized,
    Unavailable,
)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (InvalidRequest, ExitCode.USAGE),
        (NotFound, ExitCode.USAGE),
        (Conflict, ExitCode.SERVER),
        (Forbidden, ExitCode.SERVER),
        (Unauthorized, ExitCode.SERVER),
        (Unavailable, ExitCode.SERVER),
        (OutcomeUnknown, ExitCode.SERVER),
    ],
)
def test_an_error_is_the_input_s_or_the_world_s(kind: type[PlacetError], code: ExitCode) -> None:
    assert exit_code(kind("no")) is code


def test_a_group_without_a_command_shows_its_help_and_examples_keep_their_lines() -> None:
    app = command_app("Many things.")

    @app.command(epilog=examples("placet one", "placet two", closing="That is all."))
    def one() -> None:
        """Do one thing."""

    run = CliRunner().invoke
    assert "Many things." in run(app, []).output
    told = run(app, ["one", "-h"]).output
    assert "Examples:\n    placet one\n    placet two\n" in told
    assert "That is all." in told
