"""A connection to PostgreSQL that never waits for ever. Imported only where the ledger is one: it needs psycopg."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.errors import OperationalError
from psycopg.errors import _WaitTimeout as WaitTimeoutError

ANSWER_S = 30.0
"""The longest wait for one answer. Longer than the server's own limits, which are told apart from a silent server."""


class BoundedConnection(psycopg.Connection[Any]):
    """Gives up a server that is silent: neither its own time-outs nor the network's keepalives end a frozen one."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """As psycopg's, where every exchange with the server comes through; never without an end."""
        try:
            return super().wait(gen, interval, ANSWER_S if timeout is None else timeout)
        except WaitTimeoutError:
            if timeout is not None:
                raise
            self.pgconn.finish()
            raise OperationalError("the server is silent") from None
