"""Where an import stands."""

from __future__ import annotations

import pytest

from placet.imports.core.state import ImportState


@pytest.mark.parametrize("state", ImportState)
def test_a_worker_has_something_to_do_while_an_import_runs(state: ImportState) -> None:
    assert state.running == (state.value in {"InValidation", "InProgress"})
