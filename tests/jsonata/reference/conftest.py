"""The comparison with the reference implementation needs Node; it runs only when it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent.resolve()


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """Leave the folder out of a run that does not name it."""
    paths = [(config.invocation_params.dir / name.split("::")[0]).resolve() for name in config.args]
    return None if any(path.is_relative_to(HERE) for path in paths) else True
