"""`placet push`: a rule file becomes an account's policies on a server."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

import typer

from placet.cli.command import ExitCode, command_app, examples
from placet.cli.http import AppKey, AppToken, Connection, Url
from placet.cli.output import console
from placet.cli.rule_files import load_valid
from placet.errors import Conflict
from placet.kit.log_lines import printable
from placet.policies.core.rule_file import RuleFile

app = command_app()
_COUNTS = ("created", "updated", "unchanged", "deleted")


@app.command(
    epilog=examples(
        "placet push rules.yaml --url http://127.0.0.1:8484 --app-key KEY --app-token TOKEN",
        "PLACET_URL=... PLACET_APP_KEY=... PLACET_APP_TOKEN=... placet push rules.yaml",
        "placet push rules.yaml --delete",
        closing="The server's dimensions of the file's account are replaced, its units too where "
        "the file has `units`, and the settings it names are set, all or none. Where dimensions, "
        "rules or units would be deleted, they are listed and nothing is changed without --delete; "
        "units that people, budgets or waiting orders need are not deleted at all. Needs the "
        "permission ManageBuyingPolicies. Exit codes: 0 published, 1 something would be deleted, "
        "2 the file has errors, 3 the server refused or did not answer.",
    )
)
def push(
    rule_file: Annotated[str, typer.Argument(metavar="RULEFILE", help="`-` for stdin.")],
    url: Url,
    app_key: AppKey,
    app_token: AppToken,
    delete: Annotated[
        bool, typer.Option("--delete", help="Also delete what the file does not have.")
    ] = False,
) -> None:
    """Check a rule file and publish it to a server."""
    rules, text = load_valid(rule_file)
    kind = "json" if rule_file.lower().endswith(".json") else "yaml"
    with Connection(url, app_key, app_token) as server:
        try:
            published = server.call(
                "PUT",
                f"/{quote(rules.account, safe='')}/rule-file",
                content=text.encode(),
                content_type=f"application/{kind}",
                params={"delete": str(delete).lower()},
            )
        except Conflict as conflict:
            console(stderr=True).print(f"Error: {printable(conflict.message)}")
            raise typer.Exit(ExitCode.PROBLEMS) from conflict
    console().print(f"account {printable(rules.account)}: {_told(rules, published)}")
    for warning in published["warnings"]:
        # What the file shows was said before it was sent.
        if not warning.startswith("rule-file."):
            console().print(printable(f"warning: {warning}"))


def _told(rules: RuleFile, published: dict[str, Any]) -> str:
    told = f"dimensions {_counts(published)}"
    if "units" in rules.model_fields_set:
        told += f"; units {_counts(published['units'])}"
    return told


def _counts(of: dict[str, Any]) -> str:
    return ", ".join(f"{of[name]} {name}" for name in _COUNTS)
