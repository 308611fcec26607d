"""Logs that nobody but this process writes lines into: whatever a caller sends is escaped."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from typing import Any, Final

_log = logging.getLogger("placet.server")

_SAID_AGAIN_S: Final = 60.0


def printable(text: str) -> str:
    """`text` on one line, with control characters, line breaks and what changes the direction of
    writing escaped: input must not drive the terminal, nor look like another line.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


class SafeRecord(logging.LogRecord):
    """A record on one line; a traceback's lines are set apart from those of records."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if self.exc_info and self.exc_info[0] is not None:
            lines = "".join(traceback.format_exception(*self.exc_info)).splitlines()
            self.exc_text = "\n".join(f"  {printable(line)}" for line in lines)

    def getMessage(self) -> str:  # noqa: N802 - the standard library's name
        """The message, escaped."""
        return printable(super().getMessage())


def protect_logs() -> None:
    """Have every record of this process, whoever logs it, be a safe one."""
    logging.setLogRecordFactory(SafeRecord)


def report_once_a_minute(loop: asyncio.AbstractEventLoop) -> None:
    """Where the system is out of file descriptors, say so in one line and not for each connection
    that cannot be taken.
    """
    said_at = float("-inf")

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        nonlocal said_at
        error = context.get("exception")
        if not isinstance(error, OSError) or "accept" not in context.get("message", ""):
            loop.default_exception_handler(context)
        elif time.monotonic() - said_at >= _SAID_AGAIN_S:
            said_at = time.monotonic()
            _log.error("no further connection can be taken now: %s", error.strerror)

    loop.set_exception_handler(handle)
