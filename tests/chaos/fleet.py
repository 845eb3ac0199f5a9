"""All that takes part in one run: gateway, broker, workers, panel, ledger; and what was in whose grip when."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from chaos.brokers import Broker
from chaos.panel import Panel
from chaos.plan import Size, orders
from chaos.seats import Seat
from support.counting_gateway import CountingProcess
from support.desk import Desk
from support.postgres import PostgresServer

from tasks.client import Client
from tasks.clock import machine_ms
from tasks.ledger.engine import Ledger, open_ledger
from tasks.settings import load

MOODS = {
    "close": 0.003,
    "reset": 0.002,
    "half": 0.001,
    "garbage": 0.001,
    "empty": 0.001,
    "hang": 0.001,
    "late": 0.002,
    "unread": 0.002,
}
"""How the gateway behaves all the time: shares of the requests."""

WATCH_S = 0.3


@dataclass(frozen=True, slots=True)
class Moment:
    """From when to when a worker's calls were in the grip of a fault, in milliseconds."""

    name: str
    pid: int
    began_ms: int
    ended_ms: int
    killed: bool = False


class Fleet:
    """Everything in one home, for the faults to strike at."""

    def __init__(
        self,
        home: Path,
        size: Size,
        broker: Broker,
        pools: list[str],
        seed: int,
        database: PostgresServer | None,
        **settings: str,
    ) -> None:
        """`database`: the server of the ledger, None where that is a file."""
        self.database = database
        self.database_is_free = threading.Lock()
        self.lasting = ThreadPoolExecutor(1, thread_name_prefix="lasting")
        """For what must be started by a thread that stays: a PostgreSQL of the tests ends with the one it came from."""
        self.size = size
        self.broker = broker
        self.gateway = CountingProcess(
            delay_ms=size.delay_ms,
            jitter_ms=size.delay_ms,
            late_ms=size.deadline_s * 1000 + 1_000,
            moods=MOODS,
        )
        self.healing = threading.Event()
        """Set: every fault ends now."""
        self.moments: list[Moment] = []
        self.ended_by_themselves: list[str] = []
        self.wrongs: list[str] = []
        """What a fault saw that must not be."""
        self._home, self._settings, self._pools, self._seed = home, settings, pools, seed
        self.seats: list[Seat] = []
        self._watching = threading.Event()
        self._closing = ExitStack()

    def __enter__(self) -> Fleet:
        try:
            self._open_desk()
            self._open_seats()
            self._open_panel()
        except BaseException:
            self._closing.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def _open_desk(self) -> None:
        """Gateway, broker and ledger."""
        self._closing.callback(self.lasting.shutdown)
        self._closing.enter_context(self.gateway)
        self._closing.callback(self.broker.stop)
        size = self.size
        account = {
            "gateway": "yuntongxun",
            "yuntongxun_base_url": self.gateway.url,
            "yuntongxun_account_sid": "a" * 32,
            "yuntongxun_auth_token": "token-of-the-chaos",
            "yuntongxun_app_id": "application",
            "yuntongxun_numbers_per_request": size.numbers_per_request,
        }
        limits = {"call_deadline_s": size.deadline_s, "max_in_flight": size.in_flight, "max_tries": 50, "undo_s": 1}
        self.desk = Desk(self._home, **(account | limits | self.broker.settings | self._settings))
        self._closing.enter_context(self.desk)
        # For what of Celery's configuration this process itself reads.
        os.environ.update({name: value for name, value in self.desk.environment.items() if name.startswith("SMSDESK_")})
        self.broker.start(self.desk)
        self.ledger_url = load(self.desk.environment).ledger_url
        self.ledger: Ledger = open_ledger(self.ledger_url)
        self._closing.callback(self.ledger.close)

    def _open_seats(self) -> None:
        """The workers, all ready."""
        port = int(self.gateway.url.rsplit(":", 1)[1])
        for index in range(self.size.workers):
            seat = Seat(f"worker{index + 1}", self._pools[index % len(self._pools)], self.desk, port)
            # The others reach it directly: with the embedded one, those have a supervisor of their own standing by.
            if index == self.size.workers - 1 or "broker_url" in self.broker.settings:
                seat.link_broker(self.broker.target(), self.broker.url_through)
            self.seats.append(seat)
            self._closing.callback(seat.close)
            seat.open()
        for seat in self.seats:
            seat.wait_until_ready()

    def _open_panel(self) -> None:
        """The operator, and who starts again a worker that ended unasked."""
        self.panel = Panel(self.desk, orders(self.size, self._seed))
        watcher = threading.Thread(target=self._watch, name="watcher")
        for thread in (self.panel, watcher):
            self._closing.callback(thread.join)
        self._closing.callback(self._watching.set)
        self._closing.callback(self.panel.give_up)
        watcher.start()
        self.panel.start()

    def pause(self, seconds: float) -> None:
        """Let a fault last; shorter when all is to be healed."""
        self.healing.wait(seconds)

    @contextmanager
    def a_seat(self, random: Random, *, with_link: bool = False) -> Iterator[Seat | None]:
        """A worker that no other fault has in its grip; None where there is none."""
        for seat in random.sample(self.seats, len(self.seats)):
            if (with_link and seat.to_broker is None) or not seat.taken.acquire(blocking=False):
                continue
            try:
                yield None if seat.pid is None else seat
            finally:
                seat.taken.release()
            return
        yield None

    @contextmanager
    def gripped(self, name: str, seat: Seat) -> Iterator[None]:
        """Note which worker's calls a fault has in its grip while the block runs."""
        pid, began = seat.pid, machine_ms()
        yield
        if pid is not None:
            self.moments.append(Moment(f"{name} {seat.name}", pid, began, machine_ms()))

    def client(self) -> Client:
        """A client of the harness's own. To be closed."""
        return Client(load(self.desk.environment), self.ledger.uuid)

    def _watch(self) -> None:
        """What the window does for its worker: start it again when it has ended unasked."""
        while not self._watching.wait(WATCH_S):
            for seat in self.seats:
                if not seat.ended_by_itself or not seat.taken.acquire(blocking=False):
                    continue
                try:
                    if seat.ended_by_itself:
                        self.ended_by_themselves.append(f"{seat.name}: {seat.last_words}")
                        seat.kill()
                        seat.start()
                finally:
                    seat.taken.release()

    def heal(self) -> None:
        """End every fault; the gateway answers well from now on."""
        self.healing.set()
        self.gateway.set(moods={}, delay_ms=20, jitter_ms=0)

    def wait_for_panel(self, timeout_s: float) -> bool:
        """Wait until everything is released and answered."""
        ends = time.monotonic() + timeout_s
        self.panel.join(max(0.1, ends - time.monotonic()))
        return not self.panel.is_alive()
