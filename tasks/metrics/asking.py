"""`sms-desk-worker health`: what a container's health check runs, in a tenth of a second."""

from __future__ import annotations

import http.client
import sys
from collections.abc import Sequence
from typing import Final

WAIT_S: Final = 9.0
"""Above what the endpoint itself waits for ledger and broker, below Docker's usual limits."""
EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""Addresses that are listened at, by the one to ask at."""


def main(argv: Sequence[str]) -> int:
    """Ask this machine's worker and print its one line. Returns the exit status."""
    if argv:
        print(f"sms-desk-worker health: not understood: {argv[0]}", file=sys.stderr)
        return 2
    from tasks.home import named_home
    from tasks.settings.reading import look

    settings = look(named_home())
    if not settings.metrics_port:
        print("SMSDESK_METRICS_PORT is not set", flush=True)
        return 1
    well, said = ask(EVERYWHERE.get(settings.metrics_host, settings.metrics_host), settings.metrics_port)
    print(said, flush=True)
    return 0 if well else 1


def ask(host: str, port: int) -> tuple[bool, str]:
    """Whether the worker there can work, and its own words, or why there are none."""
    connection = http.client.HTTPConnection(host, port, timeout=WAIT_S)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        return answer.status == http.client.OK, answer.read(10_000).decode("utf-8", "replace").strip()
    except (OSError, http.client.HTTPException) as error:
        return False, f"no answer from port {port}: {error}"
    finally:
        connection.close()
