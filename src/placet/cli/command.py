"""What all commands share: how they are declared, their common options, and exit codes."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Any, Final

import typer

from placet.errors import InvalidRequest, NotFound, PlacetError

SETTINGS: Final[dict[str, Any]] = {
    "help_option_names": ["-h", "--help"],
    "max_content_width": 100,
}

DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="`sqlite:///path` or `postgresql://user:password@host/name`"
        " [env: PLACET_DATABASE_URL] [default: sqlite:///placet.db]",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
AtTime = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="TIME",
        help="What $now() and $millis() say, as 2026-11-20T09:30:00Z [default: now]",
    ),
]


class ExitCode(IntEnum):
    """What a command's exit code means."""

    OK = 0
    PROBLEMS = 1
    USAGE = 2
    SERVER = 3


def exit_code(error: PlacetError) -> ExitCode:
    """What an error says about whose fault it is: the input's, or the world's."""
    return ExitCode.USAGE if isinstance(error, InvalidRequest | NotFound) else ExitCode.SERVER


def command_app(summary: str | None = None) -> typer.Typer:
    """A Typer application for one verb; `summary` makes it a group of several commands."""
    app = typer.Typer(
        help=summary,
        context_settings=SETTINGS,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=summary is not None,
    )
    if summary is not None:
        app.callback()(lambda: None)
    return app


def examples(*commands: str, closing: str = "") -> str:
    """The end of a command's help: example calls, one a line, and a closing paragraph."""
    lines = "\n".join(f"  {command}" for command in commands)
    # The backspace character keeps the help from re-wrapping the paragraph.
    return f"\b\nExamples:\n{lines}" + (f"\n\n{closing}" if closing else "")
