"""The Celery tasks: doormen. They unpack what came, call delivery, and return a small result without personal data."""

from __future__ import annotations

import inspect
import logging
import uuid
from typing import Any

from celery import Task
from celery.exceptions import Ignore, Reject

from tasks.celery import app
from tasks.delivery import door
from tasks.delivery.runtime import runtime
from tasks.delivery.single import ClaimLostError, send_one
from tasks.delivery.slice import run_slice
from tasks.errors import LedgerError, RequestError
from tasks.lanes import SEND_CHUNK, SEND_MESSAGE, SEND_SMS

log = logging.getLogger(__name__)


class Door(Task):  # type: ignore[misc]
    """A task that others call by its name alone: wrong arguments are a refusal like any other, not a traceback."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            inspect.signature(self.run).bind(*args, **kwargs)
        except TypeError:
            return door.refusal(RequestError("request.arguments"))
        return self.run(*args, **kwargs)


@app.task(name=SEND_SMS, base=Door, bind=True, max_retries=0, shared=False)  # type: ignore[untyped-decorator]
def send_sms(self: Any, to: Any, datas: Any, temp_id: Any) -> Any:
    """Send a template's message to one or several numbers, for any Celery client.

    `to`: a number, several between commas, or a list (at most 200); `datas`: the template's values; `temp_id`: its id
    at the gateway. The result is {"id", "state", "code"}: a refusal is a result, too. See `tasks.delivery.door`.
    """
    task = door.Task(self.request.id or str(uuid.uuid4()), self.request.origin)
    try:
        return door.send_order(door.patiently_opened(runtime), task, to, datas, temp_id)
    except door.NotDecidedError:
        # The result follows from whoever decides it; a value returned here would be taken for the outcome.
        raise Ignore from None
    except door.LedgerAwayError:
        raise Reject("ledger", requeue=True) from None
    except Exception as error:
        # Its text may hold what must not be in logs and results.
        log.error("a task of another client failed: %s", type(error).__name__)
        raise RuntimeError(type(error).__name__) from None


@app.task(name=SEND_MESSAGE, max_retries=0, shared=False)  # type: ignore[untyped-decorator]
def send_message(ledger: str, message_id: int) -> Any:
    """Send one message of the ledger. Returns {"id", "state", "code"}."""
    try:
        here = runtime()
        if here.ledger.uuid != ledger:
            return {"id": message_id, "state": None, "code": "ledger.other"}
        answer = send_one(here, message_id)
        tell_client(here, message_id)
        return answer
    except ClaimLostError:
        # A return value would overwrite the winner's.
        raise Ignore from None
    except LedgerError as error:
        return {"id": message_id, "state": None, "code": error.code}


def tell_client(here: Any, message_id: int) -> None:
    """Store the outcome of another client's task, which ended without one, under that task's id."""
    found = door.outcome_to_tell(here.ledger, message_id)
    if found is None:
        return
    task_id, answer = found
    try:
        # Backends never replace a success, and Held was one.
        app.backend.forget(task_id)
        app.backend.store_result(task_id, answer, "SUCCESS")
    except Exception as error:
        log.warning("another client's result is not stored: %s", type(error).__name__)


@app.task(name=SEND_CHUNK, max_retries=0, shared=False)  # type: ignore[untyped-decorator]
def send_chunk(ledger: str, chunk_id: int) -> Any:
    """Start what there is room for of a chunk; the rest goes on as calls come back. Returns {"chunk", "ended"}."""
    try:
        here = runtime()
        if here.ledger.uuid != ledger:
            return {"chunk": chunk_id, "ended": "ledger.other"}
        ended = run_slice(here, chunk_id)
    except LedgerError as error:
        return {"chunk": chunk_id, "ended": error.code}
    if ended in ("slots", "time", "allowance.empty"):
        here.feeder.hold(chunk_id, later=ended == "allowance.empty")
    return {"chunk": chunk_id, "ended": ended or "exhausted"}
