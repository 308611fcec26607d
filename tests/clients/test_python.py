"""A client that `openapi-python-client` generates: complete, typed, and of use."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from clients.conftest import TOLD, run
from placet.api.web.document import operations
from support.documented import document

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def client(document_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the package `placet_client`; what the generator leaves out is an error."""
    folder = tmp_path_factory.mktemp("python")
    generator = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
    made = ["--path", document_file, "--output-path", folder / "placet_client"]
    told = ["--config", HERE / "python.yaml", "--fail-on-warning"]
    run(*generator, *made, *told, folder=folder)
    return folder


def test_every_operation_is_a_function(client: Path) -> None:
    names = {path.stem for path in (client / "placet_client" / "api").glob("*/*.py")}
    wanted = [operation["operationId"] for _, _, operation in operations(document())]
    assert [name for name in wanted if snake(name) not in names] == []
    assert len(wanted) > 80


def snake(name: str) -> str:
    """The name as Python spells it."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def test_every_model_is_a_class_of_its_name(client: Path) -> None:
    names = (client / "placet_client" / "models" / "__init__.py").read_text("utf-8")
    for name in ("Authorization", "Budget", "Dimension", "Error", "Order", "Reservation", "Rule"):
        assert f"import {name}\n" in names


def test_the_tour_has_types(client: Path) -> None:
    mypy = [sys.executable, "-m", "mypy", "--config-file=", "--strict", "--follow-imports=silent"]
    environment = {"MYPYPATH": str(client)}
    run(*mypy, HERE / "tour.py", folder=client, environment=environment)


def test_the_tour_is_taken(client: Path, rules: Path, globex: dict[str, str]) -> None:
    environment = globex | {"PYTHONPATH": str(client)}
    told = run(sys.executable, HERE / "tour.py", rules, folder=client, environment=environment)
    assert told.splitlines() == TOLD
