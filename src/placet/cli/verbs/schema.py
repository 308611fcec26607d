"""`placet schema`: what editors need to check and complete rule files."""

from __future__ import annotations

from placet.cli.command import command_app, examples
from placet.cli.output import print_json
from placet.policies.core.schema import rule_file_schema

app = command_app()


@app.command(
    epilog=examples(
        "placet schema > rule-file.schema.json",
        closing="Editors with the YAML language server use it after the comment "
        "`# yaml-language-server: $schema=rule-file.schema.json` in a rule file.",
    )
)
def schema() -> None:
    """Print the JSON Schema of rule files."""
    print_json(rule_file_schema(), indent=2)
