"""Servers that end with the tests' process, also when it dies without a word. For `preexec_fn` of a Popen."""

from __future__ import annotations

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1


def _die(by: signal.Signals) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, by)


def end_with_us() -> None:
    """In the child: be interrupted when the tests' process is gone, as PostgreSQL wants it for a quick shutdown."""
    _die(signal.SIGINT)


def die_with_us() -> None:
    """In the child: be killed when the tests' process is gone."""
    _die(signal.SIGKILL)
