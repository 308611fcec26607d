"""A client of the types that `openapi-typescript` generates: complete, checked, and of use.

`typescript/package.json` names the versions; they come from the npm registry.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from clients.conftest import TOLD, run
from placet.api.web.document import operations
from support.documented import document

HERE = Path(__file__).parent / "typescript"

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or shutil.which("npm") is None,
    reason="there is no node on this machine, so nobody here compiles TypeScript",
)


@pytest.fixture(scope="module")
def client(document_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the compiled tour; whatever the compiler complains of is an error."""
    folder = tmp_path_factory.mktemp("typescript") / "tour"
    shutil.copytree(HERE, folder)
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=folder)
    bin = folder / "node_modules" / ".bin"
    # What has a default may be left out of a body.
    generator = [bin / "openapi-typescript", "--default-non-nullable", "false"]
    run(*generator, document_file, "--output", "placet.ts", folder=folder)
    run(bin / "tsc", folder=folder)
    return folder


def test_every_operation_and_every_model_has_its_type(client: Path) -> None:
    types = (client / "placet.ts").read_text("utf-8")
    wanted = [operation["operationId"] for _, _, operation in operations(document())]
    assert [name for name in wanted if f"\n    {name}: {{" not in types] == []
    models = document()["components"]["schemas"]
    assert [name for name in models if f"\n        {name}: " not in types] == []


def test_the_tour_is_taken(client: Path, rules: Path, globex: dict[str, str]) -> None:
    told = run("node", "built/tour.js", rules, folder=client, environment=globex)
    assert told.splitlines() == TOLD
