"""Room for recursion that does not depend on how deep the caller already stands."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

__all__ = ["on_fresh_stack"]


def on_fresh_stack(function: Callable[..., Any], *arguments: Any) -> Any:
    """Run `function(*arguments)` on a new thread's empty stack and wait for it.

    Python counts recursion per thread, so a deep evaluation goes on here instead of hitting the
    limit.
    """
    outcome: list[Any] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(function(*arguments))
        except BaseException as error:  # handed to the waiting thread
            failure.append(error)

    thread = threading.Thread(target=run, name="placet-evaluation", daemon=True)
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return outcome[0]
