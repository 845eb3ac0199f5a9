"""What a forked child must not get from its parent."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nothing forks here")


def run(script: str, *arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout.strip()


LOGGING = """
import logging, os, sys, threading, time
from pathlib import Path
from tasks import log
log.install("worker", Path(sys.argv[1]))
sys.stderr = open(os.devnull, "w")
stopping = threading.Event()
def chat():
    while not stopping.is_set():
        logging.getLogger("parent").info("a line " * 200)
threads = [threading.Thread(target=chat) for _ in range(2)]
for thread in threads:
    thread.start()
written = 0
for _ in range(60):
    pid = os.fork()
    if not pid:
        logging.getLogger("child").info("a line of a child")
        os._exit(0)
    ends = time.monotonic() + 5
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        if time.monotonic() > ends:
            os.kill(pid, 9)
            written -= 1
            os.waitpid(pid, 0)
            break
    written += 1
    if written <= 0:
        break
stopping.set()
print(written)
"""


def test_a_child_can_log_whatever_its_parent_was_just_writing(tmp_path: Path) -> None:
    assert run(LOGGING, tmp_path) == "60"


RUNTIME = """
import os, threading
from tasks.delivery import runtime as sending
here = sending.runtime()
sending._lock.acquire()  # another thread is just about to open it
pid = os.fork()
if not pid:
    ok = sending.open_runtime() is None and sending._lock.acquire(timeout=1)
    sending.stop_claiming()
    os._exit(0 if ok and not here.stopping.is_set() else 1)
status = os.waitpid(pid, 0)[1]
sending._lock.release()
with here.ledger.writing():
    pass
here.close()
print(status)
"""


def test_a_child_has_no_ledger_client_thread_or_lock_of_its_parent_and_leaves_them_alone() -> None:
    assert run(RUNTIME) == "0"
