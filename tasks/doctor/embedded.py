"""The embedded server: whether it is wanted, runs, and who keeps it."""

from __future__ import annotations

import os
from pathlib import Path

from tasks import server
from tasks.doctor.finding import Finding, found, of_error
from tasks.doctor.patient import Patient
from tasks.errors import DeskError
from tasks.server.binary import find_binary
from tasks.server.record import read_record

KEEPERS = {"worker": ("worker",), "window": ("desktop", "sms-desk")}
"""Words in the command line of the program that a supervisor was started by."""


def check_embedded(patient: Patient) -> list[Finding]:
    """Whether it runs where it is wanted; starts nothing."""
    if patient.settings.broker_url is not None:
        return [found("doctor.server.not_wanted")]
    if patient.has_stand_in:
        return [found("doctor.server.stand_in")]
    try:
        find_binary()
    except DeskError as error:
        return [of_error(error)]
    record = read_record(patient.settings.home)
    if record is None or record.pid is None or not server.alive(patient.settings.home):
        return [found("doctor.server.not_running")]
    return [found("doctor.server.running", pid=record.pid, by=keeper(record.pid))]


def keeper(pid: int) -> str:
    """What started the supervisor of a server: `worker`, `window`, or `somebody` where that cannot be told."""
    supervisor = parent(pid)
    starter = parent(supervisor) if supervisor else None
    words = {os.path.basename(word) for word in command_line(starter or 0)}
    return next((name for name, signs in KEEPERS.items() if words & set(signs)), "somebody")


def parent(pid: int) -> int | None:
    """A process's parent (Linux); None where it cannot be told."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8", errors="replace")
    except OSError:
        return None
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("PPid:")), None)


def command_line(pid: int) -> list[str]:
    """The words a process was started with."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text("utf-8", errors="replace").split("\0")
    except OSError:
        return []
