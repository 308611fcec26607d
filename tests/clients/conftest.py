"""What generated clients are made of and tried with: the document, a rule file, and a server."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from placet.cli.demo_server import running_server
from placet.policies.core.rule_file import load_rule_file
from support.documented import document
from support.project import ROOT, child_environment

RULES = ROOT / "rules" / "order-cap" / "rules.yaml"
# What the tour of each client prints.
TOLD = [
    "dimensions created: 1",
    "pending: waiting for approval by rule `Large order` of `Purchasing rules`: value 735000 is"
    " above 500000",
    "waiting: mine-1",
    "then: accepted",
    "history: | submitted | accepted rule `Large order` of `Purchasing rules`",
    "refused: there is no authorization `nowhere`",
]


@pytest.fixture(scope="session")
def document_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The API document, as `placet openapi --output` writes it."""
    path = tmp_path_factory.mktemp("document") / "placet.openapi.json"
    path.write_text(json.dumps(document()), "utf-8")
    return path


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The rule file of the README's tour, as JSON."""
    rule_file, _ = load_rule_file(RULES.read_text("utf-8"), RULES.name)
    assert rule_file is not None
    path = tmp_path / "rules.json"
    # Units that are not named stay as they are.
    named = {key: value for key, value in rule_file.to_document().items() if value}
    path.write_text(json.dumps(named), "utf-8")
    return path


@pytest.fixture
def globex() -> Iterator[dict[str, str]]:
    """A real server with nothing in it: the environment in which clients find it."""
    with running_server("globex") as server:
        yield {
            "PLACET_URL": server.url,
            "PLACET_APP_KEY": server.app_key,
            "PLACET_APP_TOKEN": server.app_token,
        }


def run(*command: str | Path, folder: Path, environment: dict[str, str] | None = None) -> str:
    """What a command prints; what it complains of is the failure of the test."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=child_environment() | {"PATH": os.environ["PATH"]} | (environment or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout
