"""Plain Celery, as a web site would write it: one task per SMS, no ledger. What SMS Desk is measured against.

Run as `celery -A benchmarks.plain worker`. It calls the same gateway with the same HTTP client, so that the difference
is the queueing alone.
"""

from __future__ import annotations

import os
import threading

from celery import Celery

from tasks.gateways.protocol import Deadline, OutgoingMessage
from tasks.gateways.registry import open_gateway
from tasks.settings import load


def make_app(broker: str | None) -> Celery:
    """A Celery app with its defaults, broker and results on one server."""
    made = Celery("plain", broker=broker, backend=broker, set_as_current=False)
    made.conf.task_default_queue = "plain"
    made.conf.broker_transport_options = {"max_connections": 100}
    made.conf.worker_hijack_root_logger = False
    return made


app = make_app(os.environ.get("PLAIN_BROKER"))
_own = threading.local()


@app.task(name="plain.send_sms")  # type: ignore[untyped-decorator]
def send_sms(to: str, datas: list[str], temp_id: str) -> str:
    """One SMS, one call."""
    if not hasattr(_own, "gateway"):
        _own.gateway = open_gateway(load().accounts["yuntongxun"])
    message = OutgoingMessage(0, os.urandom(8).hex(), to, "", temp_id, tuple(datas))
    return str(_own.gateway.send([message], Deadline.after(20))[0].kind)
