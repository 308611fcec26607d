"""A real server with a tree of units, which commands find by the environment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from cli.conftest import Placet
from placet.cli.demo_server import DemoServer, running_server

UNITS = [
    {"id": "acme", "name": "Acme", "children": [{"id": "sales", "name": "Sales"}]},
    {"id": "solo", "name": "Solo"},
]


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with running_server("globex") as running:
        yield running


@pytest.fixture
def reachable(
    server: DemoServer, placet: Placet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The server, named by the environment, with a tree of units."""
    monkeypatch.setenv("PLACET_URL", server.url)
    monkeypatch.setenv("PLACET_APP_KEY", server.app_key)
    monkeypatch.setenv("PLACET_APP_TOKEN", server.app_token)
    file = tmp_path / "units.yaml"
    document = {"account": "globex", "units": UNITS, "dimensions": []}
    file.write_text(yaml.safe_dump(document), "utf-8")
    assert placet("push", file, "--delete").code == 0
