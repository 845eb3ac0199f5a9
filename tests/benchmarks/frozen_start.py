"""From the start of the frozen program to its window on the screen, against the same program from its sources."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from statistics import median

from benchmarks.report import Report
from support.desk import ROOT
from support.virtual_screen import VirtualScreen

RUNS = 7
BUNDLE = ROOT / "build" / "bundle" / "sms-desk" / "sms-desk"
MOST_S = 1.2
ENDS_WITHIN_S = 60


def run() -> Report:
    """Several starts of each, by turns, each in an empty home; a first one warms the cache and is not counted."""
    report = Report()
    if not BUNDLE.exists():
        print("   no bundle here: `python3 dev.py bundle` builds it", flush=True)
        return report
    frozen, sources = [str(BUNDLE)], [sys.executable, "-m", "desktop"]
    with VirtualScreen() as screen:
        pairs = [(window_after_s(frozen, screen), window_after_s(sources, screen)) for _ in range(RUNS + 1)][1:]
    frozen_s, sources_s = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    report.add(f"frozen: window on the screen, median of {RUNS}", frozen_s, "s", most=MOST_S)
    report.add("from the sources", sources_s, "s")
    report.add("frozen against sources", frozen_s / sources_s, "times")
    return report


def window_after_s(program: Sequence[str], screen: VirtualScreen) -> float:
    """Seconds until the screen shows the program's window. It is ended again."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, **screen.environment, "HOME": home, "SMSDESK_HOME": f"{home}/desk"}
        started = time.perf_counter()
        running = subprocess.Popen(program, env=environment, cwd=ROOT, stdin=subprocess.DEVNULL)
        screen.wait_for_window("^SMS Desk$")
        seconds = time.perf_counter() - started
        running.terminate()
        running.wait(ENDS_WITHIN_S)
    return seconds
