"""Node's JSONata, where there is a `node` and PLACET_NODE_JSONATA names the package's folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import Any

__all__ = ["measure_node"]

SCRIPT = """
const jsonata = require(process.argv[1]);
const jobs = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const spent = () => { const used = process.cpuUsage(); return used.user + used.system; };
(async () => {
  const out = [];
  for (const {source, order} of jobs) {
    const expression = jsonata(source);
    const times = [];
    for (let round = 0; round < 6; round++) {
      const begun = spent();
      let count = 0;
      do {
        for (let call = 0; call < 20; call++) await expression.evaluate(order);
        count += 20;
      } while (spent() - begun < 5000);
      times.push((spent() - begun) / count);
    }
    times.sort((a, b) => a - b);
    out.push(times[2]);
  }
  console.log(JSON.stringify(out));
})();
"""


def measure_node(jobs: list[tuple[str, dict[str, Any]]]) -> list[float] | None:
    """Microseconds of CPU time per evaluation of each (source, order); None without Node."""
    node, package = shutil.which("node"), os.environ.get("PLACET_NODE_JSONATA")
    if node is None or not package:
        return None
    text = json.dumps([{"source": source, "order": order} for source, order in jobs])
    answer = subprocess.run(
        [node, "-e", SCRIPT, package], input=text, capture_output=True, text=True, check=True
    )
    times: list[float] = json.loads(answer.stdout)
    return times
