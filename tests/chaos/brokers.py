"""The broker that the faults hit: the embedded server with its supervisor, or a server that an administrator runs."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import redis
from amqp.exceptions import AMQPError  # type: ignore[import-untyped]
from kombu import Connection
from redis.backoff import NoBackoff
from redis.retry import Retry
from support.desk import Child, Desk, wait_until
from support.rabbitmq import RabbitNode
from support.redis_servers import HOST, free_port

from tasks.server.binary import find_binary
from tasks.server.record import ServerRecord, read_record


class Broker(Protocol):
    """What the faults do to either."""

    settings: dict[str, str]
    """What a desk has to be told of it."""

    def start(self, desk: Desk) -> None: ...

    def target(self) -> int | Path:
        """What a proxy has to connect to."""
        ...

    def url_through(self, port: int) -> str:
        """Its address for a worker that reaches it over a proxy."""
        ...

    def dropping(self, names: Sequence[str]) -> AbstractContextManager[Callable[[], bool]]:
        """Something that takes one task from these queues and drops it; it answers whether there was one within a
        moment. Raises any of `TROUBLE`.
        """
        ...

    def pid(self) -> int | None: ...

    def kill(self, *, lose_data: bool) -> None:
        """End it as a crash would; it is started again, here or by its supervisor."""
        ...

    def kill_supervisor(self) -> bool:
        """End what keeps it running; False where nothing of ours does."""
        ...

    def stop(self) -> None: ...


TROUBLE = (redis.RedisError, AMQPError, OSError)
"""What a client meets while the broker is hit."""

MOMENT_S = 0.2


@contextlib.contextmanager
def dropping_from_redis(client: redis.Redis, names: Sequence[str]) -> Iterator[Callable[[], bool]]:
    """Whoever waits longest is served first: the workers have their turns in between."""
    with client:
        yield lambda: client.brpop(list(names), timeout=MOMENT_S) is not None


class Embedded:
    """The desk's own server. Its supervisor starts it again; workers have supervisors of their own standing by."""

    def __init__(self) -> None:
        self.settings: dict[str, str] = {}
        self._one_at_a_time = threading.Lock()

    def start(self, desk: Desk) -> None:
        self._desk = desk
        self._supervisor: Child = desk.server()

    def target(self) -> Path:
        return Path(self._record().socket)

    def url_through(self, port: int) -> str:
        return f"redis://:{self._record().password}@{HOST}:{port}/0"

    def dropping(self, names: Sequence[str]) -> AbstractContextManager[Callable[[], bool]]:
        return dropping_from_redis(self.client(), names)

    def client(self) -> redis.Redis:
        record = self._record()
        return redis.Redis(
            unix_socket_path=record.socket, password=record.password, socket_timeout=2, retry=Retry(NoBackoff(), 0)
        )

    def pid(self) -> int | None:
        record = read_record(self._desk.home)
        return None if record is None else record.pid

    def kill(self, *, lose_data: bool) -> None:
        pid = self.pid()
        if lose_data:
            # The server starts again before its files could be deleted.
            with contextlib.suppress(redis.RedisError), self.client() as client:
                client.flushall()
        if pid is not None:
            end(pid)

    def kill_supervisor(self) -> bool:
        with self._one_at_a_time:
            self._desk.children.remove(self._supervisor)
            self._supervisor.kill()
            self._supervisor = self._desk.server()
        return True

    def stop(self) -> None:
        """The desk does."""

    def _record(self) -> ServerRecord:
        record = read_record(self._desk.home)
        assert record is not None
        return record


class OwnRedis:
    """A server at a port, as an administrator has one: started again with the same data, or without."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._one_at_a_time = threading.Lock()
        self.settings = {"broker_url": self.url_through(self._port)}
        self._run()

    def start(self, desk: Desk) -> None:
        """It runs since it was made: the desk is told its address."""

    def target(self) -> int:
        return self._port

    def url_through(self, port: int) -> str:
        return f"redis://{HOST}:{port}/0"

    def dropping(self, names: Sequence[str]) -> AbstractContextManager[Callable[[], bool]]:
        return dropping_from_redis(self.client(), names)

    def client(self) -> redis.Redis:
        return redis.Redis(HOST, self._port, socket_timeout=2, retry=Retry(NoBackoff(), 0))

    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def kill(self, *, lose_data: bool) -> None:
        with self._one_at_a_time:
            self.stop()
            if lose_data:
                shutil.rmtree(self._folder)
            self._run()

    def kill_supervisor(self) -> bool:
        return False

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _run(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        place = ["--bind", HOST, "--port", str(self._port), "--dir", str(self._folder), "--save", ""]
        command = [str(find_binary()), *place, "--appendonly", "yes", "--logfile", "server.log"]
        self._process = subprocess.Popen(command, cwd=self._folder)
        wait_until(self._answers, 10)

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


class OwnRabbit:
    """A RabbitMQ node, as an administrator has one: started again with the same data, or without."""

    VHOST = "test0"

    def __init__(self, programs: Path) -> None:
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        self._node = RabbitNode(programs, everything)
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="rabbitmq")
        """A node ends with the thread that started it."""
        self._one_at_a_time = threading.Lock()
        self._starter.submit(self._node.__enter__).result()
        self.settings = {"broker_url": self._node.url(self.VHOST)}

    def start(self, desk: Desk) -> None:
        """It runs since it was made: the desk is told its address."""

    def target(self) -> int:
        return self._node.port

    def url_through(self, port: int) -> str:
        return self.settings["broker_url"].replace(f":{self._node.port}/", f":{port}/")

    @contextlib.contextmanager
    def dropping(self, names: Sequence[str]) -> Iterator[Callable[[], bool]]:
        with Connection(self.settings["broker_url"], connect_timeout=2) as connection, connection.channel() as channel:

            def drop() -> bool:
                for name in names:
                    message = channel.basic_get(name)
                    if message is not None:
                        channel.basic_ack(message.delivery_tag)
                        return True
                time.sleep(MOMENT_S)
                return False

            yield drop

    def pid(self) -> int | None:
        return None if self._node.process is None else self._node.process.pid

    def kill(self, *, lose_data: bool) -> None:
        with self._one_at_a_time:
            self._node.kill()
            if lose_data:
                shutil.rmtree(self._node.folder / "mnesia", ignore_errors=True)
            self._starter.submit(self._node.start).result()

    def kill_supervisor(self) -> bool:
        return False

    def stop(self) -> None:
        self._node.remove()
        self._starter.shutdown()


def end(pid: int) -> None:
    """kill -9, also of a process that is frozen."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
