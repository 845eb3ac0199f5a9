"""The window's longest event-loop gap, with a million rows in the ledger; and what it weighs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import Report
from support.desk import ROOT, Desk
from support.many_messages import fill

from tasks.ledger.engine import open_ledger

ROWS = 1_000_000


def run() -> Report:
    """Fill a ledger, open the window on it in a process of its own, and report what that measured."""
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        ledger = open_ledger(f"sqlite:///{home / 'ledger.sqlite'}")
        fill(ledger, ROWS)
        ledger.close()
        measure_reading(report, home)
        figures = measure_window(home)
        # Nothing listens on port 1: the broker refuses.
        figures |= measure_window(home, "refused", broker_url="redis://127.0.0.1:1/0")
    report.add("longest gap while 10,000 are submitted and sent", figures["sending_gap_ms"], "ms", most=50)
    report.add("longest gap while the broker is frozen", figures["frozen_gap_ms"], "ms", most=100)
    report.add("longest gap while the broker refuses", figures["refused_gap_ms"], "ms", most=100)
    report.add("memory of the panel", figures["rss_mb"], "MB", most=250)
    report.add("   of which its own (PSS)", figures["pss_mb"], "MB")
    return report


def measure_window(home: Path, *arguments: str, **settings: object) -> dict[str, float]:
    """Run the window's process on a home; its figures."""
    environment = Desk(home, simulator_delay_ms=50, simulator_receipt_delay_ms=500, **settings).environment
    environment |= {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.window_process", *arguments],
        env=os.environ | environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measure_reading(report: Report, home: Path) -> None:
    """Filter, sort and jump, asked of the clerk as the window asks."""
    with Desk(home) as desk:
        clerk = desk.clerk()
        clerk.ask("view.open", filter={}, sort={"column": "created_ms", "descending": True})
        for name, wanted, sort in (
            ("filter by state", {"state": "failed"}, "created_ms"),
            ("filter by text", {"search": "code 1234"}, "created_ms"),
            ("filter by number", {"search": "8612"}, "created_ms"),
            ("sort by recipient", {}, "recipient"),
            ("sort by state", {}, "state"),
        ):
            started = time.perf_counter()
            view = clerk.ask("view.open", filter=wanted, sort={"column": sort, "descending": True})
            clerk.ask("view.rows", view=view["view"], start=0, count=200)
            opened = time.perf_counter()
            clerk.ask("view.rows", view=view["view"], start=view["count"] * 2 // 3, count=200)
            report.add(f"{name}, {view['count']:,} rows", (opened - started) * 1000, "ms", most=500)
            report.add("   jump into it", (time.perf_counter() - opened) * 1000, "ms", most=500)
