"""One message, everything idle: from the click on *Confirm and send* in the real window to the gateway."""

from __future__ import annotations

import json
import subprocess
import sys
from statistics import median

from benchmarks.report import Report
from benchmarks.scene import scene
from support.desk import ROOT


def run() -> Report:
    """The window runs in a process of its own and tells when it clicked; the gateway tells when the request came."""
    report = Report()
    with scene(delay_ms=5) as stage:
        environment = stage.desk.environment | {
            "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}",
            "QT_QPA_PLATFORM": "offscreen",
        }
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.single_process"],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
        clicks = json.loads(done.stdout.splitlines()[-1])
        arrivals = [taken.at_ms for taken in stage.gateway.arrived]
    waits = [arrived - clicked for clicked, arrived in zip(clicks, sorted(arrivals), strict=True)]
    report.add(f"click to gateway, median of {len(waits)}", median(waits), "ms", most=150)
    report.add("   slowest", max(waits), "ms")
    return report
