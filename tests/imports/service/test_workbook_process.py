"""The process that holds a workbook."""

from __future__ import annotations

from multiprocessing import get_context
from pathlib import Path

from placet.imports.service.workbook_process import _serve
from support.workbooks import file_of, organization


def test_a_process_that_nobody_listens_to_any_more_ends_without_a_word(tmp_path: Path) -> None:
    path = tmp_path / "orgs.xlsx"
    path.write_bytes(file_of([organization(1)], [], []).getvalue())
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, str(path)), daemon=True)
    process.start()
    theirs.close()
    ours.send(("open",))
    ours.close()
    process.join(60)
    assert process.exitcode == 0
