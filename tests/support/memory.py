"""How much memory something takes, measured in a process of its own."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")


def print_peak() -> None:
    """The most memory this process had, in MiB; the last thing a measured script does."""
    if _STATUS.exists():
        # `ru_maxrss` would start with what the process had that started this one.
        fields = dict(line.split(":", 1) for line in _STATUS.read_text("utf-8").splitlines())
        print(int(fields["VmHWM"].split()[0]) / 1024)
    else:
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def peak_mebibytes(script: str) -> float:
    """What `print_peak` says at the end of this file, run as a script; it must end well."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, script]
    run = subprocess.run(command, check=True, timeout=200, env=environment, stdout=subprocess.PIPE)
    return float(run.stdout)
