"""The embedded server with its real binary: private, persistent, back after a crash, gone with its owner."""

from __future__ import annotations

import os
import signal
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from support.embedded import SupervisorProcess, everything_readable_of, has_ended
from support.waiting import wait_until

from tasks import server
from tasks.errors import DeskError
from tasks.server.record import ServerRecord, read_record, socket_path
from tasks.settings import load

pytestmark = [pytest.mark.server, pytest.mark.alone]

ONCE = Retry(NoBackoff(), 0)
"""redis-py asks ten times else, even after a refused password."""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    home = tmp_path / "desk"
    home.mkdir(mode=0o700)
    yield home
    record = read_record(home)
    if record is not None:
        socket = Path(record.socket)
        socket.unlink(missing_ok=True)
        if socket.parent.exists():
            socket.parent.rmdir()


def record_of(home: Path) -> ServerRecord:
    record = read_record(home)
    assert record is not None
    return record


def client(home: Path, wrong: str | None = None) -> redis.Redis:
    record = record_of(home)
    password = wrong or record.password
    return redis.Redis(unix_socket_path=record.socket, password=password, socket_timeout=5, retry=ONCE)


def test_it_serves_at_an_address_that_only_its_user_can_read(home: Path) -> None:
    with SupervisorProcess(home) as supervisor:
        valkey = supervisor.server()
        assert server.alive(home)
        record = record_of(home)
        assert record.pid == valkey.pid
        with redis.Redis.from_url(
            (server.address(home) or "").replace("redis+socket", "unix").split("?")[0]
        ) as connection:
            assert connection.ping()
        for path, mode in (
            (home / "server.json", 0o600),
            (Path(record.socket), 0o700),
            (Path(record.socket).parent, 0o700),
            (home / "server", 0o700),
            (home / "logs" / "server.log", 0o600),
        ):
            assert stat.S_IMODE(path.stat().st_mode) == mode, path
        assert not [entry for entry in valkey.net_connections("inet") if entry.status == psutil.CONN_LISTEN]


def test_it_asks_for_its_password_and_shows_it_nowhere(home: Path) -> None:
    with SupervisorProcess(home, SMSDESK_YUNTONGXUN_AUTH_TOKEN="a-real-token") as supervisor:
        valkey = supervisor.server()
        record = record_of(home)
        with (
            redis.Redis(unix_socket_path=record.socket, retry=ONCE) as nobody,
            pytest.raises(redis.AuthenticationError),
        ):
            nobody.ping()
        with client(home, "wrong") as stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()
        for process in (valkey, psutil.Process(supervisor.process.pid)):
            assert record.password not in everything_readable_of(process)
        assert "a-real-token" not in everything_readable_of(valkey)
        assert record.password not in (home / "logs" / "server.log").read_text()
        assert record.password not in repr(record)


def test_a_killed_server_is_back_within_a_second_with_its_data(home: Path) -> None:
    with SupervisorProcess(home) as supervisor:
        valkey = supervisor.server()
        address = server.address(home)
        with client(home) as connection:
            connection.lpush("celery", "job")
            wait_until(lambda: connection.info("persistence")["aof_pending_bio_fsync"] == 0)
        for _ in range(3):
            valkey.send_signal(signal.SIGKILL)
            killed = time.monotonic()
            event = supervisor.event("restarted")
            assert event["cause"] == "signal 9"
            assert time.monotonic() - killed < 1
            valkey = psutil.Process(event["pid"])
        assert server.address(home) == address
        with client(home) as connection:
            assert connection.lrange("celery", 0, -1) == [b"job"]


def test_data_and_password_survive_a_proper_stop(home: Path) -> None:
    with SupervisorProcess(home) as supervisor:
        supervisor.event("ready")
        with client(home) as connection:
            connection.set("key", "value")
        address = server.address(home)
    assert not server.alive(home)
    with SupervisorProcess(home) as supervisor:
        supervisor.event("ready")
        assert server.address(home) == address
        with client(home) as connection:
            assert connection.get("key") == b"value"


def test_closing_its_input_ends_it_and_the_server(home: Path) -> None:
    supervisor = SupervisorProcess(home)
    valkey = supervisor.server()
    began = time.monotonic()
    assert supervisor.close() == 0
    assert time.monotonic() - began < 2
    assert has_ended(valkey)
    assert record_of(home).pid is None
    assert not Path(record_of(home).socket).parent.exists()


def test_it_waits_a_while_for_clients_to_leave(home: Path) -> None:
    with SupervisorProcess(home) as supervisor:
        valkey = supervisor.server()
        with client(home) as connection:
            connection.ping()
            assert supervisor.process.stdin is not None
            supervisor.process.stdin.close()
            # It has seen the end of its input and still serves us.
            wait_until(lambda: len(connection.client_list()) > 1)
            assert not has_ended(valkey)
        left = time.monotonic()
        wait_until(lambda: has_ended(valkey))
        assert time.monotonic() - left < 2


def test_asked_twice_it_waits_for_nobody(home: Path) -> None:
    with SupervisorProcess(home) as supervisor:
        valkey = supervisor.server()
        with client(home) as connection:
            connection.ping()
            began = time.monotonic()
            supervisor.process.terminate()
            supervisor.close()
            assert time.monotonic() - began < 3
        assert has_ended(valkey)


def test_a_killed_supervisor_takes_the_server_with_it(home: Path) -> None:
    with SupervisorProcess(home) as supervisor:
        valkey = supervisor.server()
        supervisor.kill()
        wait_until(lambda: has_ended(valkey))


def test_ctrl_c_in_the_terminal_reaches_neither(home: Path) -> None:
    with SupervisorProcess(home) as supervisor:
        valkey = supervisor.server()
        supervisor.process.send_signal(signal.SIGINT)
        assert os.getpgid(valkey.pid) != os.getpgid(supervisor.process.pid)
        valkey.send_signal(signal.SIGKILL)
        supervisor.event("restarted")


def test_a_second_one_stands_by_and_takes_over(home: Path) -> None:
    with SupervisorProcess(home) as first, SupervisorProcess(home) as second:
        one, other = (first, second) if _serves(first, second) else (second, first)
        address = server.address(home)
        other.event("standby")
        one.process.terminate()
        assert other.server().is_running()
        assert server.address(home) == address
        assert server.alive(home)


def _serves(first: SupervisorProcess, second: SupervisorProcess) -> bool:
    """Which of two that started together got the lock."""
    return (
        wait_until(
            lambda: next(
                (
                    candidate
                    for candidate in (first, second)
                    if any("valkey" in child.name() for child in psutil.Process(candidate.process.pid).children())
                ),
                None,
            ),
            10,
        )
        is first
    )


@pytest.mark.parametrize("frozen_server", [False, True], ids=["running", "hung"])
def test_the_one_standing_by_takes_over_from_one_that_was_killed(home: Path, frozen_server: bool) -> None:
    with SupervisorProcess(home) as first:
        valkey = first.server()
        with client(home) as connection:
            connection.set("key", "value")
        with SupervisorProcess(home) as second:
            second.event("standby")
            if frozen_server:
                valkey.suspend()
            first.kill()
            successor = second.server()
            assert successor.pid != valkey.pid
            assert has_ended(valkey)
            with client(home) as connection:
                assert connection.get("key") == b"value"


def test_one_standing_by_goes_when_its_input_ends(home: Path) -> None:
    with SupervisorProcess(home) as first:
        valkey = first.server()
        with SupervisorProcess(home) as second:
            second.event("standby")
            assert second.close(2) == 0
        assert not has_ended(valkey)
        assert server.alive(home)


def test_a_queue_file_cut_short_by_a_power_cut_is_read(home: Path) -> None:
    with SupervisorProcess(home) as supervisor:
        supervisor.event("ready")
        with client(home) as connection:
            connection.set("key", "value")
            connection.set("last", "x" * 100)
    file = next((home / "server" / "appendonlydir").glob("*.incr.aof"))
    file.write_bytes(file.read_bytes()[:-30])
    with SupervisorProcess(home) as supervisor:
        supervisor.event("ready")
        with client(home) as connection:
            assert connection.get("key") == b"value"


@pytest.mark.parametrize("damaged", ["*.incr.aof", "*.manifest"])
def test_a_queue_file_that_cannot_be_read_is_set_aside(home: Path, damaged: str) -> None:
    with SupervisorProcess(home) as supervisor:
        supervisor.event("ready")
        with client(home) as connection:
            connection.set("key", "value")
    file = next((home / "server" / "appendonlydir").glob(damaged))
    file.write_bytes(b"garbage\n" * 100)
    with SupervisorProcess(home) as supervisor:
        supervisor.event("queue_set_aside")
        supervisor.event("restarted")
        with client(home) as connection:
            assert connection.get("key") is None
    assert len(list((home / "server").glob("appendonlydir.damaged-*"))) == 1


def test_without_a_binary_it_says_so(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tasks.server import binary

    monkeypatch.setattr(binary, "_wheel_folders", list)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DeskError) as refused:
        binary.find_binary()
    assert refused.value.code == "server.no_binary"


def test_an_ensured_server_lives_as_long_as_it_is_held(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMSDESK_HOME", str(home))
    settings = load()
    assert server.address(home) is None
    assert not server.alive(home)
    with server.ensure(settings, 10) as ensured:
        assert server.alive(home)
        assert ensured.address == server.address(home)
        assert record_of(home).password not in repr(ensured)
        with client(home) as connection:
            connection.ping()
            ensured.close()
    assert not server.alive(home)


def test_an_ensured_server_is_the_one_that_runs_and_outlives_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMSDESK_HOME", str(home))
    with SupervisorProcess(home) as supervisor:
        valkey = supervisor.server()
        with server.ensure(load(), 10):
            assert record_of(home).pid == valkey.pid
            supervisor.close()
            wait_until(lambda: server.alive(home))
    assert not server.alive(home)


def test_a_hung_server_is_not_alive_and_asking_costs_little(home: Path) -> None:
    with SupervisorProcess(home) as supervisor:
        valkey = supervisor.server()
        valkey.suspend()
        try:
            began = time.monotonic()
            assert not server.alive(home)
            assert time.monotonic() - began < 0.5
        finally:
            valkey.resume()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"socket": 3}', '"x"'])
def test_a_damaged_record_is_made_anew(home: Path, content: str) -> None:
    (home / "server.json").write_text(content)
    assert server.address(home) is None
    with SupervisorProcess(home) as supervisor:
        supervisor.event("ready")
        assert server.alive(home)


def test_the_sockets_path_is_short_whatever_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = tmp_path / ("r" * 120)
    runtime.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    path = Path(socket_path(tmp_path / ("h" * 200), None))
    try:
        assert len(os.fsencode(path)) <= 100
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    finally:
        path.parent.rmdir()


def test_a_folder_that_is_not_ours_alone_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    expected = Path(socket_path(tmp_path, None)).parent
    expected.rmdir()
    expected.symlink_to(tmp_path)
    try:
        chosen = Path(socket_path(tmp_path, None)).parent
        try:
            assert chosen != expected
            assert not chosen.is_symlink()
        finally:
            chosen.rmdir()
    finally:
        expected.unlink()


def test_a_service_takes_its_own_folder_though_the_home_remembers_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An earlier unit's socket was in a /tmp of its own, which no other client of the service sees."""
    earlier = socket_path(tmp_path, None)
    with tempfile.TemporaryDirectory() as run:
        monkeypatch.setenv("XDG_RUNTIME_DIR", run)
        assert socket_path(tmp_path, earlier) == earlier
        monkeypatch.setenv("RUNTIME_DIRECTORY", run)
        assert Path(socket_path(tmp_path, earlier)).parent.parent == Path(run)
    Path(earlier).parent.rmdir()
