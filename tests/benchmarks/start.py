"""From the start of the program to a usable window, and to server and worker ready."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.report import Report
from support.desk import ROOT, Desk

RUNS = 5


def run() -> Report:
    """Several starts, each in an empty home; a first one warms the disk's cache and is not counted."""
    report = Report()
    runs = [measure() for _ in range(RUNS + 1)][1:]
    report.add(f"window usable, median of {RUNS}", median(run["usable"] for run in runs), "s", most=1.5)
    report.add("embedded server ready", median(run["server"] for run in runs), "s", most=3)
    report.add("worker ready", median(run["worker"] for run in runs), "s", most=3)
    return report


def measure() -> dict[str, float]:
    """Seconds from the start of the process to each mark."""
    with tempfile.TemporaryDirectory() as folder:
        environment = Desk(Path(folder) / "home").environment | {
            "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}",
            "QT_QPA_PLATFORM": "offscreen",
        }
        started = time.time()
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.start_process"],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
    marks = json.loads(done.stdout.splitlines()[-1])
    return {name: mark - started for name, mark in marks.items()}
