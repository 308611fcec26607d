"""Evaluates expressions in a process of their own each, and says what that took.

`measured(jobs)` starts this file as a script, which forks for every job: a hostile expression can
harm nothing but its own process, whose processor time and peak of memory are its own.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_STATUS = Path("/proc/self/status")
_CPU_SECONDS = 30
_ADDRESS_SPACE = 6 * 2**30


@dataclass(frozen=True, slots=True)
class Job:
    """An expression, the name of the order in `hostile_orders`, and the limit of time."""

    expression: str
    order: str = "usual"
    time_ms: float = 1000.0
    explain: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """`code` of the error, "value", or how the process died; seconds of CPU; MiB of growth."""

    code: str
    message: str
    compiling: float
    seconds: float
    mebibytes: float


def measured(jobs: Iterable[Job]) -> Iterator[tuple[Job, Outcome]]:
    """What each job took, one after the other."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, __file__]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise AssertionError("both are pipes")
        for job in jobs:
            process.stdin.write(json.dumps(asdict(job)) + "\n")
            process.stdin.flush()
            yield job, Outcome(**json.loads(process.stdout.readline()))
        process.stdin.close()


def _memory(field: str) -> float:
    if not _STATUS.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    fields = dict(line.split(":", 1) for line in _STATUS.read_text("utf-8").splitlines())
    return int(fields[field].split()[0]) / 1024


def _run(job: dict[str, Any], order: Any) -> dict[str, Any]:
    from placet.jsonata import JSONataError, Limits, compile

    code, message = "value", ""
    before = _memory("VmRSS")
    begun = time.process_time()
    compiled = ended = begun
    try:
        expression = compile(job["expression"])
        compiled = time.process_time()
        # the growth of one evaluation is what the bound is about
        before = max(before, _memory("VmHWM"))
        evaluate = expression.explain if job["explain"] else expression.evaluate
        value = evaluate(order, limits=Limits(time_ms=job["time_ms"]))
        if job["explain"]:
            ended = time.process_time()
            json.dumps(value.to_document())
            value.render()
        del value
    except JSONataError as error:
        code, message = error.code, error.message
    except (RecursionError, MemoryError, ValueError) as error:
        code, message = type(error).__name__, str(error)[:200]
    if not job["explain"]:
        ended = time.process_time()
    return {
        "code": code,
        "message": message,
        "compiling": compiled - begun,
        "seconds": ended - compiled,
        "mebibytes": _memory("VmHWM") - before,
    }


def _forked(job: dict[str, Any], order: Any) -> dict[str, Any]:
    # What is here already is not the evaluation's, and not for it to collect.
    gc.freeze()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
        with os.fdopen(writing, "w") as answer:
            json.dump(_run(job, order), answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        text = answer.read()
    status = os.waitpid(child, 0)[1]
    if text:
        found: dict[str, Any] = json.loads(text)
        return found
    dead = {"compiling": 0.0, "seconds": float(_CPU_SECONDS), "mebibytes": 0.0}
    return {"code": f"died with {status}", "message": "", **dead}


def main() -> None:
    """Answer jobs on standard input, one a line, until it ends."""
    from placet.jsonata import compile
    from support.orders.hostile import ORDERS

    compile("$match(a, /b/) & $fromMillis(0, '[Y]') & $toMillis(c, '[Y]')").evaluate({"a": "b"})
    orders: dict[str, Any] = {}
    for line in sys.stdin:
        job = json.loads(line)
        name = job["order"]
        if name not in orders:
            orders[name] = ORDERS[name]()
        print(json.dumps(_forked(job, orders[name])), flush=True)


if __name__ == "__main__":
    main()
