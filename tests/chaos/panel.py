"""The operator and the clerk: sends what is planned, and the same request again when the clerk died under it."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Sequence
from random import Random
from typing import Any

from chaos.plan import Order, number
from support.desk import Clerk, ClerkAnswerError, Desk

TEMPLATE = {"template_id": "1", "variables": ["9527", "5"], "text": "", "sender": None}
ACCOUNT = "yuntongxun"
ANSWER_S = 40.0
PAUSE_S = 0.2


class ClerkGoneError(Exception):
    """The clerk died before it answered."""


class Panel(threading.Thread):
    """One thread that plays the window. Ends when everything was released and answered."""

    def __init__(self, desk: Desk, orders: Sequence[Order]) -> None:
        super().__init__(name="panel")
        self._desk = desk
        self._orders = orders
        self._clerk: Clerk | None = None
        self._began = time.monotonic()
        self._stopping = threading.Event()
        self._sending = threading.Event()
        self.released = 0
        self.repeats = 0
        self.troubles: list[str] = []

    def run(self) -> None:
        for order in self._orders:
            self._stopping.wait(max(0.0, self._began + order.at_s - time.monotonic()))
            while not self._stopping.is_set() and not self._release(order):
                self.repeats += 1
                self._stopping.wait(PAUSE_S)
        if self._clerk is not None:
            self._clerk.stop()

    def give_up(self) -> None:
        """Release nothing more."""
        self._stopping.set()

    def kill_clerk(self, random: Random) -> bool:
        """kill -9 of the clerk while it has a request to send; False when it is given none."""
        if not self._sending.wait(3):
            return False
        self._stopping.wait(random.uniform(0, 0.02))
        clerk = self._clerk
        if clerk is None or clerk.process.poll() is not None:
            return False
        clerk.process.kill()
        return True

    def _release(self, order: Order) -> bool:
        """Send one order; False when it is not known whether it was released."""
        text = "\n".join(number(index) for index in range(order.first, order.first + order.count))
        try:
            clerk = self._living_clerk()
            token = self._ask(clerk, "recipients.check", text=text, region="CN")["token"]
            self._sending.set()
            request: dict[str, Any] = {"account": ACCOUNT, "content": TEMPLATE, "request_id": order.request_id}
            answer = self._ask(clerk, "compose.send", token=token, **request)
        except (ClerkGoneError, ClerkAnswerError, TimeoutError, OSError, ValueError) as error:
            self.troubles.append(f"{type(error).__name__} {error}")
            return False
        finally:
            self._sending.clear()
        if answer["count"] != order.count:
            raise AssertionError(f"{order.request_id}: released {answer['count']} of {order.count}")
        self.released += order.count
        return True

    def _living_clerk(self) -> Clerk:
        if self._clerk is not None and self._clerk.process.poll() is not None:
            with contextlib.suppress(OSError):
                self._clerk.stop()
            self._clerk = None
        if self._clerk is None:
            self._clerk = Clerk(self._desk.environment)
            self._ask(self._clerk, "hello")
        return self._clerk

    def _ask(self, clerk: Clerk, do: str, **params: Any) -> dict[str, Any]:
        """As the window asks: it sees the clerk's end at once."""
        request_id = clerk.post(do, **params)
        ends = time.monotonic() + ANSWER_S
        while time.monotonic() < ends and not self._stopping.is_set():
            try:
                return clerk.wait(request_id, 0.2)
            except queue.Empty:
                if clerk.process.poll() is not None:
                    raise ClerkGoneError from None
        raise TimeoutError(do)
