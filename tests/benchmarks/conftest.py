"""Benchmarks run only when they are asked for: by their path, or by `-m benchmark`."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent.resolve()


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """Leave the folder out of a run that does not name it."""
    return None if _asked_for(config) else True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of the folder, so that `-m` can select them."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("benchmark")


def _asked_for(config: pytest.Config) -> bool:
    if "benchmark" in config.option.markexpr.replace("not benchmark", ""):
        return True
    paths = [(config.invocation_params.dir / name.split("::")[0]).resolve() for name in config.args]
    return any(path.is_relative_to(HERE) for path in paths)
