"""Nobody but this process writes lines into its logs."""

from __future__ import annotations

import asyncio
import logging
import sys

import pytest

from placet.kit.log_lines import SafeRecord, printable, report_once_a_minute


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ünïcode", "plain ünïcode"),
        ("two\nlines\r", "two\\nlines\\r"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("right\u202eto left", "right\\u202eto left"),
        ("separated\u2028lines", "separated\\u2028lines"),
        ("", ""),
    ],
)
def test_what_drives_a_terminal_or_begins_a_line_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_record_is_one_line_and_its_traceback_is_set_apart() -> None:
    try:
        raise ValueError("forged\nERROR all is lost")
    except ValueError:
        raised = sys.exc_info()
    record = SafeRecord("placet", logging.ERROR, __file__, 1, "said %s", ("a\nb",), raised)
    first, *rest = logging.Formatter("%(message)s").format(record).split("\n")
    assert first == "said a\\nb"
    assert rest
    assert all(line.startswith("  ") for line in rest)


def test_being_out_of_file_descriptors_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    loop = asyncio.new_event_loop()
    try:
        report_once_a_minute(loop)
        out = OSError(24, "Too many open files")
        message = "socket.accept() out of system resource"
        with caplog.at_level(logging.ERROR):
            for _ in range(3):
                loop.call_exception_handler({"exception": out, "message": message})
            said = [record.getMessage() for record in caplog.records]
            assert said == ["no further connection can be taken now: Too many open files"]
            loop.call_exception_handler({"message": "something else"})
        assert caplog.records[-1].getMessage() == "something else"
    finally:
        loop.close()
