"""How a child process is made: its program, and an environment in which it finds our own package."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment

from tasks.launch import child_environment


def make_process(command: Sequence[str], parent: QObject) -> QProcess:
    """A process that is not started yet."""
    process = QProcess(parent)
    process.setProgram(command[0])
    process.setArguments(list(command[1:]))
    environment = QProcessEnvironment()
    for name, value in child_environment().items():
        environment.insert(name, value)
    process.setProcessEnvironment(environment)
    return process
