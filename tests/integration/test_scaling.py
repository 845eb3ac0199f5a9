"""Nothing of the window is cut off, from a small screen to a large one, from 100 to 300 %, in both languages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.desk import ROOT, Desk

pytestmark = [pytest.mark.slow, pytest.mark.server]

PLACES = 2 * (3 * 4 + 5)
"""Languages, sizes, pages, dialogs."""


@pytest.mark.parametrize("factor", ["1", "1.25", "3"])
def test_no_words_are_cut_off(factor: str, tmp_path: Path) -> None:
    environment = Desk(tmp_path / "home").environment | {
        "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}",
        "QT_QPA_PLATFORM": "offscreen",
        "QT_SCALE_FACTOR": factor,
    }
    done = subprocess.run(
        [sys.executable, "-m", "support.clipped"],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {"looked at": [str(PLACES)]}
