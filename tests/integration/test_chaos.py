"""The short form of `dev.py chaos`: real processes broken at random, nothing sent twice, nothing lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import postgres

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.alone]

TESTS = Path(__file__).parents[1]


@pytest.mark.skipif(sys.platform == "win32", reason="signals that stop a process, and the embedded server")
@pytest.mark.parametrize("ledger", ["sqlite", "postgresql"])
def test_nothing_is_lost_and_nothing_sent_twice_whatever_dies(ledger: str) -> None:
    if ledger == "postgresql" and postgres.binaries() is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    done = subprocess.run(
        [sys.executable, "-m", "chaos", "--short", "--ledger", ledger],
        env=os.environ | {"PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS.parent}"},
        cwd=TESTS,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stdout
    assert "all as it must be" in done.stdout
