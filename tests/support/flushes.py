"""What a worker asks of the system, as strace tells it: what it wrote to the ledger's log, when that was flushed, and
what it gave to the gateway's socket.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from support.desk import Child, Desk, wait_until

WRITES = ("pwrite64", "pwritev", "write", "writev")
FLUSHES = ("fsync", "fdatasync")
SENDS = ("sendto", "sendmsg")

LINE = re.compile(
    r"(?P<thread>\d+) +(?:<\.\.\. (?P<resumed>\w+) resumed>|(?P<call>\w+)\((?P<of>\d+<[^>]*>)?)(?P<rest>.*)"
)
REFERENCE = re.compile(r'reqId[\\": ]+(?P<reference>\d+t\d+(?P<token>[0-9a-f]{8}))')

NORMAL = """
import runpy
from sqlalchemy import event
from tasks.ledger import engine
made = engine.sqlite_engine
def without_flushes(*arguments, **options):
    made_one = made(*arguments, **options)
    event.listen(made_one, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=NORMAL"))
    return made_one
engine.sqlite_engine = without_flushes
runpy.run_module("tasks", run_name="__main__", alter_sys=True)
"""
"""The program with a ledger that SQLite does not flush at a commit."""


class TracedWorker(Child):
    """A bundled worker under strace, ready."""

    def __init__(self, desk: Desk, trace: Path, *, flushes: bool = True) -> None:
        strace = shutil.which("strace")
        if strace is None:
            pytest.skip("strace is not installed (Debian: apt-get install strace)")
        wanted = ",".join((*WRITES, *FLUSHES, *SENDS))
        traced = (strace, "-f", "-y", "-s", "9000", "--seccomp-bpf", "-e", f"trace={wanted}", "-o", str(trace))
        if subprocess.run([*traced, "true"], capture_output=True).returncode:
            pytest.skip("strace is too old, or may not look at processes here")
        self.program = (*traced, sys.executable, *(("-m", "tasks") if flushes else ("-c", NORMAL)))
        super().__init__(desk.environment, "worker", "--under-panel")
        desk.children.append(self)
        self.write('{"secrets": {}}')
        wait_until(lambda: any(" ready" in line for line in list(self.errors)), 60)


@dataclass
class Claim:
    """What is known of one token so far."""

    written: bool = False
    """A page with it has been given to the log."""
    flushing: set[str] = field(default_factory=set)
    """Threads that have asked since then for a flush of the log."""
    flushed: bool = False
    """One of them has been answered."""


def sent(trace: str, log: str) -> dict[str, bool]:
    """Of each reference in a request to the gateway: was its claim's page in the log flushed before the first byte?

    `trace`: strace's lines in the order in which it saw the calls begin, each with its thread; a call during which
    others began has a second line at its end. `log`: the end of the name of the ledger's write-ahead log.
    """
    claims: dict[str, Claim] = {}
    told: dict[str, bool] = {}
    tokens = {found["token"]: found["reference"] for found in REFERENCE.finditer(trace)}
    for line in trace.splitlines():
        found = LINE.match(line)
        if found is None:
            continue
        thread, call, rest = found["thread"], found["call"], found["rest"]
        at_log = (found["of"] or "").endswith(f"{log}>")
        if call in WRITES and at_log:
            for token in (one for one in tokens if one in rest):
                claims.setdefault(token, Claim()).written = True
        elif call in FLUSHES and at_log:
            for claim in claims.values():
                claim.flushing |= {thread} if claim.written else set()
            if "= 0" in rest:
                flush_ends(claims, thread)
        elif found["resumed"] in FLUSHES and "= 0" in rest:
            flush_ends(claims, thread)
        elif call in SENDS:
            for one in REFERENCE.finditer(rest):
                told.setdefault(one["reference"], claims.get(one["token"], Claim()).flushed)
    return told


def flush_ends(claims: dict[str, Claim], thread: str) -> None:
    """A thread's flush was answered: what had been written before it began is on disk."""
    for claim in claims.values():
        claim.flushed = claim.flushed or thread in claim.flushing
        claim.flushing.discard(thread)
